"""The reservoir: the pump's book, its low-reservoir alarm, and what a refill shows, with what it cannot show.

An empty pump has given at least what it held: reconciliation cannot see more, and then a pass by it means nothing.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from calibration.errors import UnitError
from calibration.units import FLOW, RATIO, TIME, VOLUME
from rig.errors import EvidenceError
from rig.finding import Finding
from rig.findings.claim import claimed_ul
from rig.findings.held import one
from rig.findings.instants import new_alarm
from rig.plan import REFILL_KEY
from rig.verify.errors import MetricError
from rig.verify.refill import reconcile
from rig.verify.reservoir import bookkeeping, low_reservoir

if TYPE_CHECKING:
    from calibration.units import Quantity
    from rig.findings.run import Run
    from rig.protocol_findings.reservoir import Reservoir

NAME = "reservoir"


def reservoir_findings(run: Run, asked: Reservoir) -> list[Finding]:
    """``reservoir_book`` and ``reservoir_low`` in uL, ``reservoir_refill`` in percent; as far as they are asked for.

    Raises:
        EvidenceError: the pump claimed nothing, or what was drawn out was not answered.
        MetricError: volumes that cannot be.
    """
    fill = run.dose.reservoir if asked.fill is None else asked.fill
    found = [_book(run, asked, fill)]
    if asked.low_setting is not None:
        found.append(_low(run, asked, fill, asked.low_setting))
    if asked.drawn is not None or asked.ask:
        found.append(_refill(run, asked, fill))
    return found


def _book(run: Run, asked: Reservoir, fill: Quantity) -> Finding:
    """From the beginning of the program to the end of the analysis."""
    name, end_s = f"{NAME}_book", run.span.end_s
    try:
        volume = run.delivery.difference_ul(run.began_s, end_s)
        claimed = claimed_ul(run.evidence.record, end_s) - claimed_ul(run.evidence.record, run.began_s)
        left_ul = VOLUME.magnitude("fill", fill) - claimed
        book = bookkeeping(
            fill, asked.fill_u, VOLUME.quantity(volume.value), VOLUME.quantity(volume.u), VOLUME.quantity(left_ul)
        )
    except (EvidenceError, MetricError) as error:
        return Finding.not_determined(name, error, decides=asked.book_limit is not None)
    facts: dict[str, Any] = {
        "left_ul": book.left_ul,
        "claimed_left_ul": book.claimed_ul,
        "delivered_ul": volume.value,
        "claim_error_percent": book.claim_error_percent,
    }
    return one(name, book.claim_error_ul, book.u_left_ul, volume.nu_eff, asked.book_limit, asked, "uL", **facts)


def _low(run: Run, asked: Reservoir, fill: Quantity, setting: Quantity) -> Finding:
    name = f"{NAME}_low"
    seen = new_alarm(run.evidence.record.stream("device"), run.began_s, asked.low_alarm)
    if seen is None:
        return _never_low(run, asked, fill, setting)
    at_s, u_s = seen.event.seconds
    flow = float(run.dose.rate_ul_h(at_s - run.began_s))
    try:
        found = low_reservoir(
            fill, asked.fill_u, run.delivery, run.began, TIME.quantity(at_s), TIME.quantity(u_s), setting,
            flow=FLOW.quantity(flow),
        )  # fmt: skip
    except (EvidenceError, MetricError) as error:
        return Finding.not_determined(name, error, decides=asked.low_limit is not None)
    facts: dict[str, Any] = {
        "left_ul": found.left_ul,
        "early_s": found.early_s,
        "u_early_s": found.u_early_s,
        "alarm_s": at_s - run.began_s,
    }
    return one(name, found.early_ul, found.u_left_ul, found.nu, asked.low_limit, asked, "uL", **facts)


def _never_low(run: Run, asked: Reservoir, fill: Quantity, setting: Quantity) -> Finding:
    """No alarm: what was left at the end is the most that can have been left when it would come."""
    name, end_s = f"{NAME}_low", run.span.end_s
    volume = run.delivery.difference_ul(run.began_s, end_s)
    left = VOLUME.magnitude("fill", fill) - volume.value
    early, u = left - VOLUME.magnitude("setting", setting), math.hypot(volume.u, VOLUME.magnitude("u", asked.fill_u))
    text = f"the alarm {asked.low_alarm!r} never came; {left:.4g} uL were left at the end"
    limit = asked.low_limit
    if limit is None:
        return Finding(name, "informative", text, value=early, u=u, unit="uL")
    if limit.lower is not None and early + asked.k * u < limit.lower:
        says = f"fail: {text}, so that it comes later than the limit of {limit} allows."
        return Finding(
            name, "fail", says, value=early, u=u, expanded=asked.k * u, k=asked.k, unit="uL",
            limits=(limit.lower, limit.upper), rule=asked.rule,
        )  # fmt: skip
    return Finding.undetermined(name, f"{text}; run until it comes")


def _refill(run: Run, asked: Reservoir, fill: Quantity) -> Finding:
    name, limit = f"{NAME}_refill", asked.refill_limit
    try:
        drawn, drawn_u = _drawn(run, asked)
        programmed = float(run.dose.volume_ul(run.dose.breakpoints[-1]))
        reach = 0.0 if limit is None else limit.reach
        found = reconcile(
            fill, VOLUME.quantity(programmed), drawn, drawn_u,
            limit=RATIO.quantity(reach), unusable=asked.unusable, u_fill=asked.fill_u,
        )  # fmt: skip
    except (EvidenceError, MetricError) as error:
        return Finding.not_determined(name, error, decides=limit is not None)
    facts: dict[str, Any] = {
        "ratio": found.ratio,
        "largest_visible_percent": found.largest_visible_percent,
        "empty": found.empty,
        "blind": limit is not None and limit.upper is not None and found.largest_visible_percent <= limit.upper,
    }
    finding = one(name, found.error_percent, found.u_percent, math.inf, limit, asked, **facts)
    if finding.verdict == "pass" and (facts["blind"] or found.empty):
        says = f"inconclusive: {finding.statement.removeprefix('pass: ')} But this proves nothing: {found.says}."
        return replace(finding, verdict="inconclusive", statement=says)
    return finding.saying(f"{found.says}.", {}) if found.says and limit is not None else finding


def _drawn(run: Run, asked: Reservoir) -> tuple[Quantity, Quantity]:
    if asked.drawn is not None and asked.drawn_u is not None:
        return asked.drawn, asked.drawn_u
    text = run.evidence.answer(REFILL_KEY)
    parts = text.split(";")
    if len(parts) != 2:
        raise EvidenceError(f"the refill was answered with {text!r}; expected volume; standard uncertainty")
    try:
        return VOLUME.parse("drawn", parts[0].strip()), VOLUME.parse("drawn_u", parts[1].strip())
    except UnitError as error:
        raise EvidenceError(f"the refill was answered with {text!r}: {error}") from error
