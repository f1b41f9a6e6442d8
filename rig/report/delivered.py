"""Delivered against programmed volume with its uncertainty band, and the difference of the two below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calibration.units import VOLUME
from rig.findings.span import constant_rate_ul_h
from rig.report.style import BLUE, GREY, ORANGE, SKY, new_figure, time_unit, title, watermark
from rig.verify.grid import whole_multiple

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rig.assessment import Assessment
    from rig.delivery.levels import Floats
    from rig.findings.curves import Curve

#: Coverage factor of the bands.
BAND_K = 2.0


def draw_delivered(assessment: Assessment, curve: Curve) -> Figure:
    """Two panels over the time since delivery began.

    Args:
        assessment: for the title, the span and the evidence class.
        curve: the levels.
    """
    figure = new_figure(5.6)
    title(figure, assessment, "Delivered against programmed volume")
    unit_s, unit = time_unit(curve.time_s[-1])
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    _volumes(above, curve, curve.time_s / unit_s)
    _difference(below, curve, curve.time_s / unit_s, _samples_a_cycle(assessment))
    for axes in (above, below):
        _analysis(axes, assessment, curve, unit_s, named=axes is above)
        watermark(axes, assessment.verdict.evidence_class)
    below.set_xlabel(f"time since delivery began [{unit}]")
    figure.align_ylabels()
    return figure


def _volumes(axes: Axes, curve: Curve, time: Floats) -> None:
    _band(axes, time, curve.delivered_ul, curve.u_ul)
    axes.plot(time, curve.delivered_ul, color=BLUE, label="delivered, at the tip (balance)")
    axes.plot(time, curve.programmed_ul, color="black", linestyle="--", linewidth=0.9, label="programmed")
    axes.set_ylabel("volume [µL]")
    axes.legend(loc="lower right")
    axes.margins(x=0.01)


def _difference(axes: Axes, curve: Curve, time: Floats, stride: int) -> None:
    difference = curve.delivered_ul - curve.programmed_ul
    axes.axhline(0.0, color="black", linestyle="--", linewidth=0.9)
    if stride > 1:
        axes.plot(time, difference, color=SKY, linewidth=0.8, label="within cycles (pulsation)")
    _band(axes, time[::stride], difference[::stride], curve.u_ul[::stride])
    label = "after whole cycles" if stride > 1 else "each sample interval"
    axes.plot(time[::stride], difference[::stride], color=BLUE, marker=".", markersize=4, linewidth=1.1, label=label)
    axes.set_ylabel("delivered - programmed\n[µL]")
    axes.legend(loc="upper left", ncols=3)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.25 * (high - low))


def _band(axes: Axes, time: Floats, middle: Floats, u_ul: Floats) -> None:
    reach, label = BAND_K * u_ul, f"± U (k = {BAND_K:g})"
    axes.fill_between(time, middle - reach, middle + reach, color=ORANGE, alpha=0.45, linewidth=0, label=label)


def _samples_a_cycle(assessment: Assessment) -> int:
    """Sample intervals in one declared cycle of the pump; 1 where a cycle is no whole number of them."""
    declared, rate = assessment.evidence.bench.device.cycle_volume, constant_rate_ul_h(assessment.evidence)
    if declared is None or rate is None:
        return 1
    cycle_s = 3600.0 * VOLUME.magnitude("cycle_volume", declared) / rate
    return whole_multiple(cycle_s, assessment.evidence.protocol.timing.sample_interval_s) or 1


def _analysis(axes: Axes, assessment: Assessment, curve: Curve, unit_s: float, *, named: bool) -> None:
    """Mark the part that the mean flow error is about, as far as the record goes."""
    span = assessment.span
    if span is None:
        return
    origin = assessment.evidence.delivery_began_s
    edges = [edge for edge in (span.start_s - origin, span.end_s - origin) if edge <= curve.time_s[-1] + 1.0]
    for edge in edges:
        axes.axvline(edge / unit_s, color=GREY, linewidth=0.8, linestyle=":")
    if named and edges:
        place: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "xytext": (4, 0), "textcoords": "offset points"}
        axes.annotate("analysis", (edges[0] / unit_s, 0.98), va="top", fontsize=8, color=GREY, **place)
