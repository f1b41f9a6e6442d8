"""How many pumps the claim needs: the part of a plan that a regulator asks for beside the length of a run.

>>> from rig.predict import PredictedFinding
>>> found = PredictedFinding("mean_flow_error", 0.2, 2.0, 14.5, "increment_g", "", value=0.0, u=0.1,
...                          limits=(-14.5, 14.5), rule="guard-band-U")
>>> made = sample_size(found, u_shared=0.05, asked=Coverage(0.95, 0.95, sd_percent=3.0), mean=1.0, chance=0.95)
>>> made.n, [(one.method, one.n) for one in made.methods]
(12, [('tolerance interval', 12), ('zero failures', 59), ('order statistics', 93)])

One pump that passes says something of that pump. What is said of all pumps stands on pumps drawn at random, one value
each; further runs of the same pump say how repeatable the method is and make no sample larger.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rig.verify.errors import MetricError
from rig.verify.guard_bands import find_rule
from rig.verify.sample_size import (
    Claim,
    chance_of_success,
    largest_sd,
    order_statistics,
    tolerance_interval,
    zero_failures,
)
from rig.verify.words import chance as in_percent
from rig.verify.words import span

if TYPE_CHECKING:
    from rig.predict import PredictedFinding

#: Sample sizes for which the largest tolerable scatter is told.
EXAMPLES: Final = (5, 10, 15, 20, 30, 60)
#: Which of two means leaves less room does not depend on the sample.
_ANY: Final = 20
TOLERANCE, ZERO, ORDER = "tolerance interval", "zero failures", "order statistics"
SOURCES: Final = {
    TOLERANCE: "ISO 16269-6, normal distribution, exact factor k",
    ZERO: "binomial, Clopper-Pearson: n = ln(1 - confidence)/ln(coverage)",
    ORDER: "Wilks 1941; ISO 16269-6, distribution-free",
}

_COUNTED: Final = (
    "n counts pumps: further runs of a pump, its boluses and the samples of a record repeat the same pump and make n "
    "no larger. Invalid runs are repeated with their cause written down; no other run is repeated."
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is claimed of all pumps, and what is known of them.

    Attributes:
        coverage: part of all pumps within the limits, between 0 and 1.
        confidence: with which it is shown, between 0 and 1.
        sd_percent: expected standard deviation of true errors between pumps [%]; None where nobody knows it.
    """

    coverage: float
    confidence: float
    sd_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """One way to show the claim.

    Attributes:
        method: its name; :data:`SOURCES` has where it comes from.
        n: pumps that it needs; None where no sample would do.
        shown_by: what these pumps have to show.
    """

    method: str
    n: int | None
    shown_by: str


@dataclass(frozen=True, slots=True)
class SampleSize:
    """A sample size with its reason.

    Attributes:
        n: pumps, by the method that is recommended.
        method: its name.
        methods: every method, the recommended one first.
        largest_sd: by number of pumps, the largest s of their values that would still show the claim [%].
        rationale: for the protocol, in sentences.
    """

    n: int
    method: str
    methods: tuple[Method, ...]
    largest_sd: tuple[tuple[int, float], ...]
    rationale: str


def sample_size(found: PredictedFinding, u_shared: float, asked: Coverage, *, mean: float, chance: float) -> SampleSize:
    """How many pumps a claim about all pumps needs.

    Args:
        found: the finding that is made of each pump, with limits in percent.
        u_shared: standard uncertainty that all runs of the study share [%]; a guard band of the finding's rule stands
            for it, because no number of pumps averages it out.
        asked: coverage, confidence, scatter.
        mean: error that the mean of all pumps is assumed to have, either way [%].
        chance: with which the study of pumps as assumed succeeds.

    Raises:
        MetricError: coverage, confidence or scatter out of range, or limits that leave nothing.
        RuleError: a rule that nobody offers.
    """
    if asked.sd_percent is not None and not asked.sd_percent > 0.0:
        raise MetricError(f"between pumps: expected a scatter above zero, found {asked.sd_percent:g} %")
    lower, upper = found.limits
    band = find_rule(found.rule).width(u_shared, found.k or 2.0, math.inf)
    claim = Claim(lower, upper, asked.coverage, asked.confidence, band)
    worst = min((mean, -mean), key=lambda one: largest_sd(claim, _ANY, mean=one))  # the nearer limit, where they differ
    methods = [_zero(claim), _order(claim)]
    scatter = None if asked.sd_percent is None else math.hypot(asked.sd_percent, found.u)
    if scatter is not None:
        normal = _normal(claim, tolerance_interval(claim, mean=worst, sd=scatter, chance=chance))
        methods = sorted([normal, *methods], key=lambda one: math.inf if one.n is None else one.n)
    best = methods[0]
    sds = tuple((n, largest_sd(claim, n, mean=worst)) for n in EXAMPLES)
    text = _rationale(claim, found, best, worst, scatter, chance)
    return SampleSize(best.n or 0, best.method, tuple(methods), sds, text)


def _zero(claim: Claim) -> Method:
    n, one = zero_failures(claim), zero_failures(claim, 1)
    shown = f"all {n} pass, each by its own decision rule; inconclusive counts as not passed ({one} if one may fail)"
    return Method(ZERO, n, shown)


def _order(claim: Claim) -> Method:
    n = order_statistics(claim)
    return Method(ORDER, n, f"the smallest and the largest of {n} values lie {_accepted(claim)}")


def _normal(claim: Claim, n: int | None) -> Method:
    if n is None:
        return Method(TOLERANCE, None, "pumps that scatter so much would not show it, however many")
    return Method(
        TOLERANCE, n, f"mean +- {claim.factor(n):.4g} s of {n} values lies {_accepted(claim)}; check normality"
    )


def _accepted(claim: Claim) -> str:
    low, high = claim.accepted
    ends = (None if math.isinf(low) else low, None if math.isinf(high) else high)
    return f"within {span(*ends, '%')}" if None not in ends else span(*ends, "%")


def _rationale(
    claim: Claim, found: PredictedFinding, best: Method, mean: float, scatter: float | None, chance: float
) -> str:
    part, risk = f"{100 * claim.content:g} %", f"{100 * (1 - claim.confidence):g} %"
    claimed = f"at least {part} of all pumps of this design have a {found.name.replace('_', ' ')} {_limits(claim)}"
    sample = f"{best.n} pumps drawn at random from the production that the claim is about, one run each"
    fewer = f"a design of which fewer than {part} lie within the limits is accepted in at most {risk} of such studies"
    return " ".join(
        (
            f"Claim: {claimed}, shown with {100 * claim.confidence:g} % confidence.",
            f"Method: {best.method} ({SOURCES[best.method]}).",
            f"Sample: {sample}; shown where {best.shown_by}.",
            f"Risk: {fewer}.",
            _producer(claim, best, mean, scatter, chance),
            _COUNTED,
            *([f"What all runs share is kept as a guard band of {claim.band:.2g} %."] if claim.band else []),
        )
    )


def _producer(claim: Claim, best: Method, mean: float, scatter: float | None, chance: float) -> str:
    if best.method == TOLERANCE and scatter is not None and best.n is not None:
        got = chance_of_success(claim, best.n, mean=mean, sd=scatter)
        return (
            f"Assumed: errors are normal, mean {mean:g} %, standard deviation {scatter:.3g} % with "
            f"measurement; the study then succeeds with {in_percent(got)}. Where they come from has to be stated."
        )
    share = chance ** (1.0 / (best.n or 1))
    return (
        "Assumed: nothing of the distribution. The study succeeds with "
        f"{100 * chance:g} % where {100 * share:.4g} % of all pumps would pass."
    )


def _limits(claim: Claim) -> str:
    if claim.two_sided and claim.lower == -(claim.upper or math.nan):
        return f"within ±{claim.upper:g} %"
    return span(claim.lower, claim.upper, "%")
