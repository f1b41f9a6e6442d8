"""The picture of a campaign: the error of every run with its U, device by device, with limits and tolerance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.style import BLUE, GREEN, GREY, VERMILION, new_figure, watermark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rig.finding import Finding

#: Runs of one device stand so far apart, of the distance between devices.
APART = 0.12


def draw_devices(
    runs: Sequence[tuple[str, Finding]], interval: tuple[float, float] | None, evidence_class: str
) -> Figure | None:
    """The picture; None where no run gave a value.

    Args:
        runs: serial number and finding of each, in order of time.
        interval: where 95 % of such devices lie, with 95 % confidence [%].
        evidence_class: of all of them.
    """
    known = [(device, one) for device, one in runs if one.value is not None and one.expanded is not None]
    if not known:
        return None
    devices = list(dict.fromkeys(device for device, _ in known))
    figure = new_figure(3.1)
    axes = figure.subplots()
    if interval is not None:
        label = "95 % of such devices, with 95 % confidence"
        axes.axhspan(*interval, color=GREEN, alpha=0.13, linewidth=0, label=label)
    _limits(axes, known[0][1])
    _points(axes, devices, known)
    axes.set_xticks(range(len(devices)), devices, rotation=0 if len(devices) <= 6 else 60)
    axes.set_xlim(-0.6, len(devices) - 0.4)
    axes.set_ylabel("error [%]")
    axes.grid(visible=False, axis="x")
    figure.legend(loc="outside lower center", ncols=4)
    watermark(axes, evidence_class)
    return figure


def _points(axes: Axes, devices: Sequence[str], known: Sequence[tuple[str, Finding]]) -> None:
    for index, device in enumerate(devices):
        own = [one for name, one in known if name == device]
        at = [index + APART * (i - (len(own) - 1) / 2) for i in range(len(own))]
        label = "run, ± U" if index == 0 else None
        values, reach = [one.value or 0.0 for one in own], [one.expanded or 0.0 for one in own]
        axes.errorbar(at, values, reach, fmt="o", markersize=4, elinewidth=1.0, capsize=2.5, color=BLUE, label=label)
    axes.axhline(0.0, color=GREY, linewidth=0.8, linestyle="--")


def _limits(axes: Axes, finding: Finding) -> None:
    for limit, label in zip(finding.limits, ("limits of one device", None), strict=True):
        if limit is not None:
            axes.axhline(limit, color=VERMILION, linewidth=1.3, label=label)
