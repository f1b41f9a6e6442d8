"""The start-up curve: flow of each sample interval since delivery began; informative where no limit is given.

That a flow is late in its band, or never, needs a cycle after the limit that is outside beyond its uncertainty. The
furthest of many cycles strays further than any one, so that is Bonferroni's for all of them (docs/decisions/0046).
Where it is wider than the band itself, the curve cannot tell, and the mean flow has to. That a flow *is* in its band
for good needs every cycle after the limit to lie inside by the guard band of the rule; one that may as well be outside
is too near to tell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import FLOW, RATIO, TIME, VOLUME
from rig.evaluation import WITH_INSIDE, WITH_SIMULTANEOUS, revision_of
from rig.finding import Finding
from rig.findings.held import at_least, one
from rig.verify.guard_bands import find_rule
from rig.verify.rule import student_tail
from rig.verify.simultaneous import factor_of_largest
from rig.verify.start_up import StartUp, start_up

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.findings.curves import Curve
    from rig.protocol_findings.sides import Sides
    from rig.protocol_tables import StartUp as AskedStartUp

NAME = "start_up"


def start_up_of(evidence: Evidence, curve: Curve, rate_ul_h: float, asked: AskedStartUp) -> StartUp:
    """The curve over stabilization and analysis.

    Raises:
        MetricError: the record is too short for one cycle.
    """
    return start_up(
        VOLUME.quantity(curve.delivered_ul),
        evidence.protocol.timing.sample_interval,
        FLOW.quantity(rate_ul_h),
        cycle=TIME.quantity(_cycle_s(evidence, rate_ul_h)),
        band=asked.band,
    )


@dataclass(frozen=True, slots=True)
class CycleDoubt:
    """How uncertain the error of a cycle after the limit is, with u and degrees of freedom of the last one [%].

    Attributes:
        expanded: U of the furthest of them all: what is outside by more is surely outside.
        guard: guard band of one by the rule of the finding: what is inside by more is surely inside; zero in evaluation
            3 and earlier.
    """

    expanded: float
    guard: float = 0.0


def cycle_doubt(
    evidence: Evidence, delivery: Delivery, curve: Curve, rate_ul_h: float, asked: AskedStartUp, found: StartUp
) -> CycleDoubt:
    """What the errors of the cycles after the limit are uncertain by.

    Raises:
        EvidenceError: no readings around the ends of the last cycle.
        RuleError: the rule gives no guard band.
    """
    cycle_s, end_s = _cycle_s(evidence, rate_ul_h), float(curve.time_s[-1]) + evidence.delivery_began_s
    volume = delivery.difference_ul(end_s - cycle_s, end_s)
    revision, u_percent = revision_of(evidence.record.start), 100.0 * volume.u / (rate_ul_h * cycle_s / 3600.0)
    k = furthest_factor(1 if revision < WITH_SIMULTANEOUS else _late(found, asked.limit).size, asked.k, volume.nu_eff)
    if revision < WITH_INSIDE:
        return CycleDoubt(k * u_percent)
    single = at_least(asked.k, volume.nu_eff)
    return CycleDoubt(k * u_percent, find_rule(asked.rule).width(u_percent, single, volume.nu_eff))


def furthest_factor(cycles: int, k: float, nu: float) -> float:
    """How many u the furthest of so many cycles strays, with the risk that a factor k has for one.

    Args:
        cycles: how many; none count as one.
        k: coverage factor of the protocol; Student's where few readings speak for it.
        nu: degrees of freedom.
    """
    single = at_least(k, nu)
    return single if cycles < 2 else factor_of_largest(None, cycles, student_tail(single, nu), nu)


def _cycle_s(evidence: Evidence, rate_ul_h: float) -> float:
    """The declared cycle in whole sample intervals [s]."""
    declared, interval_s = evidence.bench.device.cycle_volume, evidence.protocol.timing.sample_interval_s
    if declared is None:
        return interval_s
    return max(1, round(3600.0 * VOLUME.magnitude("cycle_volume", declared) / rate_ul_h / interval_s)) * interval_s


def start_up_finding(found: StartUp, asked: AskedStartUp, doubt: CycleDoubt) -> Finding:
    """When the flow came into its band for good, in words.

    Args:
        found: the curve.
        asked: of it.
        doubt: of the error of a cycle.
    """
    settled = found.stabilised_at_s
    if asked.limit is not None:
        return _decided(found, asked, asked.limit, doubt)
    if settled is None:
        text = f"the flow never stays within {asked.band:~P} of the programmed one"
    else:
        text = f"within {asked.band:~P} of the programmed flow from {settled / 3600:.2f} h on"
    return Finding(NAME, "informative", text, value=None if settled is None else settled / 3600, unit="h")


def _decided(found: StartUp, asked: AskedStartUp, limit: Sides, doubt: CycleDoubt) -> Finding:
    """Against a limit: known to one sample of the curve, rectangular."""
    text = f"within {asked.band:~P} of the programmed flow"
    interval_s, lasts_s = float(found.time_s[0]), float(found.time_s[-1])
    settled_s = found.stabilised_at_s
    if settled_s is None and (limit.upper is None or lasts_s <= limit.upper):
        return Finding.undetermined(NAME, f"never {text} for good, and the record ends before the limit does")
    if settled_s is None:
        says = f"fail: never {text} for good in {lasts_s / 3600:.2f} h. Limit {limit}."
        made = Finding(NAME, "fail", says, unit="s", limits=(limit.lower, limit.upper), rule=asked.rule)
    else:
        made = one(NAME, settled_s, interval_s / math.sqrt(12.0), math.inf, limit, asked, "s")
        made = made.saying(f"From then on {text}.", {})
    if made.verdict == "fail" and (near := _too_near(found, asked, limit, doubt.expanded)):
        return Finding.undetermined(NAME, f"not {text} for good by the limit; {near}")
    if made.verdict == "pass" and (near := _hardly_inside(found, asked, limit, doubt.guard)):
        return Finding.undetermined(NAME, f"{text} by the limit, as it was found; {near}")
    return made


def _too_near(found: StartUp, asked: AskedStartUp, limit: Sides, expanded_percent: float) -> str:
    """Why no cycle after the upper limit is surely outside the band; empty where one is, or where it is not asked."""
    if limit.upper is None or (found.stabilised_at_s or math.inf) <= limit.upper:
        return ""
    worst = float(np.max(_late(found, limit), initial=0.0))
    band = RATIO.magnitude("band", asked.band)
    if expanded_percent <= band < worst - expanded_percent:
        return ""
    return f"the worst cycle after it is {worst:.3g} % off (U = {expanded_percent:.2g} %), too near the band to tell"


def _hardly_inside(found: StartUp, asked: AskedStartUp, limit: Sides, guard_percent: float) -> str:
    """Why a cycle after the upper limit may as well be outside the band; empty where none may, or nothing is asked."""
    late, band = _late(found, limit), RATIO.magnitude("band", asked.band)
    if not guard_percent or not late.size or late.max() + guard_percent <= band:
        return ""
    worst = f"the worst cycle after it is {late.max():.3g} % off (guard band {guard_percent:.2g} %)"
    return f"{worst}, too near the band to tell"


def _late(found: StartUp, limit: Sides | None) -> Any:
    """How far each cycle after the upper limit is off [%]; none without one."""
    after_s = math.inf if limit is None or limit.upper is None else limit.upper
    return np.abs(found.running_error_percent[found.running_start_s > after_s])
