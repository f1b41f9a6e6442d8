"""CSV: one file a table. Facts stand above it in lines that begin with ``#``, then one line of headings with units.

    # record_sha256: 5a1e...
    # evidence_class: simulated
    t [s],mass [g],stable,status
    0.5567218125,53.10012,true,ok

RFC 4180 but for those first lines: UTF-8, CRLF, quotes where they are needed. Numbers are the shortest decimals that
read back to the same float64; ``nan`` is what an instrument did not say, an empty cell is what does not exist. A text
that a spreadsheet would take for a formula has an apostrophe in front (:mod:`rig.export.cell_text`).
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from rig.export.cell_text import cell_text, line_text
from rig.export.contents import values_of
from rig.export.headings import heading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import TextIO

    import pyarrow as pa

    from rig.export.contents import Contents, Table


def write_csv(folder: Path, contents: Contents) -> None:
    """Write each table of a record into a folder."""
    for table in contents.tables:
        with (folder / f"{table.name}.csv").open("x", encoding="utf-8", newline="") as file:
            _facts(file, {**contents.facts, **table.facts})
            _table(file, table)


def _facts(file: TextIO, facts: Mapping[str, str]) -> None:
    file.writelines(line_text(f"# {name}: {' '.join(value.split())}") + "\r\n" for name, value in facts.items())


def _table(file: TextIO, table: Table) -> None:
    writer = csv.writer(file)
    if table.columns:
        writer.writerow([heading(column) for column in table.columns])
    for batch in table.batches():
        writer.writerows(zip(*map(_written, batch.columns), strict=True))


def _written(array: pa.Array) -> list[Any]:
    """``csv`` writes a float as its repr; truth values are spelled otherwise than Python has them, texts stay texts."""
    values = values_of(array)
    if str(array.type) == "string":
        return [None if one is None else cell_text(one) for one in values]
    return [str(one).lower() for one in values] if str(array.type) == "bool" else values
