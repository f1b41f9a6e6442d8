"""How every picture looks, and how it gets the same bytes each time.

A4 width, DejaVu fonts, colours of Okabe and Ito (told apart by colour-blind readers, and by their lightness in
a grey print). No pyplot: figures are made and written without any state of the process but matplotlib's
settings, which are set for the moment of drawing only.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rig.assessment import Assessment

BLUE, SKY, ORANGE, GREEN = "#0072B2", "#56B4E9", "#E69F00", "#009E73"
VERMILION, GREY = "#D55E00", "#666666"
#: Width of the text on an A4 page, and dots of the PNG.
WIDTH_INCH = 6.7
DOTS_PER_INCH = 150
#: Height that the two lines of the title take.
TITLE_INCH = 0.48

_SETTINGS: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "lines.linewidth": 1.4,
    "path.simplify": False,
    "svg.hashsalt": "doseproof",
    "svg.fonttype": "path",
}


@contextlib.contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib's defaults with the house's settings on top, whatever the user's own configuration says."""
    import matplotlib as mpl

    defaults: dict[Any, Any] = {key: value for key, value in mpl.rcParamsDefault.items() if key != "backend"}
    with mpl.rc_context({**defaults, **_SETTINGS}):
        yield


def new_figure(height_inch: float) -> Figure:
    """An empty figure of the house's width."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH_INCH, height_inch), layout="constrained")


def write(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write one figure as SVG and PNG, without dates or versions in the files."""
    folder.mkdir(parents=True, exist_ok=True)
    svg, png = folder / f"{name}.svg", folder / f"{name}.png"
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    figure.savefig(png, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return [svg, png]


def title(figure: Figure, assessment: Assessment, text: str) -> None:
    """Title, and below it what the picture was made from."""
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    record = assessment.evidence.record
    protocol = assessment.evidence.protocol
    serial = record.start["identities"]["device"]["serial_number"]
    source = f"{protocol.id}, device {serial}, started {record.start['started_utc'][:19]}Z{_ended_early(assessment)}"
    height = figure.get_figheight()
    figure.text(0.01, 1 - 0.06 / height, text, ha="left", va="top", fontsize=11, fontweight="bold")
    figure.text(0.01, 1 - 0.27 / height, source, ha="left", va="top", fontsize=8, color=GREY)
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, 0, 1, 1 - TITLE_INCH / height))


def _ended_early(assessment: Assessment) -> str:
    """A picture of a run that was cut short must not pass for one of a whole run."""
    end = assessment.evidence.end
    return f", ended early ({end.kind.replace('_', ' ')})" if end.cause else ""


def watermark(axes: Axes, evidence_class: str, size: float = 17) -> None:
    """Say across the picture that this is no device evidence."""
    if evidence_class == "device":
        return
    axes.text(
        0.5,
        0.5,
        f"{evidence_class}, not device evidence",
        transform=axes.transAxes,
        ha="center",
        va="center",
        rotation=12,
        fontsize=size,
        color="#000000",
        alpha=0.11,
        zorder=1.5,
    )


def hours(seconds: float) -> float:
    """Seconds as hours, for axes."""
    return seconds / 3600.0


def time_unit(last_s: float) -> tuple[float, str]:
    """Seconds in one unit of a time axis that ends at ``last_s``, and the unit's name."""
    if last_s < 2 * 3600:
        return 60.0, "min"
    return (3600.0, "h") if last_s < 14 * 86400 else (86400.0, "d")
