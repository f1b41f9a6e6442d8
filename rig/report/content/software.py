"""Software that made the result, and parts of other makers in it (SOUP)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.content.joined import merged
from rig.report.document import Column, Facts, Paragraph, Section, Table
from rig.report.versions import software as made_with
from rig.report.versions import versions_text
from rig.software import software_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.content.case import Case

#: What each library does in a result; a part without an entry is listed all the same.
_DOES = {
    "GTC": "uncertainty propagation (GUM)",
    "numpy": "arrays",
    "pint": "units at every door",
    "pyarrow": "raw streams, Parquet",
    "pydantic": "reading of files",
    "pyserial": "serial ports",
    "scipy": "distributions, quadrature",
}
_VALIDATED = Paragraph(
    "The tool is quality-system software, not device software. Its own validation, as FDA's guidance on computer "
    "software assurance and ISO 13485, 4.1.6 ask for, is no part of this report, and this report does not know whether "
    "one was made of the versions above: rig validation makes it, and the laboratory keeps it.",
    "note",
)


def software(case: Case) -> Section:
    """Versions of then, and of the recomputation."""
    return Section("Software", (Facts((*_recorded_with(case), *_recomputed_with())), _parts(case), _VALIDATED))


def software_of_each(cases: Sequence[Case]) -> Section:
    """The same of many runs: versions that are alike stand once."""
    numbered = list(enumerate(cases, 1))
    columns = (Column("what"), Column("here", share=1.0))
    with_what = [(i, Table("Software of each run", columns, _recorded_with(case))) for i, case in numbered]
    parts = [(i, _parts(case)) for i, case in numbered]
    tables = (merged(with_what[0][1].caption, with_what), merged(parts[0][1].caption, parts))
    return Section("Software", (Facts(_recomputed_with()), *tables, _VALIDATED))


def _recorded_with(case: Case) -> tuple[tuple[str, str], ...]:
    then = case.start["software"]
    return ("Recorded with", software_text(then)), ("Python", f"{then['python']}, {then['platform']}")


def recomputed_with() -> str:
    """What made every figure of the report; nothing of the machine, or another one could not make its bytes again."""
    made = made_with()
    return software_text({"doseproof": made["doseproof"], "code": made["code"]})


def _recomputed_with() -> tuple[tuple[str, str], ...]:
    libraries = {name: text for name, text in made_with().items() if name not in {"doseproof", "code"}}
    return ("Every figure of this report", f"recomputed with {recomputed_with()}"), ("With", versions_text(libraries))


def _parts(case: Case) -> Table:
    then = case.start["software"]["libraries"]
    rows = tuple((name, version, _DOES.get(name, "")) for name, version in sorted(then.items()))
    columns = (Column("part"), Column("version"), Column("what it does", share=1.0))
    return Table("Parts of other makers whose version can change a digit (SOUP)", columns, rows)
