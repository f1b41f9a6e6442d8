"""Which test belongs to which function, and what is missing: a function is *shown* where nothing is.

shown = covered(functions, run)
[gap for one in shown for gap in one.gaps], strangers(functions, run)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rig.validation.functions import Function
    from rig.validation.run import Case, Run

Kind = Literal["failed", "not run", "skipped", "no function", "unknown software"]


@dataclass(frozen=True)
class Gap:
    """What is missing.

    Attributes:
        function: id; empty where it is about a test or the run alone.
        kind: a test failed or was skipped, none ran, one belongs to no function, the run does not say what was tested.
        about: which test, and why.
    """

    function: str
    kind: Kind
    about: str


@dataclass(frozen=True)
class Covered:
    """A function with its tests.

    Attributes:
        function: which.
        cases: its tests.
        gaps: what is missing.
    """

    function: Function
    cases: tuple[Case, ...]
    gaps: tuple[Gap, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many passed, failed, were skipped."""
        return Counter(case.outcome for case in self.cases)


def covered(functions: Sequence[Function], run: Run) -> list[Covered]:
    """Each function with the tests that ran of it, and its gaps."""
    return [_covered(one, run) for one in functions]


def strangers(functions: Sequence[Function], run: Run) -> list[Gap]:
    """Tests that belong to no function."""
    prefixes = [prefix for one in functions for prefix in one.tests]
    alone = [case for case in run.cases if not any(map(case.begins_with, prefixes))]
    return [Gap("", "no function", case.place) for case in alone]


def unsaid(run: Run) -> list[Gap]:
    """What the run does not say of the software, or says and should not be so."""
    missing = [name for name in ("version", "revision", "modified") if not run.software.get(name)]
    gaps = [Gap("", "unknown software", f"the run does not say the {name} of what was tested") for name in missing]
    if run.software.get("modified") == "yes":
        gaps.append(Gap("", "unknown software", "files differed from the revision"))
    return gaps


def _covered(function: Function, run: Run) -> Covered:
    cases = tuple(case for case in run.cases if any(map(case.begins_with, function.tests)))
    return Covered(function, cases, tuple(_gaps(function, cases)))


def _gaps(function: Function, cases: Sequence[Case]) -> Iterator[Gap]:
    for prefix in function.tests:
        if not any(case.begins_with(prefix) for case in cases):
            yield Gap(function.id, "not run", f"no test of {prefix}")
    for case in cases:
        if case.outcome == "failed":
            yield Gap(function.id, "failed", f"{case.place}: {case.said}")
        elif case.outcome == "skipped":
            yield Gap(function.id, "skipped", f"{case.place}: {case.said}")
