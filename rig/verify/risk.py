"""How likely a value conforms, and how often a decision is wrong (JCGM 106:2012).

*Specific* risk belongs to one measured value: the probability that its true value lies on the other side of a
limit. *Global* risk belongs to a rule applied to a population of pumps.

>>> conformance = conforms(13.0, 1.5, -14.5, 14.5)
>>> round(conformance.inside, 6), round(conformance.outside, 6)
(0.841345, 0.158655)

All values of one call are numbers in one unit, whichever it is (percent, microlitres).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from rig.verify.errors import RuleError

#: Standard deviations after which a normal tail (1e-23) is nothing.
_REACH = 10.0


@dataclass(frozen=True)
class Conformance:
    """Where the true value may lie.

    Attributes:
        inside: p_c, the probability that it lies within the limits (JCGM 106, 7).
        outside: 1 - p_c, computed from the tails so that small risks keep their digits.
    """

    inside: float
    outside: float


@dataclass(frozen=True)
class GlobalRisk:
    """What a rule does to a population (JCGM 106, 9.5).

    Attributes:
        false_accept: probability that a pump does not conform and is accepted (consumer's risk).
        false_reject: probability that a pump conforms and is not accepted (producer's risk).
    """

    false_accept: float
    false_reject: float


def conforms(value: float, u: float, lower: float | None, upper: float | None, nu: float = math.inf) -> Conformance:
    """The probability that the true value lies within the limits, given a measured one.

    Args:
        value: measured value.
        u: its standard uncertainty, above zero.
        lower, upper: the limits, in the same unit; None on one side for a one-sided limit.
        nu: degrees of freedom of u. The true value is taken as normal, or as a scaled and shifted t for a
            finite number (JCGM 101, 6.4.9).

    Raises:
        RuleError: no limits, limits in the wrong order, a value that is no number, u or nu not above zero.
    """
    check(value, u, lower, upper, nu)
    below, above_lower = (0.0, 1.0) if lower is None else _sides((lower - value) / u, nu)
    below_upper, above = (1.0, 0.0) if upper is None else _sides((upper - value) / u, nu)
    inside = below_upper - below if below_upper < above_lower else above_lower - above  # the smaller tails are exact
    return Conformance(max(inside, 0.0), min(below + above, 1.0))


def check(value: float, u: float, lower: float | None, upper: float | None, nu: float = math.inf) -> None:
    """Refuse what no decision can be made of.

    Raises:
        RuleError: see :func:`conforms`.
    """
    if not math.isfinite(value):
        raise RuleError(f"value: expected a number, found {value}; a value that could not be measured is not decided")
    if not 0.0 < u < math.inf:
        raise RuleError(f"u: expected a standard uncertainty above zero, found {u}; a decision needs its uncertainty")
    if not nu > 0.0:
        raise RuleError(f"nu: expected degrees of freedom above zero (infinite is good), found {nu}")
    check_limits(lower, upper)


def check_limits(lower: float | None, upper: float | None) -> None:
    """Refuse what are no limits.

    Raises:
        RuleError: no limit, one that is no number, or limits in the wrong order.
    """
    given = [limit for limit in (lower, upper) if limit is not None]
    if not given or not all(map(math.isfinite, given)):
        raise RuleError(f"limits: expected one or two numbers, found lower={lower}, upper={upper}")
    if given != sorted(given) or (len(given) == 2 and given[0] == given[1]):
        raise RuleError(f"limits: expected lower below upper, found lower={lower}, upper={upper}")


def global_risk(
    process_mean: float,
    process_sd: float,
    measurement_sd: float,
    limits: tuple[float, float],
    acceptance: tuple[float, float],
    nu: float = math.inf,
) -> GlobalRisk:
    """False accepts and false rejects over a normal population measured with normal noise, or Student's.

    Args:
        process_mean, process_sd: of the true values.
        measurement_sd: standard uncertainty of one measurement.
        limits: lower and upper tolerance limit.
        acceptance: lower and upper acceptance limit.
        nu: degrees of freedom of the measurement's.

    Raises:
        RuleError: a standard deviation that is not above zero, or limits in the wrong order.
    """
    for limit in (limits, acceptance):
        check(process_mean, process_sd, *limit)
        check(process_mean, measurement_sd, *limit, nu)
    population = _Population(process_mean, process_sd, measurement_sd, acceptance, nu)
    low, high = limits
    ends = process_mean - _REACH * process_sd, process_mean + _REACH * process_sd
    accepted = population.integral(ends[0], low, accepted=True) + population.integral(high, ends[1], accepted=True)
    return GlobalRisk(accepted, population.integral(low, high, accepted=False))


@dataclass(frozen=True)
class _Population:
    mean: float
    sd: float
    measurement_sd: float
    acceptance: tuple[float, float]
    nu: float

    def integral(self, start: float, end: float, *, accepted: bool) -> float:
        """Probability of a true value from start to end together with that decision."""
        from scipy.integrate import quad

        start, end = (min(max(x, self.mean - _REACH * self.sd), self.mean + _REACH * self.sd) for x in (start, end))
        bends = {edge + shift for edge in self.acceptance for shift in self._shifts()}
        knots = [start, *sorted(x for x in bends if start < x < end), end]
        return math.fsum(quad(self._density, a, b, args=(accepted,))[0] for a, b in pairwise(knots) if a < b)

    def _shifts(self) -> tuple[float, ...]:
        return -6.0 * self.measurement_sd, 0.0, 6.0 * self.measurement_sd

    def _density(self, true: float, accepted: bool) -> float:
        z = (true - self.mean) / self.sd
        found = conforms(true, self.measurement_sd, *self.acceptance, self.nu)  # where a reading of this pump falls
        return math.exp(-0.5 * z * z) / (self.sd * math.sqrt(math.tau)) * (found.inside if accepted else found.outside)


def _sides(z: float, nu: float) -> tuple[float, float]:
    """Probability below and above z."""
    from scipy.special import ndtr, stdtr

    if math.isinf(nu):
        return float(ndtr(z)), float(ndtr(-z))
    return float(stdtr(nu, z)), float(stdtr(nu, -z))
