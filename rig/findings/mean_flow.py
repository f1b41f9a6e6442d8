"""Mean flow error over whole declared cycles of the analysis, with its full GUM budget."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from calibration.units import RATIO
from rig.finding import Finding
from rig.findings.span import Span
from rig.verify.guard_bands import student_quantile
from rig.verify.rules import decide_numbers

if TYPE_CHECKING:
    from calibration.uncertainty import BudgetResult
    from rig.delivery import Delivery
    from rig.protocol_tables import Decided

NAME = "mean_flow_error"


def mean_flow_error(delivery: Delivery, span: Span, asked: Decided) -> Finding:
    """100 (delivered / programmed - 1) in percent, held against its limit.

    Args:
        delivery: delivered volume.
        span: whole cycles of the analysis.
        asked: limit, rule and coverage factor of the protocol.

    Raises:
        EvidenceError: no readings around an end of the span.
    """
    volume = delivery.difference_ul(span.start_s, span.end_s)
    value = 100.0 * (volume.value / span.programmed_ul - 1.0)
    limit = RATIO.magnitude("limit", asked.limit)
    decision = decide_numbers(
        value,
        100.0 * volume.u / span.programmed_ul,
        lower=-limit,
        upper=limit,
        rule=asked.rule,
        nu=volume.nu_eff,
        k=at_least(asked.k, volume.nu_eff),
    )
    return Finding.decided(
        NAME,
        decision,
        delivered_ul=volume.value,
        u_delivered_ul=volume.u,
        programmed_ul=span.programmed_ul,
        start_s=span.start_s,
        end_s=span.end_s,
        cycles=span.cycles,
        budget=budget_rows(volume, span.programmed_ul),
    )


def at_least(k: float, nu: float) -> float:
    """The protocol's coverage factor, or Student's for 95 % where few degrees of freedom ask for more."""
    return max(k, student_quantile(0.975, nu)) if nu < 60 else k


def budget_rows(volume: BudgetResult, programmed_ul: float) -> list[dict[str, Any]]:
    """The budget as plain JSON, each contribution in uL and in percent of the programmed volume."""
    rows = []
    for component in volume.components:
        row = {key: value for key, value in asdict(component).items() if key != "nu"}
        row["sensitivity"] = component.sensitivity if component.u else None
        row["nu"] = component.nu if component.nu < float("inf") else None
        row["contribution_percent"] = 100.0 * component.contribution / programmed_ul
        rows.append(row)
    return rows
