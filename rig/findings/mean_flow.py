"""Mean flow error over whole declared cycles of the analysis, with its full GUM budget."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from calibration.uncertainty import effective_degrees_of_freedom
from rig.delivery.efficiency import how_good
from rig.findings.held import decided, held_against
from rig.findings.span import Span
from rig.verify.mean_flow import relative_error_percent

if TYPE_CHECKING:
    from calibration.uncertainty import BudgetResult
    from rig.delivery import Delivery
    from rig.finding import Finding
    from rig.protocol_findings.ruled import Decided

NAME = "mean_flow_error"


def mean_flow_error(delivery: Delivery, span: Span, asked: Decided, shot_ul: float = 0.0) -> Finding:
    """100 (delivered / programmed - 1) in percent, held against its limit.

    Args:
        delivery: delivered volume.
        span: whole cycles of the analysis.
        asked: limit, rule and coverage factor of the protocol.
        shot_ul: the portion that the pump moves at once. Where within a shot the span begins and ends is not known,
            so the programmed volume is uncertain by half a shot either way (rectangular).

    Raises:
        EvidenceError: no readings around an end of the span.
    """
    found = error_of(delivery, span, shot_ul)
    decision = held_against(found.value, found.u, found.nu, asked, programmed_ul=span.programmed_ul)
    return decided(NAME, decision, asked, **facts_of(delivery, span, found))


@dataclass(frozen=True)
class MeanError:
    """The error of one span.

    Attributes:
        value, u: in percent of the programmed volume.
        nu: degrees of freedom.
        volume: delivered, with its budget.
        phase_ul: standard uncertainty of the programmed volume.
    """

    value: float
    u: float
    nu: float
    volume: BudgetResult
    phase_ul: float


def error_of(delivery: Delivery, span: Span, shot_ul: float) -> MeanError:
    """The error over a span; arguments and errors as for :func:`mean_flow_error`."""
    volume = delivery.difference_ul(span.start_s, span.end_s)
    phase_ul = shot_ul / math.sqrt(12.0)
    error = relative_error_percent(volume.value, span.programmed_ul, volume.u, phase_ul)
    nu = effective_degrees_of_freedom([volume.u, phase_ul], [volume.nu_eff, math.inf])
    return MeanError(error.value, error.u, nu, volume, phase_ul)


def facts_of(delivery: Delivery, span: Span, found: MeanError) -> dict[str, Any]:
    """What belongs to the error: volumes, span, budget; plain JSON values."""
    return {
        "delivered_ul": found.volume.value,
        "u_delivered_ul": found.volume.u,
        "programmed_ul": span.programmed_ul,
        "u_programmed_ul": found.phase_ul,
        "start_s": span.start_s,
        "end_s": span.end_s,
        "cycles": span.cycles,
        "budget": budget_rows(found.volume, span.programmed_ul),
        **how_good(delivery, span.start_s, span.end_s, found.volume.u),
    }


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
