"""The start-up curve: flow of each sample interval since delivery began; informative."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.units import FLOW, TIME, VOLUME
from rig.finding import Finding
from rig.verify.start_up import StartUp, start_up

if TYPE_CHECKING:
    from rig.delivery.from_record import Evidence
    from rig.findings.curves import Curve
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
    if settled is None:
        text = f"the flow never stays within {asked.band:~P} of the programmed one"
    else:
        text = f"within {asked.band:~P} of the programmed flow from {settled / 3600:.2f} h on"
    return Finding(NAME, "informative", text, value=None if settled is None else settled / 3600, unit="h")
