"""The hashes by which the data are known again, and how a reader recomputes the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.document import Column, Facts, Section, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.content.case import Case

RECOMPUTE = ("To recompute", "rig report check FILE.pdf, on any machine, without the laboratory's database")


def data_and_hashes(case: Case) -> Section:
    """What belongs to the record, and how a reader recomputes the verdict."""
    record = case.record
    where = "attached to this file" if case.attached else "NOT attached to this file"
    facts = [
        ("Record", record.folder.name),
        ("Data", f"the whole record is {where}"),
        ("SHA-256 of the record", case.record_sha256 or "none: never sealed"),
        ("Content digest", record.content_digest),
        RECOMPUTE,
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


def data_of_each(cases: Sequence[Case]) -> Section:
    """The same of many runs: the hash of a record holds those of all its files."""
    where = "attached to this file" if cases[0].attached else "NOT attached to this file"
    rows = tuple(
        (
            str(i),
            case.record.folder.name,
            f"{sum(one.rows for one in case.record.health.values()):,}",
            case.record_sha256,
        )
        for i, case in enumerate(cases, 1)
    )
    columns = (
        Column("run", "right"),
        Column("record", share=1.0),
        Column("rows of raw data", "right"),
        Column("SHA-256 of the record", code=True),
    )
    note = (
        "Of the manifest of the sealed record, which holds the SHA-256 of every file; damaged streams are departures."
    )
    facts = Facts((("Data", f"the whole records are {where}"), RECOMPUTE))
    return Section("Data", (facts, Table("Records of all runs", columns, rows, notes=(note,))))
