"""What the line took up between two instants: its compliance times the rise of its pressure.

Without a pressure that is read nothing is taken to be stored: at a constant flow the line holds at the end of a window
what it held at its beginning.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import COMPLIANCE, PRESSURE
from rig.errors import EvidenceError
from rig.findings.compliance import line_pressure_kpa, measured

if TYPE_CHECKING:
    from rig.findings.run import Run
    from rig.protocol_findings.leak import LineStore


@dataclass(frozen=True)
class Stored:
    """What the line took up.

    Attributes:
        ul, u_ul: volume, above zero where the pressure rose, and standard uncertainty [uL].
        nu: degrees of freedom.
        facts: plain JSON values.
    """

    ul: float = 0.0
    u_ul: float = 0.0
    nu: float = math.inf
    facts: dict[str, Any] = field(default_factory=dict)


def stored_between(run: Run, asked: LineStore | None, begin_s: float, end_s: float) -> Stored:
    """What it took up from one instant to another.

    Raises:
        EvidenceError: no readings of the pressure at one of them, or a channel or column that the record does not have.
        MetricError: a compliance that was to be measured in this run and could not be.
    """
    if asked is None:
        return Stored(facts={"stored_ul": 0.0, "pressure": "not read: taken to be the same at both ends"})
    ends = [_level_kpa(run, asked, at_s) for at_s in (begin_s, end_s)]
    rise_kpa = ends[1][0] - ends[0][0]
    u_rise_kpa = math.hypot(PRESSURE.magnitude("rise_u", asked.rise_u), ends[0][1], ends[1][1])
    value, u, nu = _compliance_ul_kpa(run, asked)
    stored, u_stored = value * rise_kpa, math.hypot(u * rise_kpa, value * u_rise_kpa)
    facts = {"rise_kpa": rise_kpa, "compliance_ul_kpa": value, "stored_ul": stored, "u_stored_ul": u_stored}
    return Stored(stored, u_stored, nu, {"pressure": f"read by {asked.pressure.channel}", **facts})


def _level_kpa(run: Run, asked: LineStore, at_s: float) -> tuple[float, float]:
    """Mean over the window of a level, and its standard uncertainty by scatter."""
    half_s = run.delivery.window_s / 2.0
    _, pressure_kpa = line_pressure_kpa(run, asked.pressure, at_s - half_s, at_s + half_s)
    if len(pressure_kpa) < 2:
        raise EvidenceError(
            f"the channel {asked.pressure.channel!r} has {len(pressure_kpa)} readings within {half_s:.0f} s of "
            f"t = {at_s:.0f} s; expected two or more, to know what the line stored"
        )
    return float(pressure_kpa.mean()), float(np.std(pressure_kpa, ddof=1)) / math.sqrt(len(pressure_kpa))


def _compliance_ul_kpa(run: Run, asked: LineStore) -> tuple[float, float, float]:
    """Declared, or measured in this run; value, standard uncertainty, degrees of freedom."""
    known: Any = run.evidence.protocol.findings.compliance  # the table has seen to it that one of the two is there
    if asked.compliance is None or asked.compliance_u is None:
        found, _ = measured(run, known)
        return found.value_ul_kpa, found.u_ul_kpa, found.nu
    value = float(COMPLIANCE.magnitude("compliance", asked.compliance))
    return value, float(COMPLIANCE.magnitude("compliance_u", asked.compliance_u)), math.inf
