"""The picture of a campaign: the error of every run with its U, device by device, beside limits and tolerance interval.

The tolerance interval stands on the right of the devices, with their mean: it is about devices that were not tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.report.style import BLUE, GREEN, GREY, ORANGE, VERMILION, new_figure, watermark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rig.finding import Finding

#: Runs of one device stand so far apart, of the distance between devices; all of them take no more than so much of it.
APART, ALL_APART = 0.12, 0.7
#: So many serial numbers have room beside each other.
LEVEL = 6


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Attributes:
        runs: serial number and finding of each, in order of time.
        accepted: what the rule accepts of every run [%]; None where there is no side.
        interval: where 95 % of such devices lie, with 95 % confidence [%].
        mean: of the devices [%].
    """

    runs: Sequence[tuple[str, Finding]]
    accepted: tuple[float | None, float | None] = (None, None)
    interval: tuple[float, float] | None = None
    mean: float | None = None


def draw_devices(shown: Shown, evidence_class: str) -> Figure | None:
    """The picture; None where no run gave a value.

    Args:
        shown: runs, acceptance zone, interval.
        evidence_class: of all runs.
    """
    known = [(device, one) for device, one in shown.runs if one.value is not None and one.expanded is not None]
    if not known:
        return None
    devices = sorted({device for device, _ in known})
    level = len(devices) <= LEVEL
    figure = new_figure(2.75 if level else 3.25)
    axes = figure.subplots()
    _zone(axes, known[0][1], shown.accepted)
    _points(axes, devices, known)
    labels = [*devices, *_interval(axes, len(devices), shown)]
    axes.set_xticks(range(len(labels)), labels, rotation=0 if level else 60, fontsize=8)
    axes.set_xlim(-0.6, len(labels) - 0.4)
    axes.set_ylabel("error [%]")
    axes.grid(visible=False, axis="x")
    figure.legend(loc="outside lower center", ncols=3)
    watermark(axes, evidence_class)
    return figure


def _points(axes: Axes, devices: Sequence[str], known: Sequence[tuple[str, Finding]]) -> None:
    for index, device in enumerate(devices):
        own = [one for name, one in known if name == device]
        apart = min(APART, ALL_APART / len(own))
        at = [index + apart * (i - (len(own) - 1) / 2) for i in range(len(own))]
        label = "run, ± U" if index == 0 else None
        values, reach = [one.value or 0.0 for one in own], [one.expanded or 0.0 for one in own]
        axes.errorbar(at, values, reach, fmt="o", markersize=3.5, elinewidth=1.0, capsize=2.5, color=BLUE, label=label)
    axes.axhline(0.0, color=GREY, linewidth=0.8, linestyle="--")


def _interval(axes: Axes, at: int, shown: Shown) -> list[str]:
    """Bar and mean on the right of the devices, and its name on the axis; nothing for one device."""
    if shown.interval is None or shown.mean is None:
        return []
    low, high = shown.interval
    axes.axvline(at - 0.5, color=GREY, linewidth=0.6)
    axes.vlines(at, low, high, color=ORANGE, linewidth=7, alpha=0.75, label="tolerance interval, 95 % / 95 %")
    axes.plot([at], [shown.mean], marker="D", markersize=4, color="black", linestyle="", label="mean of the devices")
    return ["devices\nlike these"]


def _zone(axes: Axes, finding: Finding, accepted: tuple[float | None, float | None]) -> None:
    low, high = accepted
    if low is not None and high is not None and low < high:
        axes.axhspan(low, high, color=GREEN, alpha=0.12, linewidth=0, label="acceptance zone")
    for limit, label in zip(finding.limits, ("limits of one device", None), strict=True):
        if limit is not None:
            axes.axhline(limit, color=VERMILION, linewidth=1.3, label=label)
