"""Write an export: all of it into a new folder, or nothing.

made = export(Record.open("runs/first"), ["xlsx"], Path("handed-over"))
made.folder, made.files, made.contents.facts["evidence_class"]
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rig.errors import EvidenceError
from rig.export.about import about
from rig.export.contents import Contents
from rig.export.csv_files import write_csv
from rig.export.delivery_table import delivery_table
from rig.export.finding_table import finding_table
from rig.export.junit_file import write_junit
from rig.export.parquet_files import write_parquet_files
from rig.export.stream_tables import found_table, stream_tables
from rig.export.tdms_file import write_tdms
from rig.export.xlsx_file import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rig.assessment import Assessment
    from rig.record import Record

FORMATS: Final[Mapping[str, Callable[[Path, Contents], None]]] = {
    "csv": write_csv,
    "parquet": write_parquet_files,
    "tdms": write_tdms,
    "xlsx": write_xlsx,
    "junit": write_junit,
}
#: Names of tables that are not streams.
_OURS: Final = frozenset({"streams", "findings", "delivery"})


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        folder: the new one.
        files: in it, by name.
        contents: what they hold.
    """

    folder: Path
    files: tuple[Path, ...]
    contents: Contents


def export(record: Record, formats: Iterable[str], out: Path, *, with_delivery: bool = False) -> Exported:
    """Write a record in some formats.

    Args:
        record: opened and checked; sealed, or interrupted and read to its last good batch.
        formats: of :data:`FORMATS`.
        out: a folder that does not exist yet.
        with_delivery: with delivered against programmed volume, computed from the raw readings.

    Raises:
        EvidenceError: the folder exists or lies in the record, a result does not come out again, the disk failed;
            nothing was written.
    """
    _check_place(record, out)
    contents = contents_of(record, with_delivery=with_delivery)
    try:
        _write(contents, dict.fromkeys(formats), out)
    except OSError as error:
        raise EvidenceError(f"{out}: could not be written: {error.strerror or error}; nothing was exported") from error
    return Exported(out, tuple(sorted(out.iterdir())), contents)


def contents_of(record: Record, *, with_delivery: bool) -> Contents:
    """What a record hands over; arguments and errors as for :func:`export`."""
    result, assessment = _result(record, with_delivery=with_delivery)
    tables = [found_table(record), finding_table(result["findings"])]
    if assessment is not None and with_delivery:
        tables.append(delivery_table(assessment))
    tables += stream_tables(record)
    if taken := _OURS & set(record.channels()):
        raise EvidenceError(f"{record.folder}: expected channels of other names, found {', '.join(sorted(taken))}")
    return Contents(record.folder.resolve().name, about(record, result), result, tuple(tables))


def _result(record: Record, *, with_delivery: bool) -> tuple[Mapping[str, Any], Assessment | None]:
    """Findings and verdict as they were sealed; computed where they were not, or where a delivery is asked for."""
    if record.result is not None and not with_delivery:
        return record.result, None
    from rig.verify_record import recomputed

    found = recomputed(record)
    if found.differences:
        raise EvidenceError(
            f"{record.folder}: expected the sealed result again, found another one; `rig verify` shows where. "
            "Export it without the computed delivery"
        )
    return record.result or found.assessment.as_json(), found.assessment


def _check_place(record: Record, out: Path) -> None:
    if out.exists() or out.is_symlink():
        raise EvidenceError(f"{out}: expected a folder that does not exist yet, found one; name another")
    if out.resolve().is_relative_to(record.folder.resolve()):
        raise EvidenceError(
            f"{out}: expected a folder outside of the record, which nothing may be added to; name another"
        )


def _write(contents: Contents, formats: Iterable[str], out: Path) -> None:
    """Beside the folder first, so that it is there whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name in formats:
            FORMATS[name](beside, contents)
        beside.chmod(0o755)
        beside.rename(out)
    except BaseException:
        shutil.rmtree(beside)
        raise
