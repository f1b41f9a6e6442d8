"""The errors that a run finds at its looks, and on its complete data, with their joint covariance.

All of them share the first level, the scale, and at the looks the one leg that is known by then. On the complete data
the evaporation is another estimate, by both legs. How far its error is that of the leg before nobody can tell, so they
count as independent: estimates that share less cross their boundaries more often (Slepian, Bell Syst. Tech. J. 41
(1962) 463 [K]), so boundaries for that keep the risk for any sharing that there is.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import VOLUME
from rig.delivery.evaporated import Evaporation
from rig.findings.mean_flow import error_of
from rig.findings.span import Span
from rig.verify.joint import Joint, percent_of_levels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence

    Floats = np.ndarray[Any, np.dtype[np.float64]]

_NO_EVAPORATION = Evaporation(0.0, 0.0, math.inf, measured=True)


def spans_of(evidence: Evidence, looks_s: Iterable[float]) -> list[Span]:
    """From the beginning of the analysis to each look, whose times count from there [s]."""
    dose, begin = evidence.protocol.dose, evidence.protocol.timing.stabilization_s
    origin, cycle = evidence.delivery_began_s + begin, evidence.bench.device.cycle_volume
    found = []
    for at_s in looks_s:
        programmed = float(dose.volume_ul(begin + at_s) - dose.volume_ul(begin))
        cycles = None if cycle is None else round(programmed / VOLUME.magnitude("cycle_volume", cycle))
        found.append(Span(origin, origin + at_s, programmed, cycles))
    return found


def joint_errors(
    before: Delivery, spans: Sequence[Span], shot_ul: float, complete: tuple[Delivery, Span] | None = None
) -> Joint:
    """Errors of spans that begin together, in percent, with their covariance and the last one's degrees of freedom.

    Standard uncertainties are those of the budgets; what they share is from the covariance of the levels.

    Args:
        before: delivery as a look knows it.
        spans: one for each look.
        shot_ul: the portion that the pump moves at once; where within one a span ends is each span's own.
        complete: delivery by all data, and the span that it is asked about, as the last of the errors.

    Raises:
        EvidenceError: no readings around an end of a span.
        MetricError: no covariance comes of it.
    """
    every = [*spans, *([] if complete is None else [complete[1]])]
    found = [error_of(before, span, shot_ul) for span in spans]
    found += [] if complete is None else [error_of(complete[0], complete[1], shot_ul)]
    covariance = _shared(before if complete is None else complete[0], every)
    covariance[: len(spans), : len(spans)] += _evaporated(before, spans)
    if complete is not None:
        covariance[-1:, -1:] += _evaporated(complete[0], every[-1:])
    covariance += np.diag([(100.0 * one.phase_ul / span.programmed_ul) ** 2 for one, span in _pairs(found, every)])
    scale = np.array([one.u for one in found]) / np.sqrt(np.diag(covariance))
    value = np.array([one.value for one in found])
    return Joint(value, covariance * np.outer(scale, scale), found[-1].nu)


def u_changes(before: Delivery, complete: Delivery, spans: Sequence[Span]) -> Floats:
    """Standard uncertainty of what all data may still change about the error of each span [%], shape (spans,).

    Raises:
        EvidenceError: the evaporation is not known at an end of a span.
    """
    return np.asarray(np.sqrt(np.diag(_evaporated(before, spans)) + np.diag(_evaporated(complete, spans))))


def _pairs(found: list[Any], spans: list[Span]) -> Iterable[tuple[Any, Span]]:
    return zip(found, spans, strict=True)


def _shared(delivery: Delivery, spans: Sequence[Span]) -> Floats:
    """Covariance of everything but evaporation [%^2]."""
    times, matrix = _levels(spans)
    _, covariance = replace(delivery, evaporation=_NO_EVAPORATION).levels_ul(times)
    return np.asarray(matrix @ covariance @ matrix.T)


def _evaporated(delivery: Delivery, spans: Sequence[Span]) -> Floats:
    """Covariance of what evaporated [%^2]."""
    if not spans:
        return np.zeros((0, 0))
    times, matrix = _levels(spans)
    _, covariance = delivery.evaporation.since(times, delivery.reference_s, delivery.setup.fluid_kg_m3 / 1000.0)
    return np.asarray(matrix @ covariance @ matrix.T)


def _levels(spans: Sequence[Span]) -> tuple[Floats, Floats]:
    """Times of the levels, the common first one before the others [s], and errors of them."""
    times = np.array([spans[0].start_s, *(span.end_s for span in spans)])
    programmed = [span.programmed_ul for span in spans]
    ends = np.arange(1, times.size)
    return times, percent_of_levels(times.size, np.zeros_like(ends), ends, programmed)
