"""What two witnesses of a run lost between them in one window, what dominates its uncertainty, and the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.coverage import effective_degrees_of_freedom
from rig.delivery.witness_volumes import WitnessesOfRun
from rig.findings.stored import Stored, stored_between
from rig.findings.witness_pair import pair_of, places
from rig.verify.leak import Loss, loss_of
from rig.verify.seen import covariance_ul2

if TYPE_CHECKING:
    from rig.delivery.witness_volumes import WitnessVolumes
    from rig.findings.run import Run
    from rig.protocol_findings.leak import Leak


@dataclass(frozen=True)
class MeasuredLoss:
    """One window.

    Attributes:
        start_s, end_s: on the bench's clock [s].
        volumes: what every witness saw.
        at: where the two stand among them, the one nearer to the pump first.
        stored: what the line took up.
        loss: between the two.
    """

    start_s: float
    end_s: float
    volumes: WitnessVolumes
    at: tuple[int, int]
    stored: Stored
    loss: Loss

    @property
    def nu(self) -> float:
        """Effective degrees of freedom of the loss."""
        nus = [self.volumes.nu[at] for at in self.at]
        us = [self.loss.u_outlet_ul, self.loss.u_tip_ul, self.stored.u_ul]
        return effective_degrees_of_freedom(us, [*nus, self.stored.nu])

    @property
    def dominating(self) -> str:
        """The largest part of the uncertainty; what both share counts with its difference."""
        first, last = (self.volumes.parts[at] for at in self.at)
        lines = {name: abs(first.get(name, 0.0) - last.get(name, 0.0)) for name in sorted({*first, *last})}
        lines |= {f"{self.volumes.names[at]}, all else": self.volumes.noise_ul[at] for at in self.at}
        lines["stored in the line"] = self.stored.u_ul
        return max(lines, key=lambda name: lines[name])

    def words(self) -> str:
        """What was seen where, and what would have been."""
        loss = self.loss
        first, last = (f"{self.volumes.names[at]} ({self.volumes.nodes[at]})" for at in self.at)
        head = {"no loss seen": "No loss seen", "leak": "A leak", "gain": "A gain"}.get(loss.says, "Disconnected")
        return (
            f"{head} between {first}, {loss.outlet_ul:.4g} uL, and {last}, {loss.tip_ul:.4g} uL, in "
            f"{loss.hours:.3g} h; the smallest leak that would have been seen is {loss.smallest_seen_ul_h:.2g} uL/h."
        )

    def facts(self) -> dict[str, Any]:
        """Plain JSON values."""
        loss, (first, last) = self.loss, self.at
        return {
            "says": loss.says,
            "outlet": self.volumes.names[first],
            "outlet_node": self.volumes.nodes[first],
            "outlet_ul": loss.outlet_ul,
            "u_outlet_ul": loss.u_outlet_ul,
            "tip": self.volumes.names[last],
            "tip_node": self.volumes.nodes[last],
            "tip_ul": loss.tip_ul,
            "u_tip_ul": loss.u_tip_ul,
            "lost_ul": loss.lost_ul,
            "u_lost_ul": loss.u_lost_ul,
            "lost_percent": loss.lost_percent,
            "smallest_seen_ul": loss.smallest_seen_ul,
            "smallest_seen_ul_h": loss.smallest_seen_ul_h,
            "dominating": self.dominating,
            "start_s": self.start_s,
            "end_s": self.end_s,
            "hours": loss.hours,
            **self.stored.facts,
        }


def measured_loss(run: Run, asked: Leak) -> MeasuredLoss:
    """Measure it.

    Raises:
        EvidenceError: a witness that says nothing, or a pressure that was not read.
        MetricError: an outlet that saw nothing.
    """
    start_s, end_s = _window(run, asked)
    volumes = WitnessesOfRun(run.evidence, run.delivery).between(start_s, end_s)
    at = places(volumes, pair_of(run.evidence.bench, asked))
    stored = stored_between(run, asked.stored, start_s, end_s)
    both = np.array(at)
    covariance = covariance_ul2(volumes.parts, volumes.noise_ul)[np.ix_(both, both)]
    hours = (end_s - start_s) / 3600.0
    loss = loss_of(np.array(volumes.volume_ul)[both], covariance, hours, stored.ul, stored.u_ul)
    return MeasuredLoss(start_s, end_s, volumes, at, stored, loss)


def _window(run: Run, asked: Leak) -> tuple[float, float]:
    """The declared one, or the analysis."""
    if asked.window is None:
        return run.span.start_s, run.span.end_s
    return run.began_s + asked.window.start_s, run.began_s + asked.window.end_s
