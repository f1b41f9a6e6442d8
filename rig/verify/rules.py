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
from rig.verify.guard_bands import Rule, find_rule, student_quantile
from rig.verify.risk import check, conforms
from rig.verify.rule import Zones
from rig.verify.words import chance, place, span

Outcome = Literal["pass", "fail", "inconclusive"]
Zone = Literal["pass", "conditional pass", "conditional fail", "fail"]


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

    @property
    def zone(self) -> Zone:
        """Where the value lies; a conditional zone is within the guard band (ILAC-G8:09/2019, 4.2.3)."""
        if self.verdict != "inconclusive":
            return self.verdict
        return "conditional pass" if _within(self.value, (self.lower, self.upper)) else "conditional fail"


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
    rule: str | Rule,
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
    found = rule if isinstance(rule, Rule) else find_rule(rule)
    band = found.width(u, factor, nu)
    limits, accept = (lower, upper), _moved(lower, upper, band)
    verdict = _verdict(value, band, limits, accept, found.zones)
    p = conforms(value, u, lower, upper, nu)
    says = " ".join(
        (
            f"{verdict}: {value:+.4g} {unit} (U = {factor * u:.3g} {unit}, k = {factor:.3g})",
            f"lies {place(found.zones, verdict)}.",
            f"Limits {span(*limits, unit)}, accepted {span(*accept, unit)}",
            f"by decision rule {found.name}: {found.says}.",
            f"Probability that the true value lies within the limits: {chance(p.inside)}.",
            *(["The uncertainty is so large that no value could pass."] if _hopeless(accept) else []),
        )
    )
    return Decision(
        verdict, value, u, nu, factor, lower, upper, found.name, band, *accept,
        p.inside, p.outside, p.inside, unit, says,
    )  # fmt: skip


Sides = tuple[float | None, float | None]


def _verdict(value: float, band: float, limits: Sides, accept: Sides, zones: Zones) -> Outcome:
    if zones != "non-conformity" and _within(value, accept):
        return "pass"
    if zones == "binary" and not _hopeless(accept):  # where no value could pass, failing one says nothing
        return "fail"
    return "inconclusive" if _within(value, _moved(*limits, -band)) else "fail"


def _moved(lower: float | None, upper: float | None, inwards: float) -> Sides:
    return None if lower is None else lower + inwards, None if upper is None else upper - inwards


def _within(value: float, sides: Sides) -> bool:
    lower, upper = sides
    return (lower is None or value >= lower) and (upper is None or value <= upper)


def _hopeless(accept: Sides) -> bool:
    lower, upper = accept
    return lower is not None and upper is not None and lower > upper
