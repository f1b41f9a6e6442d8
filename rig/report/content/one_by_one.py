"""Each run of a campaign, with what a reader needs to trace its number: course, whole budget, corrections."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rig.report.content.budget import budget
from rig.report.content.looks import looks
from rig.report.content.pictures import front_picture
from rig.report.document import Facts, Section
from rig.report.numbers import measured, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.content.case import Case
    from rig.report.document import Block
#: Part of the text's width that the picture takes, so that most runs fill one page.
WIDTH = 0.84


def one_by_one(cases: Sequence[Case]) -> tuple[Section, ...]:
    """A section a run."""
    return tuple(_one(i, case) for i, case in enumerate(cases, 1))


def _one(number: int, case: Case) -> Section:
    blocks: list[Block] = [Facts(tuple(_facts(case)))]
    if (picture := front_picture(case)) is not None:
        caption = f"Run {number}: error since the analysis began, with U, limits and acceptance zone; and closer."
        blocks.append(replace(picture, name=f"run-{number}", caption=caption, width=WIDTH))
    for section in (looks(case), budget(case)):
        blocks += section.blocks if section is not None else ()
    title = f"Run {number}: {case.device['serial_number']} on {case.start['bench']}"
    return Section(title, tuple(blocks), new_page=True)


def _facts(case: Case) -> list[tuple[str, str]]:
    ended, main = case.ended.get("ended_utc"), case.main
    until = moment(ended) if ended else "unknown"
    value = "no quantity was determined" if main is None else measured(main.value, main.expanded, main.unit)
    operator = case.start["operator"] or "nobody named"
    return [
        ("Carried out", f"{moment(case.start['started_utc'])} to {until} by {operator}"),
        ("Verdict", f"{case.assessment.verdict.outcome}: {value}"),
        ("Record", case.record.folder.name),
        ("SHA-256 of the record", case.record_sha256),
    ]
