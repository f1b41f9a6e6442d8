"""The one door: every check of the gate, and one report.

>>> check_gate(opened, calibrations, protocol).refuse("station-1", not_for_release=False)      # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.gate.balance_check import balance_checks
from rig.gate.channels import channel_reasons
from rig.gate.conditions import condition_reasons, room_of
from rig.gate.minimum_weight import minimum_weight_reasons
from rig.gate.predicted import predicted_reasons
from rig.gate.produced_ranges import produced_range_reasons
from rig.gate.ranges import range_reasons
from rig.gate.readiness import not_ready, release_reasons
from rig.gate.reason import GateReport
from rig.gate.retired import retired_reasons
from rig.gate.stated import stated_reasons
from rig.gate.stored_factor import factor_reasons
from rig.gate.unstated import unstated_reasons
from rig.gate.witness_ranges import witness_range_reasons
from rig.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.record import CalibrationRecord
    from rig.bench import OpenBench
    from rig.protocol import Protocol


def check_gate(
    opened: OpenBench, calibrations: Mapping[str, CalibrationRecord], protocol: Protocol | None = None
) -> GateReport:
    """Check every channel of an open bench, and, where a protocol is given, what it will make of it.

    Instruments are prepared and asked; nothing is moved and nothing is written.

    Args:
        opened: the bench.
        calibrations: the records that its file names, by channel.
        protocol: what shall be tested; without it load, minimum weight and uncertainty are not judged.

    Returns:
        The report, with every reason of every channel.
    """
    unready = not_ready(opened, protocol)
    silent = {reason.channel for reason in unready}
    plan = None if protocol is None else make_plan(protocol, opened.file)
    lasts_s = 0.0 if plan is None else plan.duration_s
    reasons = retired_reasons(opened) + channel_reasons(opened, calibrations, lasts_s)
    room = room_of(opened, calibrations, silent)
    reasons += factor_reasons(opened, calibrations, silent) + condition_reasons(opened, calibrations, silent, room)
    unsaid = unstated_reasons(calibrations, supplied=room.fed_v is not None)
    prediction = None
    if protocol is not None and plan is not None:
        reasons += release_reasons(protocol, opened.file) + range_reasons(opened, calibrations, plan, silent)
        reasons += witness_range_reasons(opened, calibrations, protocol, silent)
        reasons += produced_range_reasons(calibrations, protocol, room.fed_v)
        reasons += [*stated_reasons(opened, calibrations), *unsaid] if protocol.for_release else []
        checks = balance_checks(opened, calibrations, protocol)
        reasons += checks.reasons
        too_wide, prediction = predicted_reasons(protocol, opened.file, calibrations, checks.noise)
        reasons += too_wide
        if prediction is not None:
            reasons += minimum_weight_reasons(plan.reference, calibrations, prediction)
    for_release = protocol is not None and protocol.for_release
    return GateReport(tuple(unready), tuple(reasons), prediction, () if for_release else tuple(unsaid))
