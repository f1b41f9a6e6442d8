"""Holding what was measured against the limit, rule and coverage factor that a protocol asks for.

One value is held by :func:`held_against`, and made a finding by :func:`decided`, which adds the global risk where the
protocol gives a population. Many values with their joint covariance are held by :func:`judged`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

from calibration.units import RATIO, VOLUME
from rig.finding import Finding
from rig.protocol_findings.sides import Sides
from rig.verify.errors import MetricError
from rig.verify.guard_bands import student_quantile
from rig.verify.limits import By, LargerOf
from rig.verify.prior import Prior, rule_risk
from rig.verify.rules import Decision, decide_numbers

if TYPE_CHECKING:
    from rig.protocol_findings.limits import LargerOfTable
    from rig.protocol_findings.ruled import PriorTable
    from rig.verify.limits import Judgement

#: From this many degrees of freedom on Student's factor for 95 % is 2.00 and the protocol's own counts.
_MANY = 60


class Rules(Protocol):
    """What a protocol says of the rule of a finding: its name, and the least coverage factor."""

    @property
    def rule(self) -> str:
        """Name of the decision rule."""

    @property
    def k(self) -> float:
        """Coverage factor of the expanded uncertainty."""


class Asked(Rules, Protocol):
    """The same with the limit of one value."""

    @property
    def limit(self) -> Sides | LargerOfTable | None:
        """What is accepted."""


def held_against(value: float, u: float, nu: float, asked: Asked, *, programmed_ul: float | None = None) -> Decision:
    """The decision about one value.

    Args:
        value, u: value and standard uncertainty, in the unit of the limit.
        nu: effective degrees of freedom.
        asked: with a limit.
        programmed_ul: what a limit in volume is a percentage of; None where there is no such volume.

    Raises:
        RuleError: the rule or the numbers cannot be used.
        MetricError: a limit in volume, and nothing that it is a part of.
    """
    return held(value, u, nu, sides_of(asked.limit, programmed_ul), asked)


def held(value: float, u: float, nu: float, sides: Sides | None, by: Rules) -> Decision:
    """The same with the limits given apart; a finding with several limits has one rule for all of them."""
    lower, upper, unit = (None, None, "%") if sides is None else (sides.lower, sides.upper, sides.unit)
    k = at_least(by.k, nu)
    return decide_numbers(value, u, lower=lower, upper=upper, rule=by.rule, nu=nu, k=k, unit=unit)


def sides_of(limit: Sides | LargerOfTable | None, programmed_ul: float | None = None) -> Sides | None:
    """The two sides of a limit; the larger of a percentage and a volume needs what was programmed.

    Raises:
        MetricError: a limit in volume, and no programmed volume.
        RuleError: nothing programmed.
    """
    if limit is None or isinstance(limit, Sides):
        return limit
    if programmed_ul is None:
        raise MetricError("limit: expected a volume that was programmed for a limit in volume, found none")
    larger = _larger_of(limit).at(programmed_ul)
    return Sides(larger.lower, larger.upper, "%")


def words_of(limit: Sides | LargerOfTable) -> str:
    """A limit in words."""
    return str(limit if isinstance(limit, Sides) else _larger_of(limit))


def _larger_of(limit: LargerOfTable) -> LargerOf:
    percent, volume = limit.larger_of
    return LargerOf(RATIO.magnitude("larger_of", percent), VOLUME.magnitude("larger_of", volume))


def decided(name: str, decision: Decision, asked: Rules, **facts: Any) -> Finding:
    """The finding of one decision, with the global risk where the protocol knows the population."""
    prior: PriorTable | None = getattr(asked, "prior", None)
    found = Finding.decided(name, decision, **facts)
    return found if prior is None else found.saying(*_global(prior, decision))


def _global(prior: PriorTable, decision: Decision) -> tuple[str, dict[str, Any]]:
    mean, sd = RATIO.magnitude("mean", prior.mean), RATIO.magnitude("sd", prior.sd)
    known = Prior(mean, sd, prior.source)
    limits = decision.lower, decision.upper
    found = rule_risk(known, decision.u, *limits, decision.rule, decision.k, decision.nu)
    facts = {"false_pass": found.risk.false_accept, "false_fail": found.risk.false_reject, "prior": prior.source}
    return found.statement, {"global_risk": facts}


def judged(
    name: str,
    judgement: Judgement,
    asked: Rules,
    sides: Sides | None = None,
    *,
    nu: float = math.inf,
    **facts: Any,
) -> Finding:
    """The finding of a judgement about many values: its value is the worst of them."""
    known = {**judgement.facts, **facts}
    u, p, k = known.get("u"), judgement.p_conform, at_least(asked.k, nu)
    return Finding(
        name=name,
        verdict=judgement.verdict,
        statement=judgement.statement,
        value=known.get("value"),
        u=u,
        expanded=None if u is None else k * u,
        k=k,
        nu=nu,
        unit="%" if sides is None else sides.unit,
        limits=(None, None) if sides is None else (sides.lower, sides.upper),
        rule=asked.rule,
        facts={
            "p_conform": p,
            "risk_of_false_pass": None if p is None else 1.0 - p,
            "risk_of_false_fail": p,
            **known,
        },
    )


def rule_of(asked: Rules, nu: float = math.inf) -> By:
    """The rule of a protocol, as limits of many values take it."""
    return By(asked.rule, at_least(asked.k, nu))


def at_least(k: float, nu: float) -> float:
    """The protocol's coverage factor, or Student's for 95 % where few degrees of freedom ask for more."""
    return max(k, student_quantile(0.975, nu)) if nu < _MANY else k


def one(
    name: str, value: float, u: float, nu: float, sides: Sides | None, asked: Rules, unit: str = "%", **facts: Any
) -> Finding:
    """The finding of one value: decided where the protocol gives a limit, informative where it gives none."""
    if sides is not None:
        return decided(name, held(value, u, nu, sides, asked), asked, **facts)
    k = at_least(asked.k, nu)
    text = f"{value:+.4g} {unit} (U = {k * u:.3g} {unit}, k = {k:.3g}); the protocol gives no limit"
    return Finding(
        name, "informative", text, value=value, u=u, expanded=k * u, k=k, nu=nu, unit=unit, facts=dict(facts)
    )
