"""Requirements and hazards against tests and verdicts, both ways; what no test covers is a row of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.report.document import Column, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.details import Details
    from rig.report.document import Block

GAP = "GAP: not tested"


@dataclass(frozen=True)
class Covered:
    """What one test covers.

    Attributes:
        test: id of its protocol.
        record: what identifies the evidence: digits of a hash, or runs by their numbers; empty before the run.
        requirements, hazards: ids.
        outcome: its verdict; empty before the run.
    """

    test: str
    record: str
    requirements: tuple[str, ...]
    hazards: tuple[str, ...]
    outcome: str = ""


def matrix(tests: Sequence[Covered], details: Details) -> Section:
    """Both tables, and what the matrix cannot know."""
    blocks: list[Block] = []
    if not details.requirement and any(test.requirements or test.hazards for test in tests):
        text = (
            "No list of requirements was given with this report: the rows below are those that the protocol names, "
            "and gaps cannot be shown. Give the list in the details file."
        )
        blocks.append(Paragraph(text, "warning"))
    blocks += [_requirements(tests, details), _hazards(tests, details)]
    if not any(isinstance(block, Table) and block.rows for block in blocks):
        blocks.append(Paragraph("The protocol names no requirement and no hazard.", "warning"))
    return Section("Requirements and hazards", tuple(blocks))


def _requirements(tests: Sequence[Covered], details: Details) -> Table:
    known = {one.id: one for one in details.requirement}
    named = [name for test in tests for name in test.requirements]
    rows: list[tuple[str, ...]] = []
    marked: set[int] = set()
    for name in dict.fromkeys([*known, *named]):
        text = known[name].text if name in known else "not in the list of requirements" if known else ""
        hazards = "\n".join(known[name].hazards) if name in known else ""
        _add(rows, marked, (name, text, hazards), [test for test in tests if name in test.requirements])
    return Table(
        "Requirements, and the tests that verify them",
        _columns("requirement", "hazards", tests),
        tuple(rows),
        frozenset(marked),
    )


def _hazards(tests: Sequence[Covered], details: Details) -> Table:
    known = {one.id: one.text for one in details.hazard}
    controls = {
        name: [one.id for one in details.requirement if name in one.hazards]
        for name in [*known, *(h for one in details.requirement for h in one.hazards)]
    }
    named = [name for test in tests for name in test.hazards]
    rows: list[tuple[str, ...]] = []
    marked: set[int] = set()
    for name in dict.fromkeys([*known, *controls, *named]):
        front = (name, known.get(name, ""), "\n".join(controls.get(name, ())))
        _add(rows, marked, front, [test for test in tests if name in test.hazards])
    return Table(
        "Hazards, and the tests of their controls",
        _columns("hazard", "controlled by", tests),
        tuple(rows),
        frozenset(marked),
    )


def _add(
    rows: list[tuple[str, ...]], marked: set[int], front: tuple[str, str, str], covering: Sequence[Covered]
) -> None:
    if not covering:
        marked.add(len(rows))
        rows.append((*front, GAP, "", ""))
    for i, test in enumerate(covering):
        if test.outcome not in {"", "pass"}:
            marked.add(len(rows))
        said = front if i == 0 else ("", "", "")  # of many tests only the first says what for
        rows.append((*said, test.test, test.record, test.outcome or "to be run"))


def _columns(what: str, other: str, tests: Sequence[Covered]) -> tuple[Column, ...]:
    return (
        Column(what),
        Column("in words", share=1.0),
        Column(other, share=0.9),
        Column("test"),
        Column("evidence", code=all(" " not in test.record for test in tests)),
        Column("verdict"),
    )
