"""Many values at once: each of n boluses, every window of a mask, or a fraction of the windows.

================  ==============================================================================================
to prove          what is needed, whatever the correlation
================  ==============================================================================================
all are within    each passes by itself. A device with one value outside passes only if *that* one passes, so the
                  risk is that of one value and nothing is to be corrected (intersection-union, Berger 1982)
one is outside    one lies outside by the simultaneous factor of :mod:`rig.verify.simultaneous`: among many values
                  within, the most extreme strays further than any single one
a fraction is     so many lie within by the simultaneous factor; it is refuted where too many lie outside by it
================  ==============================================================================================

Simple acceptance (no guard band) takes every value as it is. Windows of one run share levels and evaporation: their
covariance comes from :func:`rig.verify.joint.errors_of_levels`.

>>> import numpy as np
>>> found = Joint(np.array([1.0, -3.0, 12.0]), np.eye(3))
>>> [EachWithin(-14.5, 14.5).judge(found).verdict, FractionWithin(0.6, -5.0, 5.0).judge(found).verdict]
['pass', 'inconclusive']
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from rig.verify.errors import RuleError
from rig.verify.joint import Joint
from rig.verify.limits.judgement import By, Judgement, checked_sides
from rig.verify.rule import student_tail
from rig.verify.simultaneous import probability_within, simultaneous_factor
from rig.verify.words import chance, span

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[np.float64]]

#: Window lengths that agree within this part of themselves are the same.
_SAME = 1e-6


class Many(Protocol):
    """Many values of one unit, each with its standard uncertainty, shape (n,)."""

    @property
    def value(self) -> Array:
        """What was measured."""

    @property
    def u(self) -> Array:
        """Standard uncertainty of each."""

    @property
    def nu(self) -> float:
        """Degrees of freedom."""


@dataclass(frozen=True)
class EachWithin:
    """Each of n values from lower to upper.

    Raises:
        RuleError: no limit, or limits in the wrong order.
    """

    lower: float | None
    upper: float | None
    unit: str = "%"

    def __post_init__(self) -> None:
        checked_sides(self.lower, self.upper)

    def __str__(self) -> str:
        return f"each {span(self.lower, self.upper, self.unit)}"

    def judge(self, found: Joint, by: By = By()) -> Judgement:  # noqa: B008 (frozen)
        """Whether all are within, or one is proven to be outside."""
        low, high = checked_sides(self.lower, self.upper)
        return all_within(str(self), found, low, high, by)


@dataclass(frozen=True, eq=False)
class Windows:
    """Errors of windows and the length of each [s], shape (n,)."""

    errors: Joint
    window_s: Array


@dataclass(frozen=True)
class Mask:
    """Limits for each length of window: rows of (length [s], lower, upper), in percent.

    Raises:
        RuleError: no row, or limits in the wrong order.
    """

    rows: tuple[tuple[float, float | None, float | None], ...]

    def __post_init__(self) -> None:
        if not self.rows:
            raise RuleError("mask: expected a row of (length, lower, upper) at least, found none")
        for _, lower, upper in self.rows:
            checked_sides(lower, upper)

    def __str__(self) -> str:
        return "; ".join(f"{span(lower, upper, '%')} over {length:g} s" for length, lower, upper in self.rows)

    def judge(self, found: Windows, by: By = By()) -> Judgement:  # noqa: B008 (frozen)
        """Whether all windows are within, or one is proven to be outside.

        Raises:
            RuleError: a window of a length that the mask does not name.
        """
        low, high = np.array([self._sides(float(length)) for length in found.window_s]).T
        return all_within(str(self), found.errors, low, high, by)

    def _sides(self, length_s: float) -> tuple[float, float]:
        for length, lower, upper in self.rows:
            if abs(length - length_s) <= _SAME * length:
                return checked_sides(lower, upper)
        known = ", ".join(f"{row[0]:g}" for row in self.rows)
        raise RuleError(f"mask: expected windows of {known} s, found one of {length_s:g} s; name it in the mask")


@dataclass(frozen=True)
class FractionWithin:
    """At least ``fraction`` of the windows from lower to upper.

    Raises:
        RuleError: a fraction that is not above 0 and up to 1, no limit, or limits in the wrong order.
    """

    fraction: float
    lower: float | None
    upper: float | None
    unit: str = "%"

    def __post_init__(self) -> None:
        checked_sides(self.lower, self.upper)
        if not 0.0 < self.fraction <= 1.0:
            raise RuleError(f"fraction: expected one above 0 and up to 1, found {self.fraction}")

    def __str__(self) -> str:
        return f"{100 * self.fraction:g} % of the windows {span(self.lower, self.upper, self.unit)}"

    def judge(self, found: Joint, by: By = By()) -> Judgement:  # noqa: B008 (frozen)
        """Whether so many are proven to be within, or too many to be outside."""
        low, high = checked_sides(self.lower, self.upper)
        factor = _simultaneous(found, by)
        inside = int(np.sum(_within(found, low, high, factor)))
        outside = int(np.sum(~_within(found, low, high, -factor)))
        n, needed = found.value.size, self.fraction * found.value.size * (1.0 - 1e-12)
        p = float((probability_within(found, low, high) >= self.fraction * (1.0 - 1e-12)).mean())
        verdict = by.verdict(proven=inside >= needed, refuted=n - outside < needed)
        says = (
            f"{verdict}: {inside} of {n} windows are within, {outside} outside, each by {factor:.3g} u. Limit {self}, "
            f"by decision rule {by.rule}, all windows together. Probability that it is kept: {chance(p)}."
        )
        facts = {"inside": inside, "outside": outside, "of": n, "factor": factor}
        return Judgement(verdict, says, p, {**_worst(found, low, high)[1], **facts})


def all_within(what: str, found: Joint, low: Array | float, high: Array | float, by: By) -> Judgement:
    """Whether each of n values with one covariance lies within limits of its own.

    Args:
        what: the limits in words.
        found: the values.
        low, high: the limits, of all or of each, shape (n,); infinite where there is none.
        by: the decision rule.
    """
    p = float((probability_within(found, low, high) >= 1.0).mean())
    return each_within(what, found, low, high, by, _simultaneous(found, by), p)


def each_within(
    what: str, found: Many, low: Array | float, high: Array | float, by: By, together: float, p: float | None
) -> Judgement:
    """The same of values whose simultaneous factor is known already, and the probability that all lie within."""
    single = by.factor(found.nu)
    excess, facts = _worst(found, low, high)
    worst = facts["worst"]
    verdict = by.verdict(proven=excess <= -single, refuted=excess > together)
    known = "" if p is None else f" Probability that all lie within: {chance(p)}."
    says = (
        f"{verdict}: of {found.value.size} values the worst, number {worst + 1}, is {found.value[worst]:+.4g} with "
        f"u = {found.u[worst]:.3g}. Limit {what}; each passes {single:.3g} u within, "
        f"one fails {together:.3g} u outside (decision rule {by.rule}).{known}"
    )
    return Judgement(verdict, says, p, {**facts, "factor": together})


def _worst(found: Many, low: Array | float, high: Array | float) -> tuple[float, dict[str, Any]]:
    """How far outside, in u, the one is that is furthest out; and which it is."""
    excess = np.maximum(low - found.value, found.value - high) / found.u  # above zero: outside
    worst = int(excess.argmax())
    facts = {"worst": worst, "value": float(found.value[worst]), "u": float(found.u[worst])}
    return float(excess[worst]), facts


def _within(found: Joint, low: float, high: float, factor: float) -> Any:
    return (found.value >= low + factor * found.u) & (found.value <= high - factor * found.u)


def _simultaneous(found: Joint, by: By) -> float:
    single = by.factor(found.nu)
    return 0.0 if single == 0.0 else simultaneous_factor(found.correlation, student_tail(single, found.nu), found.nu)
