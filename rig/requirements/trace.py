"""Requirement, hazard, test, last evidence: both ways, with every gap as a row of its own.

    for row in trace(catalogue, suites, last):
        row.requirement, row.hazards, row.tests, row.evidence, row.gap

=========================  ====================================================================
gap                        it means
=========================  ====================================================================
``no test``                a requirement that no test names
``no evidence``            tests name it, and no run was found
``not shown``              the last run of it did not pass
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

Gap = Literal["", "no test", "no evidence", "not shown", "untested hazard", "unknown id", "orphan test"]
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
        evidence: the last run; None where there is none.
        gap: what is missing; empty where nothing is.
    """

    requirement: str
    limit: str
    hazards: tuple[str, ...]
    tests: tuple[str, ...]
    evidence: Evidence | None
    gap: Gap


def trace(catalogue: Catalogue, tests: Sequence[Test], last: Mapping[str, Evidence]) -> list[Row]:
    """All rows: requirements in the order of their file, then hazards, unknown ids and orphans.

    Args:
        catalogue: requirements and hazards.
        tests: of the suites.
        last: the latest run of each requirement.
    """
    rows = [_requirement(one, tests, last.get(one.id)) for one in catalogue.requirements.values()]
    return [*rows, *_hazards(catalogue, rows, tests), *_unknown(catalogue, tests), *_orphans(tests)]


def _requirement(one: Requirement, tests: Sequence[Test], last: Evidence | None) -> Row:
    places = tuple(test.place for test in tests if one.id in test.requirements)
    return Row(one.id, one.limit, one.hazards, places, last, _gap(places, last))


def _gap(places: tuple[str, ...], last: Evidence | None) -> Gap:
    if not places:
        return "no test"
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
