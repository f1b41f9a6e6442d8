"""Global risk: how often a rule errs over a population of pumps, for which the population has to be known.

A prior is a claim about pumps that nobody measured in this run. It therefore carries its source, and without one there
is no global risk to print.

>>> prior = Prior(0.0, 4.0, source="42 pumps of this design, report 7")
>>> print(rule_risk(prior, 1.0, -8.0, 8.0, "simple").statement)
Of all pumps 0.8006 % do not conform and pass, 1.485 % conform and do not pass (simple; prior 0 +- 4 %, 42 pumps of \
this design, report 7).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rig.verify.errors import RuleError
from rig.verify.guard_bands import find_rule
from rig.verify.risk import GlobalRisk, check, conforms, global_risk
from rig.verify.rule import Rule

#: A missing limit is put this many standard deviations away, where nothing lies.
_FAR = 40.0


@dataclass(frozen=True)
class Prior:
    """A normal population of true values.

    Attributes:
        mean, sd: of the population, in ``unit``.
        source: where they come from, in words that a reviewer can follow.
        unit: of mean, sd and whatever is judged by it.

    Raises:
        RuleError: no source, or numbers that cannot be.
    """

    mean: float
    sd: float
    source: str
    unit: str = "%"

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise RuleError("prior: expected its source in words, found none; without one there is no global risk")
        if not (math.isfinite(self.mean) and 0.0 < self.sd < math.inf):
            raise RuleError(f"prior: expected a mean and a standard deviation above zero, found {self.mean}, {self.sd}")


@dataclass(frozen=True)
class RuleRisk:
    """Global risks of a rule, and the sentence for the report."""

    risk: GlobalRisk
    statement: str


def rule_risk(
    prior: Prior,
    u: float,
    lower: float | None,
    upper: float | None,
    rule: str | Rule,
    k: float = 2.0,
    nu: float = math.inf,
) -> RuleRisk:
    """False passes and missed passes of a rule over the population (JCGM 106:2012, 9.5).

    The guard band and the errors of measurement are those of the decision, by Student's t where u has few degrees of
    freedom (JCGM 101, 6.4.9).

    Args:
        prior: the population.
        u: standard uncertainty of one measurement, in the unit of the prior.
        lower, upper: the limits; None on one side for a one-sided limit.
        rule: name of the decision rule, or the rule.
        k: coverage factor.
        nu: degrees of freedom of u.

    Raises:
        RuleError: no limit, u, k or nu not above zero, an unknown rule.
    """
    check(prior.mean, u, lower, upper, nu)
    found = rule if isinstance(rule, Rule) else find_rule(rule)
    band, reach = found.width(u, k, nu), _FAR * (prior.sd + u)
    low = prior.mean - reach if lower is None else lower
    high = prior.mean + reach if upper is None else upper
    ends = low if lower is None else low + band, high if upper is None else high - band
    if found.zones == "non-conformity" or ends[0] >= ends[1]:
        risk = GlobalRisk(0.0, conforms(prior.mean, prior.sd, low, high).inside)
    else:
        risk = global_risk(prior.mean, prior.sd, u, (low, high), ends, nu)
    says = (
        f"Of all pumps {100 * risk.false_accept:.4g} % do not conform and pass, {100 * risk.false_reject:.4g} % "
        f"conform and do not pass ({found.name}; prior {prior.mean:g} +- {prior.sd:g} {prior.unit}, {prior.source})."
    )
    return RuleRisk(risk, says)
