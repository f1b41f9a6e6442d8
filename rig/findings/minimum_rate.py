"""The minimum rate: the flow error of each ``minimum_rate`` segment, and whether the pump delivers at all.

At 2 uL/h evaporation and drift are of the size of the flow: a U above the limit decides nothing, and the facts say what
could have been seen.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from calibration.units import FLOW, TIME
from rig.findings.held import one, sides_of
from rig.verify.errors import MetricError
from rig.verify.minimum_rate import flow_in

if TYPE_CHECKING:
    from rig.finding import Finding
    from rig.findings.run import Run
    from rig.protocol_findings.rates import MinimumRate

NAME = "minimum_rate"
_TIE = 1e-6


def minimum_rate_findings(run: Run, asked: MinimumRate) -> list[Finding]:
    """One finding for each segment at the minimum rate, numbered where there are several; errors in percent.

    Raises:
        MetricError: no such segment, or less than one cycle in it.
    """
    segments = run.evidence.protocol.program.segments
    parts = [
        (piece.rate_ul_h, begin, end)
        for piece, begin, end in run.pieces()
        if segments[int(piece.path[1])].kind == "minimum_rate"
    ]
    if not parts:
        raise MetricError("minimum rate: expected a segment of kind 'minimum_rate' in the program, found none")
    return [
        _finding(run, asked, f"{NAME}_{number}" if len(parts) > 1 else NAME, *part)
        for number, part in enumerate(parts, start=1)
    ]


def _finding(run: Run, asked: MinimumRate, name: str, rate_ul_h: float, begin_s: float, end_s: float) -> Finding:
    start_s = begin_s + TIME.magnitude("settle", asked.settle)
    end_s, cycles = _whole_cycles(run, rate_ul_h, start_s, end_s)
    seen = flow_in(run.delivery, TIME.quantity(start_s), TIME.quantity(end_s), programmed=FLOW.quantity(rate_ul_h))
    told_ul = rate_ul_h * seen.hours
    u = math.hypot(seen.u_percent, 100.0 * run.shot_ul / 12.0**0.5 / told_ul)
    facts: dict[str, Any] = {
        "flow_ul_h": seen.flow_ul_h,
        "u_flow_ul_h": seen.u_flow_ul_h,
        "programmed_ul_h": rate_ul_h,
        "smallest_error_percent": seen.smallest_error_percent,
        "delivers": seen.delivers,
        "cycles": cycles,
        "start_s": start_s,
        "end_s": end_s,
    }
    return one(name, seen.error_percent, u, seen.nu, sides_of(asked.limit, told_ul), asked, **facts)


def _whole_cycles(run: Run, rate_ul_h: float, start_s: float, end_s: float) -> tuple[float, int | None]:
    if run.cycle_ul is None:
        return end_s, None
    cycle_s = 3600.0 * run.cycle_ul / rate_ul_h
    cycles = math.floor((end_s - start_s) / cycle_s + _TIE)
    if cycles < 1:
        raise MetricError(
            f"minimum rate: expected a segment of at least one cycle ({cycle_s / 3600:.3g} h) after settling, found "
            f"{(end_s - start_s) / 3600:.3g} h"
        )
    return start_s + cycles * cycle_s, cycles
