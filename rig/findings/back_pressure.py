"""Back pressure and height: how the flow error follows the head that the pump works against.

The stretches of one run share scale and evaporation, so the slope is known better than any of the errors.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import DENSITY, PRESSURE, TIME
from rig.errors import EvidenceError
from rig.findings.held import one
from rig.verify.height import head_influence, head_pressure

if TYPE_CHECKING:
    from rig.finding import Finding
    from rig.findings.run import Run
    from rig.protocol import Protocol
    from rig.protocol_findings.catheter import BackPressure, HeadStep

NAME = "back_pressure"
#: Windows that scatter about their line more than chance does in this part of all cases are no line.
_LINE = 0.001


def planned(protocol: Protocol) -> bool:
    """Whether a plan knows the heads."""
    asked = protocol.findings.back_pressure
    return asked is None or asked.channel is None


def back_pressure_findings(run: Run, asked: BackPressure) -> list[Finding]:
    """One finding: the influence in percent of the flow for each kPa.

    Raises:
        EvidenceError: a channel without readings, or a series that is no line.
        MetricError: as :func:`rig.verify.height.head_influence`.
    """
    start = np.array([TIME.magnitude("start", step.start) for step in asked.steps]) + run.began_s
    end = np.array([TIME.magnitude("end", step.end) for step in asked.steps]) + run.began_s
    if asked.channel is None:
        heads = np.array([_head_kpa(run, step) for step in asked.steps])
    else:
        heads = np.array([_measured_kpa(run, asked.channel, a, b) for a, b in zip(start, end, strict=True)])
    found = head_influence(
        run.delivery,
        run.dose,
        run.began,
        TIME.quantity(start),
        TIME.quantity(end),
        PRESSURE.quantity(heads),
        asked.head_u,
    )
    _straight(found.chi_square, found.nu)
    facts: dict[str, Any] = {
        "head_kpa": heads.tolist(),
        "error_percent": found.error_percent.tolist(),
        "u_percent": found.u_percent.tolist(),
        "at_zero_percent": found.at_zero_percent,
        "u_at_zero_percent": found.u_at_zero_percent,
        "chi_square": found.chi_square,
        "head": f"measured by {asked.channel}" if asked.channel else "declared",
    }
    return [one(NAME, found.percent_per_kpa, found.u_percent_per_kpa, math.inf, asked.limit, asked, "%/kPa", **facts)]


def _head_kpa(run: Run, step: HeadStep) -> float:
    if step.pressure is not None:
        return float(PRESSURE.magnitude("pressure", step.pressure))
    density = DENSITY.quantity(run.delivery.setup.fluid_kg_m3)
    column: Any = step.height  # the table has seen to it that one of the two is there
    return float(PRESSURE.magnitude("height", head_pressure(column, density, below=step.below)))


def _measured_kpa(run: Run, channel: str, start_s: float, end_s: float) -> float:
    _, pressure_kpa = run.column(channel, "pressure_kpa", start_s, end_s)
    if not len(pressure_kpa):
        raise EvidenceError(f"the channel {channel!r} has no reading from {start_s:.0f} s to {end_s:.0f} s")
    return float(pressure_kpa.mean())


def _straight(chi_square: float, nu: int) -> None:
    from scipy.stats import chi2

    if nu > 0 and chi_square > float(chi2.isf(_LINE, nu)):
        raise EvidenceError(
            f"the errors do not follow a line over the heads (chi-square {chi_square:.3g}, {nu} degrees of freedom), "
            "so that no influence in %/kPa stands for them"
        )
