"""Requirement, hazard, test, last evidence: both ways, with every gap as a row of its own.

    for row in trace(catalogue, suites, last):
        row.requirement, row.hazards, row.tests, row.evidence, row.gap

=========================  ====================================================================
gap                        it means
=========================  ====================================================================
``no test``                a requirement that no test names
``no evidence``            tests name it, and no run was found
``not shown``              the last run of it did not pass, or a test of it failed
``blocked``                a test of it could not run on the bench; the row says why
``untested hazard``        a hazard that no requirement with a test controls, and no test names
``unknown id``             a test names what stands in neither file
``orphan test``            a test that names no requirement and no hazard
=========================  ====================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rig.requirements.catalogue import Catalogue
    from rig.requirements.evidence import Evidence
    from rig.requirements.suites import Test
    from rig.requirements.tables import Requirement
    from rig.requirements.told import Told

Gap = Literal["", "no test", "no evidence", "not shown", "blocked", "untested hazard", "unknown id", "orphan test"]
#: What a change of the suites can close; the others need a run.
IN_THE_SUITES: frozenset[Gap] = frozenset({"no test", "untested hazard", "unknown id", "orphan test"})


@dataclass(frozen=True)
class Row:
    """One line of the matrix.

    Attributes:
        requirement: its id; empty where the row is about a hazard or a test alone.
        limit: of the requirement.
        hazards: ids.
        tests: places of the tests.
        evidence: the last run, or where no run shows it the tests that passed; None where there is neither.
        gap: what is missing; empty where nothing is.
        why: a test was blocked, or failed; empty where none was.
    """

    requirement: str
    limit: str
    hazards: tuple[str, ...]
    tests: tuple[str, ...]
    evidence: Evidence | None
    gap: Gap
    why: str = ""


def trace(
    catalogue: Catalogue,
    tests: Sequence[Test],
    last: Mapping[str, Evidence],
    told: Mapping[str, Told] | None = None,
) -> list[Row]:
    """All rows: requirements in the order of their file, then hazards, unknown ids and orphans.

    Args:
        catalogue: requirements and hazards.
        tests: of the suites.
        last: the latest run of each requirement.
        told: what pytest said of each test, by its place; nothing if None.
    """
    rows = [_requirement(one, tests, last.get(one.id), told or {}) for one in catalogue.requirements.values()]
    return [*rows, *_hazards(catalogue, rows, tests), *_unknown(catalogue, tests), *_orphans(tests)]


def _requirement(one: Requirement, tests: Sequence[Test], last: Evidence | None, told: Mapping[str, Told]) -> Row:
    places = tuple(test.place for test in tests if one.id in test.requirements)
    said = [told[place] for place in places if place in told]
    worst = next((each for kind in ("failed", "blocked") for each in said if each.outcome == kind), None)
    if last is None and places and len(said) == len(places):
        last = (worst or next((one for one in said if one.evidence.device), said[0])).evidence
    return Row(one.id, one.limit, one.hazards, places, last, _gap(places, last, worst), worst.why if worst else "")


def _gap(places: tuple[str, ...], last: Evidence | None, worst: Told | None) -> Gap:
    if not places:
        return "no test"
    if worst is not None:
        return "blocked" if worst.outcome == "blocked" else "not shown"
    if last is None:
        return "no evidence"
    return "" if last.verdict == "pass" else "not shown"


def _hazards(catalogue: Catalogue, rows: Sequence[Row], tests: Sequence[Test]) -> Iterator[Row]:
    controlled = {hazard for row in rows if row.tests for hazard in row.hazards}
    controlled |= {hazard for test in tests for hazard in test.hazards}
    for hazard in catalogue.hazards:
        if hazard not in controlled:
            yield Row("", "", (hazard,), (), None, "untested hazard")


def _unknown(catalogue: Catalogue, tests: Sequence[Test]) -> Iterator[Row]:
    for test in tests:
        for stranger in catalogue.unknown((*test.requirements, *test.hazards)):
            yield Row(stranger, "", (), (test.place,), None, "unknown id")


def _orphans(tests: Sequence[Test]) -> Iterator[Row]:
    for test in tests:
        if not test.requirements and not test.hazards:
            yield Row("", "", (), (test.place,), None, "orphan test")
