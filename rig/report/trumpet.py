"""The trumpet curve: the largest and the smallest flow error of every window length.

A window that is no whole multiple of the pump's cycle is drawn hollow and joined to nothing: it shows the phase
of the pump's strokes. The grey area is what the noise of the balance alone would show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.findings.held import sides_of
from rig.report.style import BLUE, GREY, VERMILION, hours, new_figure, title, watermark
from rig.words import window_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rig.assessment import Assessment
    from rig.verify.trumpet import Trumpet, Window


def draw_trumpet(assessment: Assessment, found: Trumpet) -> Figure:
    """Error against window length on a logarithmic axis: all windows above, those of whole cycles closer below.

    Args:
        assessment: for the title, the limits and the evidence class.
        found: the curve.
    """
    windows = sorted(found.windows, key=lambda window: window.window_s)
    whole = [window for window in windows if window.commensurate is not False]
    flagged = [window for window in windows if window.commensurate is False]
    figure = new_figure(6.4 if whole else 4.2)
    title(figure, assessment, "Trumpet curve")
    panels = figure.subplots(2 if whole else 1, 1, squeeze=False)[:, 0]
    _limits(panels[0], assessment)
    _flagged(panels[0], flagged)
    for axes in panels:
        _floor(axes, windows if axes is panels[0] else whole, found.mean_error_percent)
        _mean(axes, found, "seen so far" if assessment.evidence.end.cause else "of the analysis")
        _extremes(axes, whole)
        _axes(axes, windows)
        watermark(axes, assessment.verdict.evidence_class)
    panels[-1].set_xlabel("length of the window")
    if whole:
        panels[1].set_title("windows of whole cycles, closer", fontweight="normal", fontsize=9)
    figure.legend(*_unique(panels[0]), loc="outside lower left", ncols=2)
    return figure


def _extremes(axes: Axes, windows: Sequence[Window]) -> None:
    if not windows:
        return
    at = [hours(window.window_s) for window in windows]
    largest, smallest = [w.ep_max_percent for w in windows], [w.ep_min_percent for w in windows]
    axes.plot(at, largest, color=BLUE, marker="o", markersize=5, label="largest error")
    axes.plot(at, smallest, color=VERMILION, marker="s", markersize=5, label="smallest error")


def _flagged(axes: Axes, windows: Sequence[Window]) -> None:
    hollow: dict[str, Any] = {"marker": "D", "markersize": 5, "markerfacecolor": "white", "linestyle": ""}
    label = "no whole multiple of the cycle: decides nothing"
    for window in windows:
        at, ends = hours(window.window_s), (window.ep_max_percent, window.ep_min_percent)
        axes.vlines(at, min(ends), max(ends), color=GREY, linewidth=0.8, linestyle=":")
        axes.plot([at, at], ends, color=GREY, label=label, **hollow)


def _floor(axes: Axes, windows: Sequence[Window], middle: float) -> None:
    known = [(hours(w.window_s), w.noise_floor_percent) for w in windows if w.noise_floor_percent is not None]
    if known:
        at, floor = zip(*known, strict=True)
        label = "noise floor: what noise alone would add"
        axes.fill_between(
            at, [middle - f for f in floor], [middle + f for f in floor], color="#BBBBBB", linewidth=0, label=label
        )


def _limits(axes: Axes, assessment: Assessment) -> None:
    asked = assessment.evidence.protocol.findings
    own = asked.trumpet.limit if asked.trumpet is not None else None
    told_ul = None if assessment.span is None else assessment.span.programmed_ul
    limit = own if own is not None or told_ul is None else sides_of(asked.mean_flow_error.limit, told_ul)
    if limit is None:
        return
    shown = f"±{limit.upper:g} %" if limit.lower == -(limit.upper or 0.0) else str(limit)
    label = f"limits of {shown}" if own is not None else f"limits of the mean flow error, {shown} (to compare)"
    style = "-" if own is not None else (0, (6, 3))
    for side in (one for one in (limit.lower, limit.upper) if one is not None):
        axes.axhline(side, color="black", linewidth=1.0, linestyle=style, label=label)


def _mean(axes: Axes, found: Trumpet, of_what: str) -> None:
    text = f"mean error {of_what}, {found.mean_error_percent:+.3g} %"
    axes.axhline(found.mean_error_percent, color=GREY, linewidth=1.0, linestyle="--", label=text)


def _axes(axes: Axes, windows: Sequence[Window]) -> None:
    from matplotlib.ticker import NullLocator

    at = [hours(window.window_s) for window in windows]
    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(at, [window_text(window.window_s) for window in windows])
    axes.set_xlim(at[0] / 1.3, at[-1] * 1.3)
    axes.set_ylabel("flow error [%]")


def _unique(axes: Axes) -> tuple[list[Artist], list[str]]:
    handles, labels = axes.get_legend_handles_labels()
    seen = dict(zip(labels, handles, strict=True))
    return list(seen.values()), list(seen)
