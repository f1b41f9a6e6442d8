"""The start-up curve: flow of each sample interval since delivery began, with the band around the programmed rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.units import RATIO
from rig.findings.span import constant_rate_ul_h
from rig.report.style import BLUE, GREEN, GREY, VERMILION, new_figure, time_unit, title, watermark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rig.assessment import Assessment
    from rig.verify.start_up import StartUp


def draw_start_up(assessment: Assessment, found: StartUp) -> Figure:
    """Flow above, error over one whole cycle below.

    Args:
        assessment: for the title, the band and the evidence class.
        found: the curve.
    """
    unit_s, unit = time_unit(found.time_s[-1])
    with_cycles = len(found.running_start_s) > 0
    figure = new_figure(5.2 if with_cycles else 3.4)
    title(figure, assessment, "Start-up")
    if with_cycles:
        above, below = figure.subplots(2, 1, sharex=True)
        _errors(below, assessment, found, (unit_s, unit))
        panels = [above, below]
    else:
        panels = [figure.subplots()]
    _flow(panels[0], assessment, found, unit_s)
    for axes in panels:
        watermark(axes, assessment.verdict.evidence_class)
    panels[-1].set_xlabel(f"time since delivery began [{unit}]")
    figure.align_ylabels()
    return figure


def _flow(axes: Axes, assessment: Assessment, found: StartUp, unit_s: float) -> None:
    edges = [0.0, *(found.time_s / unit_s)]
    axes.stairs(found.flow_ul_h, edges, color=BLUE, linewidth=1.2, baseline=None, label="flow of each sample interval")
    rate = constant_rate_ul_h(assessment.evidence)
    if rate is not None:
        axes.axhline(rate, color=GREY, linestyle="--", linewidth=1.0, label=f"programmed, {rate:g} µL/h")
    axes.set_ylabel("flow [µL/h]")
    axes.legend(loc="lower right", ncols=2)
    axes.margins(y=0.25)


def _errors(axes: Axes, assessment: Assessment, found: StartUp, of_time: tuple[float, str]) -> None:
    unit_s, unit = of_time
    axes.plot(
        found.running_start_s / unit_s,
        found.running_error_percent,
        color=VERMILION,
        marker=".",
        markersize=3,
        linewidth=0.9,
        label="error over the whole cycle that begins there",
    )
    asked = assessment.evidence.protocol.findings.start_up
    if asked is not None:
        band = RATIO.magnitude("band", asked.band)
        axes.axhspan(-band, band, color=GREEN, alpha=0.13, linewidth=0, label=f"band of ±{band:g} %")
    if found.stabilised_at_s is not None:
        label = f"within the band from {found.stabilised_at_s / unit_s:.2f} {unit} on"
        axes.axvline(found.stabilised_at_s / unit_s, color=GREEN, linewidth=1.2, label=label)
    axes.axhline(0.0, color=GREY, linestyle="--", linewidth=1.0)
    axes.set_ylabel("flow error [%]")
    axes.margins(y=0.3)
    axes.legend(loc="lower right", ncols=2)
