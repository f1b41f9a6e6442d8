"""Counts: a part of all pumps that may fail, by exact binomial bounds, and a plain number that must not be exceeded.

>>> limit = FailingPart(0.05)
>>> [limit.judge(Tally(failed, 59)).verdict for failed in (0, 1, 9)]
['pass', 'inconclusive', 'fail']
"""

from __future__ import annotations

from dataclasses import dataclass

from rig.verify.errors import RuleError
from rig.verify.limits.judgement import By, Judgement
from rig.verify.reliability import lower_bound


@dataclass(frozen=True)
class Tally:
    """How many of how many independent pumps failed; count what was inconclusive as failed."""

    failed: int
    of: int


@dataclass(frozen=True)
class FailingPart:
    """At most ``part`` of all pumps fail, with ``confidence`` either way (Clopper and Pearson 1934).

    Raises:
        RuleError: a part or confidence not between 0 and 1.
    """

    part: float
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not (0.0 < self.part < 1.0 and 0.0 < self.confidence < 1.0):
            raise RuleError(f"failing part: expected part and confidence between 0 and 1, found {self}")

    def __str__(self) -> str:
        return f"at most {100 * self.part:g} % of all pumps fail, with {100 * self.confidence:g} % confidence"

    def judge(self, found: Tally, by: By = By()) -> Judgement:  # noqa: B008 (frozen)
        """Pass where the upper bound keeps the limit, fail where the lower bound is beyond it.

        Raises:
            MetricError: a count that cannot be.
        """
        upper = 1.0 - lower_bound(found.of, found.failed, self.confidence)
        lower = lower_bound(found.of, found.of - found.failed, self.confidence)
        verdict = by.verdict(proven=upper <= self.part, refuted=lower > self.part)
        says = (
            f"{verdict}: {found.failed} of {found.of} failed; the failing part is at most {100 * upper:.3g} % and at "
            f"least {100 * lower:.3g} %, each with {100 * self.confidence:g} % confidence. Limit: {self}."
        )
        return Judgement(verdict, says, None, {"upper": upper, "lower": lower})


@dataclass(frozen=True)
class AtMost:
    """So many and no more, e.g. alarms; a count is exact."""

    count: int

    def __str__(self) -> str:
        return f"at most {self.count}"

    def judge(self, found: int, by: By = By()) -> Judgement:  # noqa: B008 (frozen)
        """Pass up to the count, else fail.

        Raises:
            RuleError: a count below zero.
        """
        if found < 0:
            raise RuleError(f"count: expected zero or more, found {found}")
        kept = found <= self.count
        verdict = by.verdict(proven=kept, refuted=not kept)
        return Judgement(verdict, f"{verdict}: {found} counted. Limit: {self}.", float(kept))
