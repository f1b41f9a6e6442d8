"""The screening dose, 1 mL in a minute or more: it judges a syringe's profile, and never a pump.

The volume is the difference of levels before and after. The time is that in which the balance's readings rose from a
tenth to nine tenths of it, a quarter longer; each crossing is known to one interval between readings.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import TIME, VOLUME
from rig.delivery.corners import Corner
from rig.errors import EvidenceError
from rig.findings.held import one
from rig.findings.instants import at_s
from rig.verify.screening import screening_dose

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.finding import Finding
    from rig.findings.run import Run
    from rig.protocol_findings.screening import Screening

NAME = "screening"
_SAYS = "A syringe's profile; it says nothing about a pump."
#: An injection is seen from so many standard uncertainties on.
_SEEN = 3.0
#: Between these parts of the volume the time is taken.
_LOW, _HIGH = 0.1, 0.9


def screening_findings(run: Run, asked: Screening) -> list[Finding]:
    """Two findings: ``screening_volume`` in percent, ``screening_time`` in seconds.

    Raises:
        EvidenceError: an instant that nobody noted, or no injection between the two.
        MetricError: a profile that a pump could have.
    """
    after_s, before_s = at_s(run, asked.after), at_s(run, asked.before)
    if after_s >= before_s:
        raise EvidenceError("the injection lies between after and before; turn them round")
    # readings that are torn upwards belong to neither level
    split = run.delivery.with_corners(Corner(after_s, calm_before=True), Corner(before_s, calm_before=False))
    volume = split.difference_ul(after_s, before_s)
    pumped = float(np.diff(run.dose.volume_ul(np.array([after_s, before_s]) - run.began_s))[0])
    if not volume.value - pumped > _SEEN * volume.u:
        raise EvidenceError("the balance saw no injection between the two instants, beyond what the pump delivered")
    lasted_s, u_s = _lasted(run.delivery, after_s, before_s)
    found = screening_dose(
        VOLUME.quantity(volume.value - pumped),
        VOLUME.quantity(volume.u),
        TIME.quantity(lasted_s),
        TIME.quantity(u_s),
        programmed=asked.volume,
    )
    facts: dict[str, Any] = {"injected_ul": volume.value - pumped, "too_fast": found.too_fast}
    findings = [
        one(f"{NAME}_volume", found.error_percent, found.u_percent, volume.nu_eff, asked.limit, asked, **facts),
        one(f"{NAME}_time", found.duration_s, found.u_duration_s, math.inf, asked.time_limit, asked, "s"),
    ]
    return [finding.saying(_SAYS, {}) for finding in findings]


def _lasted(delivery: Delivery, after_s: float, before_s: float) -> tuple[float, float]:
    """How long the readings took to rise, and its standard uncertainty [s]."""
    inside = (delivery.time_s >= after_s) & (delivery.time_s <= before_s)
    time_s, volume = delivery.time_s[inside], delivery.collected_ul[inside]
    if len(time_s) < 4 or not volume[-1] > volume[0]:
        raise EvidenceError("the balance saw no injection between the two instants")
    part = np.maximum.accumulate((volume - volume[0]) / (volume[-1] - volume[0]))
    ends = np.searchsorted(part, [_LOW, _HIGH])
    crossings = [_crossing(time_s, part, int(at), level) for at, level in zip(ends, (_LOW, _HIGH), strict=True)]
    (low_s, u_low), (high_s, u_high) = crossings
    scale = 1.0 / (_HIGH - _LOW)
    return max(scale * (high_s - low_s), 1e-3), scale * math.hypot(u_low, u_high)


def _crossing(time_s: Any, part: Any, at: int, level: float) -> tuple[float, float]:
    """Linear between the readings around it; rectangular over their distance."""
    before = max(at - 1, 0)
    apart = float(time_s[at] - time_s[before])
    rise = float(part[at] - part[before])
    where = float(time_s[before]) + (apart * (level - float(part[before])) / rise if rise > 0.0 else 0.0)
    return where, max(apart, 1e-3) / math.sqrt(12.0)
