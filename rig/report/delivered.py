"""Delivered against programmed volume with its uncertainty band, and the difference of the two below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.units import VOLUME
from rig.findings.span import constant_rate_ul_h
from rig.report.style import BLUE, GREY, ORANGE, SKY, hours, new_figure, title, watermark
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
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    _volumes(above, curve)
    _difference(below, curve, _samples_a_cycle(assessment))
    for axes in (above, below):
        _analysis(axes, assessment, named=axes is above)
        watermark(axes, assessment.verdict.evidence_class)
    below.set_xlabel("time since delivery began [h]")
    figure.align_ylabels()
    return figure


def _volumes(axes: Axes, curve: Curve) -> None:
    time_h = curve.time_s / 3600.0
    _band(axes, time_h, curve.delivered_ul, curve.u_ul)
    axes.plot(time_h, curve.delivered_ul, color=BLUE, label="delivered, at the tip (balance)")
    axes.plot(time_h, curve.programmed_ul, color="black", linestyle="--", linewidth=0.9, label="programmed")
    axes.set_ylabel("volume [µL]")
    axes.legend(loc="lower right")
    axes.margins(x=0.01)


def _difference(axes: Axes, curve: Curve, stride: int) -> None:
    time_h, difference = curve.time_s / 3600.0, curve.delivered_ul - curve.programmed_ul
    axes.axhline(0.0, color="black", linestyle="--", linewidth=0.9)
    if stride > 1:
        axes.plot(time_h, difference, color=SKY, linewidth=0.8, label="within cycles (pulsation)")
    _band(axes, time_h[::stride], difference[::stride], curve.u_ul[::stride])
    label = "after whole cycles" if stride > 1 else "each sample interval"
    axes.plot(time_h[::stride], difference[::stride], color=BLUE, marker=".", markersize=4, linewidth=1.1, label=label)
    axes.set_ylabel("delivered - programmed\n[µL]")
    axes.legend(loc="upper left", ncols=3)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.25 * (high - low))


def _band(axes: Axes, time_h: Floats, middle: Floats, u_ul: Floats) -> None:
    reach, label = BAND_K * u_ul, f"± U (k = {BAND_K:g})"
    axes.fill_between(time_h, middle - reach, middle + reach, color=ORANGE, alpha=0.45, linewidth=0, label=label)


def _samples_a_cycle(assessment: Assessment) -> int:
    """Sample intervals in one declared cycle of the pump; 1 where a cycle is no whole number of them."""
    declared, rate = assessment.evidence.bench.device.cycle_volume, constant_rate_ul_h(assessment.evidence)
    if declared is None or rate is None:
        return 1
    cycle_s = 3600.0 * VOLUME.magnitude("cycle_volume", declared) / rate
    return whole_multiple(cycle_s, assessment.evidence.protocol.timing.sample_interval_s) or 1


def _analysis(axes: Axes, assessment: Assessment, *, named: bool) -> None:
    """Mark the part that the mean flow error is about."""
    span = assessment.span
    if span is None:
        return
    origin = assessment.evidence.delivery_began_s
    for edge in (span.start_s, span.end_s):
        axes.axvline(hours(edge - origin), color=GREY, linewidth=0.8, linestyle=":")
    axes.annotate(
        "analysis" if named else "",
        (hours(span.start_s - origin), 0.98),
        xycoords=("data", "axes fraction"),
        xytext=(4, 0),
        textcoords="offset points",
        va="top",
        fontsize=8,
        color=GREY,
    )
