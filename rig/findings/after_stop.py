"""Stops of the program: the volume that still comes, and the flow that never ends.

A residual flow that cannot be told from zero is no proof of zero: the facts say which flow could have been seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.units import FLOW, TIME
from rig.findings.held import one
from rig.verify.errors import MetricError
from rig.verify.stop import AfterStop, after_stop

if TYPE_CHECKING:
    from rig.finding import Finding
    from rig.findings.run import Run
    from rig.protocol_findings.rates import AfterStop as Asked

NAME = "stop"


def stop_findings(run: Run, asked: Asked) -> list[Finding]:
    """Two findings for each stop: ``stop_residual`` in uL and ``stop_flow`` in uL/h, numbered where there are several.

    Raises:
        MetricError: no stop in the program, or nothing left of one after settling.
    """
    pieces = list(run.pieces())
    stops = [i for i, (piece, _, _) in enumerate(pieces) if piece.kind == "stop" and i > 0]
    if not stops:
        raise MetricError("stop: expected a program that stops after it has delivered, found none")
    found: list[Finding] = []
    for number, at in enumerate(stops, start=1):
        (before, _, _), (_, begin_s, end_s) = pieces[at - 1], pieces[at]
        stopped_s = run.told_s("stop", begin_s)
        seen = after_stop(run.delivery, TIME.quantity(stopped_s), TIME.quantity(end_s), settle=asked.settle)
        suffix = f"_{number}" if len(stops) > 1 else ""
        found += _findings(seen, asked, before.rate_ul_h, suffix)
    return found


def _findings(seen: AfterStop, asked: Asked, before_ul_h: float, suffix: str) -> list[Finding]:
    free = seen.free_flow(FLOW.quantity(before_ul_h))
    facts = {
        "settling_ul": seen.settling_ul,
        "u_settling_ul": seen.u_settling_ul,
        "smallest_seen_ul_h": seen.smallest_seen_ul_h,
        "flows": seen.flows,
        "free_flow": free,
        "start_s": seen.start_s,
        "end_s": seen.end_s,
    }
    volume = one(
        f"{NAME}_residual{suffix}", seen.residual_ul, seen.u_residual_ul, seen.nu, asked.residual_limit, asked, "uL"
    )
    flow = one(
        f"{NAME}_flow{suffix}", seen.flow_ul_h, seen.u_flow_ul_h, seen.nu, asked.flow_limit, asked, "uL/h", **facts
    )
    if free:
        flow = flow.saying(f"Free flow: more than the {before_ul_h:g} uL/h that were programmed before.", {})
    return [volume, flow]
