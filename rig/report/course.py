"""The course of a run: error with its U band and the acceptance zone, temperature and pressure beside it.

The error is that of the volume since the analysis began, at whole cycles of the pump where it has any. Near the
beginning little has been delivered and U is wide; that is what the picture is for. Nothing is drawn across a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.errors import EvidenceError
from rig.protocol_findings.sides import Sides
from rig.report.gaps import broken, thinned
from rig.report.style import BLUE, GREEN, GREY, ORANGE, VERMILION, new_figure, time_unit, title, watermark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rig.assessment import Assessment
    from rig.delivery.levels import Floats

#: Coverage factor of the band where none is stated, and the most points of it.
BAND_K, POINTS = 2.0, 160


def draw_course(assessment: Assessment) -> Figure | None:
    """The picture; None where no error can be told.

    Args:
        assessment: of a record with a delivery and an analysis.
    """
    course = error_course(assessment)
    if course is None:
        return None
    time_s, error, reach = course
    unit_s, unit = time_unit(time_s[-1])
    air = _air(assessment, time_s[-1])
    figure = new_figure(4.6 + 1.05 * len(air))
    title(figure, assessment, "Error of the delivered volume")
    ratios = [2.2, 2.2, *([1.1] * len(air))]
    panels = figure.subplots(len(ratios), 1, sharex=True, height_ratios=ratios)
    for axes in panels[:2]:
        _error(axes, time_s / unit_s, error, reach, band_k(assessment))
    _zone(panels[0], assessment)
    _closer(panels[1], error, reach)
    for axes, (label, at_s, values) in zip(panels[2:], air, strict=True):
        axes.plot(at_s / unit_s, values, color=GREY, linewidth=0.9)
        axes.set_ylabel(label)
        _at_least(axes, values)
    for axes in panels:
        axes.set_xlim(0.0, time_s[-1] / unit_s)
    for axes in panels[:2]:
        watermark(axes, assessment.verdict.evidence_class)
    panels[-1].set_xlabel(f"time since the analysis began [{unit}]")
    figure.align_ylabels()
    return figure


def draw_front(assessment: Assessment) -> Figure | None:
    """The small one for page one: the error within its limits, and closer; None where no error can be told."""
    course = error_course(assessment)
    if course is None:
        return None
    time_s, error, reach = course
    unit_s, unit = time_unit(time_s[-1])
    figure = new_figure(2.6)
    panels = figure.subplots(1, 2)
    for axes in panels:
        _error(axes, time_s / unit_s, error, reach, band_k(assessment))
        axes.set_xlabel(f"time since the analysis began [{unit}]")
        axes.set_xlim(0.0, time_s[-1] / unit_s)
        watermark(axes, assessment.verdict.evidence_class, size=10)
    _zone(panels[0], assessment)
    if (legend := panels[0].get_legend()) is not None:
        legend.remove()
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    panels[0].set_title("against the limits", fontweight="normal", fontsize=9)
    _closer(panels[1], error, reach)
    return figure


def error_course(assessment: Assessment) -> tuple[Floats, Floats, Floats] | None:
    """Time since the analysis began [s], error and U of the volume since then [%]; NaN where there is a gap."""
    delivery, span = assessment.delivery, assessment.span
    if delivery is None or span is None:
        return None
    count = min(span.cycles or POINTS, POINTS)
    times = np.linspace(span.start_s, min(span.end_s, float(delivery.time_s[-1]) - delivery.window_s / 2), count + 1)
    try:
        volume, covariance = delivery.levels_ul(times)
    except EvidenceError:
        return None
    dose, origin = assessment.evidence.protocol.dose, assessment.evidence.delivery_began_s
    programmed = dose.volume_ul(times - origin) - dose.volume_ul(times[0] - origin)
    variance = np.diag(covariance) + covariance[0, 0] - 2 * covariance[0]
    shot_ul2 = assessment.evidence.bench.device.shot_ul**2 / 12.0  # where within a shot, as the finding has it
    with np.errstate(divide="ignore", invalid="ignore"):
        error = 100.0 * ((volume - volume[0]) / programmed - 1.0)
        ratio = (volume - volume[0]) / programmed
        reach = band_k(assessment) * 100.0 * np.sqrt(np.maximum(variance, 0.0) + shot_ul2 * ratio**2) / programmed
    good = np.isfinite(error) & (programmed > 0)
    return broken(times[good] - span.start_s, delivery.time_s - span.start_s, error[good], reach[good])


def band_k(assessment: Assessment) -> float:
    """Coverage factor of the band: that of the stated U, or 2 where none is stated."""
    main = next((one for one in assessment.findings if one.name == "mean_flow_error"), None)
    return BAND_K if main is None or main.k is None else main.k


def _error(axes: Axes, time: Floats, error: Floats, reach: Floats, k: float) -> None:
    label = f"± U (k = {k:.3g})"
    axes.fill_between(time, error - reach, error + reach, color=ORANGE, alpha=0.45, linewidth=0, label=label)
    axes.plot(
        time, error, color=BLUE, marker=".", markersize=3.5, linewidth=1.1, label="error since the analysis began"
    )
    axes.axhline(0.0, color=GREY, linewidth=0.8, linestyle="--")
    axes.set_ylabel("error [%]")


def _zone(axes: Axes, assessment: Assessment) -> None:
    """Limits of the protocol, and the zone in which the value at the end is accepted, where one was determined."""
    main = next((one for one in assessment.findings if one.name == "mean_flow_error"), None)
    asked = assessment.evidence.protocol.findings.mean_flow_error.limit
    told = (asked.lower, asked.upper) if isinstance(asked, Sides) else (None, None)
    decided = told if main is None or main.limits == (None, None) else main.limits
    limits = [side for side in decided if side is not None]
    low, high = (None, None) if main is None else main.facts.get("accept", (None, None))
    if low is not None and high is not None and low < high:
        axes.axhspan(low, high, color=GREEN, alpha=0.12, linewidth=0, label="acceptance zone")
    for number, side in enumerate(limits):
        axes.axhline(side, color=VERMILION, linewidth=1.3, label=None if number else "limits")
    value = 0.0 if main is None else main.value or 0.0
    lower, upper = min(0.0, value, *limits), max(0.0, value, *limits)
    axes.set_ylim(lower - 0.15 * (upper - lower), upper + 0.45 * (upper - lower))
    axes.legend(loc="upper right", ncols=2)


def _closer(axes: Axes, error: Floats, reach: Floats) -> None:
    """The later part of the course fills the panel; the wide beginning runs out of it."""
    later = slice(len(error) // 8, None)
    low, high = float(np.nanmin((error - reach)[later])), float(np.nanmax((error + reach)[later]))
    margin = 0.15 * (high - low) or 1.0
    axes.set_ylim(min(low, 0.0) - margin, max(high, 0.0) + margin)
    axes.set_title("closer", fontweight="normal", fontsize=9)


def _at_least(axes: Axes, values: Floats) -> None:
    """A steady reading looks steady: the axis spans 2 units at least."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    reach = max(0.6 * (high - low), 1.0)
    axes.set_ylim((low + high) / 2 - reach, (low + high) / 2 + reach)
    axes.ticklabel_format(useOffset=False)


def _air(assessment: Assessment, last_s: float) -> list[tuple[str, Floats, Floats]]:
    """Temperature and pressure since the analysis began; nothing where the air was declared."""
    span = assessment.span
    try:
        found = assessment.evidence.record.stream("environment")
    except EvidenceError:
        return []
    if span is None:
        return []
    time = np.asarray(found["t_s"], float) - span.start_s
    inside = (time >= 0) & (time <= last_s)
    labels = {"temperature_c": "air\n[°C]", "pressure_hpa": "pressure\n[hPa]"}
    rows = []
    for name, label in labels.items():
        values = np.asarray(found.get(name, np.full(time.shape, np.nan)), float)
        good = inside & np.isfinite(values)
        if good.any():
            rows.append((label, *thinned(time[good], values[good])))
    return rows
