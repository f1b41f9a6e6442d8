"""One value against its limits: pass, fail or inconclusive, with the risk of each, in plain words.

>>> decision = decide_numbers(13.0, 1.5, lower=-14.5, upper=14.5, rule="guard-band-U", k=2.0, unit="%")
>>> decision.verdict, decision.accept_upper, round(decision.p_conform, 4)
('inconclusive', 11.5, 0.8413)

The statement names value, limits and rule, as ISO/IEC 17025 7.8.6 wants a statement of conformity to do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from calibration.units import RATIO, Kind, Quantity
from rig.verify.errors import RuleError
from rig.verify.guard_bands import Rule, find_rule, student_quantile
from rig.verify.risk import check, conforms

Outcome = Literal["pass", "fail", "inconclusive"]


@dataclass(frozen=True)
class Decision:
    """A decision, with everything that it rests on; numbers in ``unit``.

    Attributes:
        verdict: ``pass``, ``fail`` or ``inconclusive``.
        value, u, nu: what was measured, its standard uncertainty and degrees of freedom.
        k: coverage factor; U = k u.
        lower, upper: the limits; None where there is none.
        rule: name of the decision rule.
        guard_band: its width.
        accept_lower, accept_upper: the limits shrunk by the guard band.
        p_conform: probability that the true value lies within the limits (JCGM 106).
        pfa: risk of a false pass: the probability that the true value lies outside, were this value passed.
        pfr: risk of a false fail: the probability that it lies inside, were this value failed.
        unit: for the statement.
        statement: all of it in plain words.
    """

    verdict: Outcome
    value: float
    u: float
    nu: float
    k: float
    lower: float | None
    upper: float | None
    rule: str
    guard_band: float
    accept_lower: float | None
    accept_upper: float | None
    p_conform: float
    pfa: float
    pfr: float
    unit: str
    statement: str

    @property
    def expanded(self) -> float:
        """U = k u."""
        return self.k * self.u


def decide(
    value: Quantity,
    u: Quantity,
    *,
    lower: Quantity | None,
    upper: Quantity | None,
    rule: str,
    nu: float = math.inf,
    k: float | None = None,
    kind: Kind = RATIO,
) -> Decision:
    """Decide about a measured quantity.

    Args:
        value, u: the measured value and its standard uncertainty, of ``kind``.
        lower, upper: the limits; None on one side for a one-sided limit.
        rule: name of the decision rule (:mod:`rig.verify.guard_bands`).
        nu: effective degrees of freedom of u.
        k: coverage factor; None takes Student's t for 95 % at nu.
        kind: of all four quantities; the decision's numbers are in its unit.

    Raises:
        UnitError: a quantity that is none of this kind, or NaN.
        RuleError: an unknown rule, no limit, limits in the wrong order, u, nu or k not above zero.
    """
    return decide_numbers(
        kind.magnitude("value", value),
        kind.magnitude("u", u),
        lower=None if lower is None else kind.magnitude("lower", lower),
        upper=None if upper is None else kind.magnitude("upper", upper),
        rule=rule,
        nu=nu,
        k=k,
        unit="%" if kind is RATIO else kind.unit,
    )


def decide_numbers(
    value: float,
    u: float,
    *,
    lower: float | None,
    upper: float | None,
    rule: str,
    nu: float = math.inf,
    k: float | None = None,
    unit: str = "%",
) -> Decision:
    """Kernel of :func:`decide`: plain numbers, all in the unit that is named for the statement.

    Raises:
        RuleError: see :func:`decide`; also a value that is no number.
    """
    check(value, u, lower, upper, nu)
    factor = student_quantile(0.975, nu) if k is None else k
    if not 0.0 < factor < math.inf:
        raise RuleError(f"k: expected a coverage factor above zero, found {factor}")
    found = find_rule(rule)
    band = _width(found, u, factor, nu)
    limits, accept = (lower, upper), _moved(lower, upper, band)
    verdict = _verdict(value, band, limits, accept)
    chance = conforms(value, u, lower, upper, nu)
    says = " ".join(
        (
            f"{verdict}: {value:+.4g} {unit} (U = {factor * u:.3g} {unit}, k = {factor:.3g}) lies {_PLACE[verdict]}.",
            f"Limits {_span(limits, unit)}, accepted {_span(accept, unit)} by decision rule {rule}: {found.says}.",
            f"Probability that the true value lies within the limits: {_chance(chance.inside)}.",
            *_hopeless(accept),
        )
    )
    return Decision(
        verdict, value, u, nu, factor, lower, upper, rule, band, *accept,
        chance.inside, chance.outside, chance.inside, unit, says,
    )  # fmt: skip


def _width(rule: Rule, u: float, k: float, nu: float) -> float:
    band = rule.guard_band(u, k, nu)
    if not 0.0 <= band < math.inf:
        raise RuleError(f"rule {rule.name!r}: expected a guard band of zero or more, found {band}; repair the rule")
    return band


Sides = tuple[float | None, float | None]


def _verdict(value: float, band: float, limits: Sides, accept: Sides) -> Outcome:
    if _within(value, accept):
        return "pass"
    return "inconclusive" if _within(value, _moved(*limits, -band)) else "fail"


def _moved(lower: float | None, upper: float | None, inwards: float) -> Sides:
    return None if lower is None else lower + inwards, None if upper is None else upper - inwards


def _within(value: float, sides: Sides) -> bool:
    lower, upper = sides
    return (lower is None or value >= lower) and (upper is None or value <= upper)


_PLACE = {
    "pass": "within the acceptance limits",
    "fail": "outside the limits by more than the guard band",
    "inconclusive": "too close to a limit for its uncertainty",
}


def _hopeless(accept: Sides) -> tuple[str, ...]:
    lower, upper = accept
    empty = lower is not None and upper is not None and lower > upper
    return ("The uncertainty is so large that no value could pass.",) if empty else ()


def _chance(probability: float) -> str:
    """In percent; certainty is never claimed by rounding."""
    percent = 100.0 * probability
    if percent >= 99.995:
        return "more than 99.99 %"
    return "less than 0.01 %" if percent < 0.005 else f"{percent:.2f} %"


def _span(sides: Sides, unit: str) -> str:
    lower, upper = sides
    if lower is not None and upper is not None:
        return f"{lower:+.4g} to {upper:+.4g} {unit}"
    return f"up to {upper:+.4g} {unit}" if lower is None else f"from {lower:+.4g} {unit}"
