"""Why a loss between two nodes is not held against the pump; nothing where it is.

A difference between two instruments is one of them, or a leak. It takes a third that could see the loss to tell them
apart, and check weight, zero and evaporation that held before and after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.findings.bench_held import bench_not_held
from rig.findings.check_weight import check_weights
from rig.findings.disturbance import disturbance
from rig.findings.witness_judged import seen_of
from rig.findings.witness_words import doubt
from rig.verify.seen import NODES, Seen, covariance_ul2
from rig.verify.witnesses import judge

if TYPE_CHECKING:
    from rig.findings.leak_measured import MeasuredLoss
    from rig.findings.run import Run
    from rig.verify.witnesses import Agreement


def doubt_of(run: Run, measured: MeasuredLoss) -> str:
    """Why the loss is not held against the pump, in words; empty where it is.

    Args:
        run: with its check weights.
        measured: the loss, and what every witness saw in the window.
    """
    found = _judged(measured)
    held = bench_not_held(
        run.evidence, run.delivery, check_weights(run.evidence, run.delivery), disturbance(run.evidence, run.delivery)
    )
    if found.between and not _inside(found.between, measured):
        return f"the volume changes between {found.between[0]} and {found.between[1]}"
    if not (why := doubt(found, sum(found.speak), held)):
        return ""
    blamed = f", {found.blamed} against all others" if found.blamed and not found.between else ""
    return f"not held against the pump: {why}{blamed}"


def _judged(measured: MeasuredLoss) -> Agreement:
    """All witnesses of the window, held against a limit of which the loss is the half: who could see it speaks."""
    volumes, at, stored = measured.volumes, measured.at, measured.stored
    seen, last = seen_of(volumes), NODES.index(volumes.nodes[at[1]])
    behind = np.array([NODES.index(node) >= last for node in volumes.nodes])
    covariance = covariance_ul2(volumes.parts, volumes.noise_ul, volumes.nu)
    covariance += np.outer(behind, behind) * stored.u_ul**2
    arrived = Seen(seen.names, seen.nodes, seen.volume_ul + behind * stored.ul)
    return judge(arrived, covariance, limit_ul=2.0 * abs(measured.loss.lost_ul), reference=at[1])


def _inside(between: tuple[str, str], measured: MeasuredLoss) -> bool:
    first, last = (NODES.index(measured.volumes.nodes[one]) for one in measured.at)
    return first <= NODES.index(between[0]) and NODES.index(between[1]) <= last
