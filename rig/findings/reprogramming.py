"""Re-programming: how late each change of rate held, against what the program promises of it.

The instant comes from the level curve, never from the pump's own word; that of telling from the record. A change of
which less than half came until the guard was over was not carried out, whatever the pump has confirmed: that fails.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from calibration.units import TIME
from rig.finding import Finding
from rig.findings.held import one
from rig.verify.effective_time import effective_time
from rig.verify.errors import MetricError, NoChangeError

if TYPE_CHECKING:
    from rig.findings.run import Run
    from rig.protocol_findings.rates import Reprogramming
    from rig.protocol_findings.sides import Sides

NAME = "reprogramming"
#: Coverage of the statement that a change did not come.
_K = 2.0


def reprogramming_findings(run: Run, asked: Reprogramming) -> list[Finding]:
    """One finding for each change of the program: how late it held, in seconds.

    Raises:
        MetricError: no change in the program, or one that cannot be seen.
    """
    pieces = list(run.pieces())
    changes = [i for i, (piece, _, _) in enumerate(pieces) if "changes" in piece.path]
    if not changes:
        raise MetricError("re-programming: expected a continuous segment with changes, found none")
    return [_change(run, asked, number, pieces, at) for number, at in enumerate(changes, start=1)]


def _change(run: Run, asked: Reprogramming, number: int, pieces: list, at: int) -> Finding:  # type: ignore[type-arg]
    (_, before_s, _), (piece, due_s, after_s) = pieces[at - 1], pieces[at]
    guard_s = TIME.magnitude("guard", asked.guard)
    told_s = run.told_s("set_rate", due_s - piece.lead_s)
    try:
        found = effective_time(
            run.delivery,
            told=TIME.quantity(told_s),
            # neighbours may be as late, or as early, as this change
            before=TIME.quantity(before_s + (guard_s if at > 1 else 0.0)),
            after=TIME.quantity(after_s - (guard_s if at + 1 < len(pieces) else 0.0)),
            promised=TIME.quantity(piece.lead_s),
            guard=asked.guard,
            u_told=asked.told_u,
            ripple=run.ripple,
        )
    except NoChangeError as error:
        programmed = piece.rate_ul_h - pieces[at - 1][0].rate_ul_h
        if not _never_came(error, programmed, asked.limit, guard_s - run.delivery.window_s / 2):
            raise
        return _never(f"{NAME}_{number}", error, programmed, asked)
    facts = {
        "told_s": told_s - run.began_s,
        "promised_s": piece.lead_s,
        "delay_s": found.delay_s,
        "effective_s": found.at_s - run.began_s,
        "change_ul_h": found.change_ul_h,
    }
    return one(f"{NAME}_{number}", found.late_s, found.u_delay_s, math.inf, asked.limit, asked, "s", **facts)


def _never_came(found: NoChangeError, programmed_ul_h: float, limit: Sides | None, seen_s: float) -> bool:
    """Whether less than half of the change came, beyond its uncertainty, for longer than the limit allows."""
    came = found.change_ul_h * math.copysign(1.0, programmed_ul_h)
    latest_s = None if limit is None else limit.upper
    return came + _K * found.u_ul_h < abs(programmed_ul_h) / 2 and latest_s is not None and latest_s < seen_s


def _never(name: str, found: NoChangeError, programmed_ul_h: float, asked: Reprogramming) -> Finding:
    """A change that was confirmed and not carried out."""
    came = f"{found.change_ul_h:+.3g} uL/h (U = {_K * found.u_ul_h:.2g} uL/h)"
    told = f"{programmed_ul_h:+g} uL/h were programmed, {came} came until {asked.guard:~P} later"
    says = f"fail: {told}. Limit {asked.limit}."
    limits = (None, None) if asked.limit is None else (asked.limit.lower, asked.limit.upper)
    facts = {"change_ul_h": found.change_ul_h, "programmed_ul_h": programmed_ul_h}
    return Finding(name, "fail", says, unit="s", limits=limits, rule=asked.rule, facts=facts)
