"""A leak: what left the pump and did not reach the tip, as a part of it, as a rate and as a volume.

What the two witnesses share (density, a balance) cancels in their difference by its covariance; what the line stored is
taken off. "No loss seen" is not "tight": each finding says which leak would have been seen.

A *pass* needs witnesses that could have seen half of the limit. A *fail* needs more than the rule, as every difference
between nodes does: three witnesses that could see the loss and put it between these two, and a bench that held before
and after. A gain is no pass: a witness is wrong, or there is a second source.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rig.findings.held import one
from rig.findings.leak_doubt import doubt_of
from rig.findings.leak_measured import MeasuredLoss, measured_loss
from rig.findings.witness_words import GAINED
from rig.verify.witnesses import SEEN

if TYPE_CHECKING:
    from rig.finding import Finding
    from rig.findings.run import Run
    from rig.protocol import Protocol
    from rig.protocol_findings.leak import Leak
    from rig.protocol_findings.sides import Sides

NAME: Final = "leak"


def planned(protocol: Protocol) -> bool:
    """Whether a plan knows all of it; what a line stores shows only in a run."""
    asked = protocol.findings.leak
    return asked is None or asked.stored is None


def leak_findings(run: Run, asked: Leak) -> list[Finding]:
    """``leak`` in percent, ``leak_rate`` in uL/h, ``leak_volume`` in uL: those with a limit; else the first one.

    Raises:
        EvidenceError, MetricError: as :func:`rig.findings.leak_measured.measured_loss`.
    """
    found = measured_loss(run, asked)
    loss = found.loss
    part = NAME, loss.lost_percent, loss.u_lost_percent, asked.limit, "%"
    rate = f"{NAME}_rate", loss.lost_ul / loss.hours, loss.u_lost_ul / loss.hours, asked.rate_limit, "uL/h"
    volume = f"{NAME}_volume", loss.lost_ul, loss.u_lost_ul, asked.volume_limit, "uL"
    wanted = [each for each in (part, rate, volume) if each[3] is not None]
    return [_finding(run, asked, found, *each) for each in wanted or [part]]


def _finding(
    run: Run, asked: Leak, found: MeasuredLoss, name: str, value: float, u: float, sides: Sides | None, unit: str
) -> Finding:
    seen = SEEN * u
    informative = sides is None or seen <= sides.half_width / 2.0
    facts = {**found.facts(), "could_see": seen, "informative": informative}
    made = one(name, value, u, found.nu, sides, asked, unit, **facts).saying(found.words(), {})
    coarse = "" if informative else f"not informative: could see {seen:.2g} {unit}, more than half of the limit"
    why = _why_not(run, found, made.verdict, coarse)
    if not why or made.verdict == "informative":
        return made
    text = f"inconclusive: {why}; measured {value:+.4g} {unit}, U = {made.expanded:.2g} {unit}. {found.words()}"
    return replace(made, verdict="inconclusive", statement=text)


def _why_not(run: Run, found: MeasuredLoss, verdict: str, coarse: str) -> str:
    """Why what the rule says is not taken; empty where it is."""
    if found.loss.says == "gain":
        return f"more reached the tip than left the pump: {GAINED}"
    return doubt_of(run, found) if verdict == "fail" else coarse
