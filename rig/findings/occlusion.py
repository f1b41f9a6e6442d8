"""A closed line: when the pump noticed, what was missed meanwhile, and what was released at once when it opened.

Many ITB pumps have no occlusion sensor [K]: without a limit on the detection, that nobody noticed is a fact and no
failure, and the harm is what is judged.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from calibration.units import TIME
from rig.errors import EvidenceError
from rig.finding import Finding
from rig.findings.held import one
from rig.findings.instants import new_alarm, when
from rig.findings.noticed import detection_finding
from rig.verify.errors import MetricError
from rig.verify.occlusion import undetected

if TYPE_CHECKING:
    from rig.findings.run import Run
    from rig.protocol_findings.catheter import Occlusion

NAME = "occlusion"
#: So many standard uncertainties before it is said to have opened, a line was closed for sure.
_SURE = 3.0


def occlusion_findings(run: Run, asked: Occlusion) -> list[Finding]:
    """``occlusion_detection`` in seconds, ``occlusion_missed`` and ``occlusion_release`` in uL.

    Raises:
        EvidenceError: an instant that nobody noted.
        MetricError: a line that was closed after the end of the record.
    """
    closed = when(run, asked.closed)
    seen = new_alarm(run.evidence.record.stream("device"), closed.seconds[0], asked.alarm)
    found = [detection_finding(run, f"{NAME}_detection", closed, seen, asked.detection_limit, asked)]
    return found if asked.opened is None else [*found, *_volumes(run, asked, *when(run, asked.opened).seconds)]


def _volumes(run: Run, asked: Occlusion, opened_s: float, u_opened_s: float) -> list[Finding]:
    names = f"{NAME}_missed", f"{NAME}_release"
    closed_s, u_closed_s = when(run, asked.closed).seconds
    # the release is sudden, so the two volumes are parted while the line was still closed for sure
    sooner_s = _SURE * u_opened_s
    try:
        seen = undetected(
            run.delivery,
            run.dose,
            run.began,
            blocked=TIME.quantity(closed_s),
            opened=TIME.quantity(opened_s - sooner_s),
            settle=asked.settle,
        )
    except (MetricError, EvidenceError) as error:
        limits = asked.missed_limit, asked.release_limit
        return [
            Finding.not_determined(name, error, decides=limit is not None)
            for name, limit in zip(names, limits, strict=True)
        ]
    # an instant that is off by u moves the programmed flow from one side of it to the other
    rate_ul_s = float(run.dose.rate_ul_h(closed_s - run.began_s)) / 3600.0
    u_instants = math.hypot(u_closed_s, sooner_s / math.sqrt(3.0)) * rate_ul_s
    facts: dict[str, Any] = {
        "programmed_ul": seen.programmed_ul,
        "missed_percent": seen.missed_percent,
        "lost_ul": seen.lost_ul,
        "u_lost_ul": seen.u_lost_ul,
    }
    u_missed = math.hypot(seen.u_missed_ul, u_instants)
    return [
        one(names[0], seen.missed_ul, u_missed, math.inf, asked.missed_limit, asked, "uL", **facts),
        one(names[1], seen.release_ul, seen.u_release_ul, math.inf, asked.release_limit, asked, "uL"),
    ]
