"""The control chart of a unit: each result with its uncertainty, limits of the chart, tolerance, drift ahead.

    write_control_chart(Path("B123456789.svg"), record.instrument, record.chain, histories)

One panel for each characteristic, on one axis of dates. What lies before the last adjustment is pale and judged by
nothing. A picture of a simulated instrument says so across every panel.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.report.style import (
    BLUE,
    DOTS_PER_INCH,
    GREEN,
    GREY,
    ORANGE,
    TITLE_INCH,
    VERMILION,
    house_style,
    new_figure,
    watermark,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from calibration.record import CalibratedInstrument
    from calibration.unit_history import History

#: Coverage factor of the error bars.
K = 2.0
#: Of the time since the last adjustment, this part again is shown ahead; never less than these days.
AHEAD, LEAST_AHEAD_DAYS = 0.4, 120.0
_SIMULATED = "SIM-"


def write_control_chart(path: Path, instrument: CalibratedInstrument, chain: str, histories: Sequence[History]) -> None:
    """Draw the histories of a unit into one file.

    Args:
        path: ends with ``.svg`` or ``.png``.
        instrument: whose.
        chain: of its records.
        histories: those without a problem, one or more.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with house_style():
        figure = draw_control_chart(instrument, chain, histories)
        if path.suffix == ".svg":
            figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
        else:
            figure.savefig(path, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})


def draw_control_chart(instrument: CalibratedInstrument, chain: str, histories: Sequence[History]) -> Figure:
    """The picture; call it within :func:`rig.report.style.house_style`."""
    figure = new_figure(TITLE_INCH + 0.6 + 2.5 * len(histories))
    _title(figure, instrument, chain, histories)
    panels = figure.subplots(len(histories), 1, sharex=True, squeeze=False)[:, 0]
    for axes, history in zip(panels, histories, strict=True):
        _panel(axes, history)
        watermark(axes, "simulated" if instrument.serial_number.startswith(_SIMULATED) else "device")
    panels[-1].set_xlabel("day of the calibration")
    named = {label: one for axes in panels for one, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(named.values(), named.keys(), loc="outside lower left", ncols=3)
    figure.align_ylabels()
    return figure


def _title(figure: Figure, instrument: CalibratedInstrument, chain: str, histories: Sequence[History]) -> None:
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    results = [result for history in histories for result in history.results]
    days = f"{min(one.day for one in results)} to {max(one.day for one in results)}"
    source = f"{instrument.manufacturer} {instrument.model}, serial number {instrument.serial_number}, {chain}, {days}"
    height = figure.get_figheight()
    figure.text(0.01, 1 - 0.06 / height, "Calibration history", ha="left", va="top", fontsize=11, fontweight="bold")
    figure.text(0.01, 1 - 0.27 / height, source, ha="left", va="top", fontsize=8, color=GREY)
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, 0, 1, 1 - TITLE_INCH / height))


def _panel(axes: Axes, history: History) -> None:
    _tolerance(axes, history)
    _chart_limits(axes, history)
    _drift(axes, history)
    _results(axes, history)
    label = history.characteristic.label
    axes.set_ylabel(f"{label} [{history.characteristic.unit}]")
    axes.xaxis_date()
    axes.margins(y=0.15)


def _results(axes: Axes, history: History) -> None:
    """Pale before the last adjustment; what completes a signal or lies out of tolerance is marked."""
    days = np.array([one.day.toordinal() for one in history.results], float) - _epoch()
    values = np.array([one.value for one in history.results])
    u = K * np.array([one.u for one in history.results])
    began = history.began
    bars: dict[str, Any] = {"fmt": "o", "markersize": 4.5, "elinewidth": 1.0, "capsize": 2.5}
    if began:
        axes.errorbar(days[:began], values[:began], u[:began], color=BLUE, alpha=0.35, **bars)
        axes.axvline(days[began], color=GREY, linestyle=":", linewidth=1.0, label="adjusted")
    axes.errorbar(days[began:], values[began:], u[began:], color=BLUE, label=f"result, U (k = {K:g})", **bars)
    if marked := sorted({began + one.index for one in history.signals}):
        style: dict[str, Any] = {
            "marker": "s",
            "s": 85,
            "facecolors": "none",
            "edgecolors": VERMILION,
            "linewidths": 1.4,
            "zorder": 4,
        }
        axes.scatter(days[marked], values[marked], label="signal of the chart", **style)


def _chart_limits(axes: Axes, history: History) -> None:
    """Centre and three sigma from half way before each result to half way after it."""
    chart = history.chart
    if chart is None or len(chart.values) < 2:
        return
    days = np.array([one.day.toordinal() for one in history.results[history.began :]], float) - _epoch()
    middle = (days[1:] + days[:-1]) / 2.0
    edges = np.concatenate([[days[0] - 20.0], middle, [days[-1] + 20.0]])
    axes.stairs(chart.upper, edges, baseline=None, color=GREY, linewidth=0.9, label="three sigma of the chart")
    axes.stairs(chart.lower, edges, baseline=None, color=GREY, linewidth=0.9)
    axes.plot(edges[[0, -1]], [chart.centre] * 2, color=GREY, linewidth=0.9, linestyle="--", label="centre")


def _tolerance(axes: Axes, history: History) -> None:
    if history.limits is None:
        return
    for limit, label in zip(history.limits, ("tolerance", None), strict=True):
        axes.axhline(limit, color=GREEN, linewidth=1.6, label=label)


def _drift(axes: Axes, history: History) -> None:
    """The line with its one-sided 95 % bounds, some way ahead."""
    from calibration.coverage import coverage_factor

    line = history.drift
    if line is None or line.problem:
        return
    first = history.results[history.began].day.toordinal()
    ahead = max(AHEAD * (line.last_day - first), LEAST_AHEAD_DAYS)
    days = np.linspace(first, line.last_day + ahead, 200)
    k = coverage_factor(line.degrees_of_freedom, 0.90)
    x = days - _epoch()
    axes.plot(x, line.at(days), color=ORANGE, linewidth=1.2, label="drift, with 95 % bounds")
    later = days >= line.last_day
    low, high = line.at(days) - k * line.u_at(days), line.at(days) + k * line.u_at(days)
    axes.fill_between(x[later], low[later], high[later], color=ORANGE, alpha=0.22, linewidth=0)


def _epoch() -> float:
    """Matplotlib counts days from 1970, a date from year 1."""
    return float(date(1970, 1, 1).toordinal())
