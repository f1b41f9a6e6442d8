"""The start-up curve: flow of each sample interval since delivery began; informative where no limit is given.

That a flow never came into its band is decided by the last whole cycle, and only beyond what the balance cannot tell.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from calibration.units import FLOW, RATIO, TIME, VOLUME
from rig.finding import Finding
from rig.findings.held import one
from rig.verify.start_up import StartUp, start_up

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.findings.curves import Curve
    from rig.protocol_findings.sides import Sides
    from rig.protocol_tables import StartUp as AskedStartUp

NAME = "start_up"
#: Coverage of the statement that the last cycle is outside the band.
_K = 2.0


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


def last_cycle_u_percent(evidence: Evidence, delivery: Delivery, curve: Curve, rate_ul_h: float) -> float:
    """Standard uncertainty of the error of the last whole cycle of the curve [%]."""
    cycle_s, end_s = _cycle_s(evidence, rate_ul_h), float(curve.time_s[-1]) + evidence.delivery_began_s
    _, covariance = delivery.levels_ul(np.array([end_s - cycle_s, end_s]))
    variance = float(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    return 100.0 * math.sqrt(max(variance, 0.0)) / (rate_ul_h * cycle_s / 3600.0)


def _cycle_s(evidence: Evidence, rate_ul_h: float) -> float:
    """The declared cycle in whole sample intervals [s]."""
    declared, interval_s = evidence.bench.device.cycle_volume, evidence.protocol.timing.sample_interval_s
    if declared is None:
        return interval_s
    return max(1, round(3600.0 * VOLUME.magnitude("cycle_volume", declared) / rate_ul_h / interval_s)) * interval_s


def start_up_finding(found: StartUp, asked: AskedStartUp, u_percent: float) -> Finding:
    """When the flow came into its band for good, in words.

    Args:
        found: the curve.
        asked: of it.
        u_percent: standard uncertainty of the error of the last cycle [%].
    """
    settled = found.stabilised_at_s
    if asked.limit is not None:
        return _decided(found, asked, asked.limit, u_percent)
    if settled is None:
        text = f"the flow never stays within {asked.band:~P} of the programmed one"
    else:
        text = f"within {asked.band:~P} of the programmed flow from {settled / 3600:.2f} h on"
    return Finding(NAME, "informative", text, value=None if settled is None else settled / 3600, unit="h")


def _decided(found: StartUp, asked: AskedStartUp, limit: Sides, u_percent: float) -> Finding:
    """Against a limit: known to one sample of the curve, rectangular."""
    text = f"within {asked.band:~P} of the programmed flow"
    interval_s, lasts_s = float(found.time_s[0]), float(found.time_s[-1])
    if found.stabilised_at_s is not None:
        u_s = interval_s / math.sqrt(12.0)
        return one(NAME, found.stabilised_at_s, u_s, math.inf, limit, asked, "s").saying(f"From then on {text}.", {})
    if limit.upper is None or lasts_s <= limit.upper:
        return Finding.undetermined(NAME, f"never {text} for good, and the record ends before the limit does")
    last, band = float(found.running_error_percent[-1]), RATIO.magnitude("band", asked.band)
    if abs(last) - _K * u_percent <= band:
        near = (
            f"its last cycle is {last:+.3g} % off (U = {_K * u_percent:.2g} %), too near the band for its uncertainty"
        )
        return Finding.undetermined(NAME, f"never {text} for good; {near}")
    says = f"fail: never {text} for good in {lasts_s / 3600:.2f} h. Limit {limit}."
    return Finding(NAME, "fail", says, unit="s", limits=(limit.lower, limit.upper), rule=asked.rule)
