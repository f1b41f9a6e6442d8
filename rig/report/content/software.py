"""Software that made the result, parts of other makers (SOUP), and the hashes by which the data are known again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.document import Column, Facts, Paragraph, Section, Table

if TYPE_CHECKING:
    from rig.report.content.case import Case
    from rig.report.document import Block

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


def software(case: Case) -> Section:
    """Versions of then, and of the recomputation."""
    then = case.start["software"]
    rows = tuple((name, version, _DOES.get(name, "")) for name, version in sorted(then["libraries"].items()))
    columns = (Column("part"), Column("version"), Column("what it does", share=1.0))
    blocks: list[Block] = [
        Facts((("Recorded with", software_text(then)), ("Python", f"{then['python']}, {then['platform']}"))),
        Table("Parts of other makers whose version can change a digit (SOUP)", columns, rows),
        Paragraph(
            "The tool is quality-system software, not device software. Its own validation (intended use, risk, "
            "tests of each function) is documented beside it, as FDA's guidance on computer software assurance and "
            "ISO 13485, 4.1.6 ask.",
            "note",
        ),
    ]
    return Section("Software", tuple(blocks))


def software_text(state: dict[str, object]) -> str:
    """Version, revision, state of the installed files."""
    revision, found = state.get("revision") or {}, state.get("installation") or {}
    text = f"doseproof {state['doseproof']}"
    if isinstance(revision, dict) and revision:
        text += f", revision {revision['commit'][:12]}{' (modified)' if revision.get('modified') else ''}"
    if isinstance(found, dict):
        changed = found.get("changed") or []
        text += "; editable installation" if found.get("editable") else f"; {len(changed)} changed files"
    return text


def data_and_hashes(case: Case) -> Section:
    """What belongs to the record, and how a reader recomputes the verdict."""
    record = case.record
    where = "attached to this file" if case.attached else "NOT attached to this file"
    facts = [
        ("Record", record.folder.name),
        ("Data", f"the whole record is {where}"),
        ("SHA-256 of the record", case.record_sha256 or "none: never sealed"),
        ("Content digest", record.content_digest),
        ("To recompute", "rig report check FILE.pdf, on any machine, without the laboratory's database"),
    ]
    rows = tuple(
        (name, f"{file['bytes']:,}", file["sha256"]) for name, file in sorted(record.manifest.get("files", {}).items())
    )
    streams = tuple(
        (name, f"{health.rows:,}", health.damage or "none") for name, health in sorted(record.health.items())
    )
    damage = Column("damage")
    return Section(
        "Data",
        (
            Facts(tuple(facts)),
            Table("Streams of raw data", (Column("stream", share=1.0), Column("rows", "right"), damage), streams),
            Table(
                "Files of the record",
                (Column("file", share=1.0), Column("bytes", "right"), Column("SHA-256", code=True)),
                rows,
            ),
        ),
    )  # fmt: skip
