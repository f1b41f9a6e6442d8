"""A time limit on an event that was seen between two looks, or not at all.

>>> limit = NoLaterThan(60.0)
>>> seen = [Instant(40.0, 50.0, 0.5), Instant(50.0, 70.0, 0.5), Instant(70.0, 80.0, 0.5), Instant(80.0, None, 0.5)]
>>> [limit.judge(one).verdict for one in seen]
['pass', 'inconclusive', 'fail', 'fail']
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rig.verify.errors import RuleError
from rig.verify.limits.judgement import By, Judgement
from rig.verify.risk import check, conforms
from rig.verify.words import chance


@dataclass(frozen=True)
class Instant:
    """When something happened.

    Attributes:
        after_s: it had not happened by then.
        by_s: it had happened by then; None where it was never seen.
        u_s: standard uncertainty of these times.
        nu: degrees of freedom of it.

    Raises:
        RuleError: times in the wrong order, or no uncertainty.
    """

    after_s: float
    by_s: float | None
    u_s: float
    nu: float = math.inf

    def __post_init__(self) -> None:
        check(self.after_s, self.u_s, None, 0.0, self.nu)
        if self.by_s is not None and not self.after_s <= self.by_s < math.inf:
            raise RuleError(f"instant: expected after_s before by_s, found {self.after_s} and {self.by_s}")


@dataclass(frozen=True)
class NoLaterThan:
    """The event happens within ``limit_s``.

    Raises:
        RuleError: a limit that is not above zero.
    """

    limit_s: float

    def __post_init__(self) -> None:
        if not 0.0 < self.limit_s < math.inf:
            raise RuleError(f"limit_s: expected a time above zero, found {self.limit_s}")

    def __str__(self) -> str:
        return f"within {self.limit_s:g} s"

    def judge(self, found: Instant, by: By = By()) -> Judgement:  # noqa: B008 (frozen)
        """Pass where the later end is within the limit by the guard band, fail where the earlier one is beyond it."""
        band = by.found.width(found.u_s, by.k, found.nu)
        proven = found.by_s is not None and found.by_s + band <= self.limit_s
        verdict = by.verdict(proven=proven, refuted=found.after_s - band > self.limit_s)
        # the later end is the worse one; what was never seen may never have happened
        p = 0.0 if found.by_s is None else conforms(found.by_s, found.u_s, None, self.limit_s, found.nu).inside
        seen = "never seen" if found.by_s is None else f"seen by {found.by_s:g} s"
        says = (
            f"{verdict}: not before {found.after_s:g} s, {seen}, u = {found.u_s:.3g} s. Limit: {self}, guard band "
            f"{band:.3g} s by decision rule {by.rule}. Probability that it is kept, at least: {chance(p)}."
        )
        return Judgement(verdict, says, p, {"guard_band_s": band})
