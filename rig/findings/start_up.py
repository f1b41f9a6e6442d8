"""The start-up curve: flow of each sample interval since delivery began; informative where no limit is given."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from calibration.units import FLOW, TIME, VOLUME
from rig.finding import Finding
from rig.findings.held import one
from rig.verify.start_up import StartUp, start_up

if TYPE_CHECKING:
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
    declared = evidence.bench.device.cycle_volume
    timing = evidence.protocol.timing
    if declared is None:
        cycle = timing.sample_interval
    else:
        cycle_s = 3600.0 * VOLUME.magnitude("cycle_volume", declared) / rate_ul_h
        whole = max(1, round(cycle_s / timing.sample_interval_s))
        cycle = TIME.quantity(whole * timing.sample_interval_s)
    return start_up(
        VOLUME.quantity(curve.delivered_ul),
        timing.sample_interval,
        FLOW.quantity(rate_ul_h),
        cycle=cycle,
        band=asked.band,
    )


def start_up_finding(found: StartUp, asked: AskedStartUp) -> Finding:
    """When the flow came into its band for good, in words."""
    settled = found.stabilised_at_s
    if asked.limit is not None:
        return _decided(found, asked, asked.limit)
    if settled is None:
        text = f"the flow never stays within {asked.band:~P} of the programmed one"
    else:
        text = f"within {asked.band:~P} of the programmed flow from {settled / 3600:.2f} h on"
    return Finding(NAME, "informative", text, value=None if settled is None else settled / 3600, unit="h")


def _decided(found: StartUp, asked: AskedStartUp, limit: Sides) -> Finding:
    """Against a limit: known to one sample of the curve, rectangular."""
    text = f"within {asked.band:~P} of the programmed flow"
    interval_s, lasts_s = float(found.time_s[0]), float(found.time_s[-1])
    if found.stabilised_at_s is not None:
        u_s = interval_s / math.sqrt(12.0)
        return one(NAME, found.stabilised_at_s, u_s, math.inf, limit, asked, "s").saying(f"From then on {text}.", {})
    if limit.upper is None or lasts_s <= limit.upper:
        return Finding.undetermined(NAME, f"never {text} for good, and the record ends before the limit does")
    says = f"fail: never {text} for good in {lasts_s / 3600:.2f} h. Limit {limit}."
    return Finding(NAME, "fail", says, unit="s", limits=(limit.lower, limit.upper), rule=asked.rule)
