"""Plots of a run as vectors: the course of the error beside the air, then the curves that there are data for."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rig.report.document import Figure, Paragraph, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure as Drawing

    from rig.report.content.case import Case

_CAPTIONS = {
    "front": "Error of the volume delivered since the analysis began with its U band: against limits and "
    "acceptance zone, and closer.",
    "course": "Error of the volume delivered since the analysis began, with its U band and the acceptance "
    "zone; air beside it. Lines are interrupted where nothing was recorded.",
    "delivered": "Delivered against programmed volume with its U band (k = 2), and their difference.",
    "start-up": "Flow of each sample interval since delivery began.",
    "trumpet": "Largest and smallest flow error of every window length, with the noise floor. Informative where the "
    "protocol gives no limit.",
}

#: Part of the text's width, so that two of the others share a page.
_WIDTHS = {"course": 1.0}


def front_picture(case: Case) -> Figure | None:
    """The small picture of page one; None where nothing was determined."""
    from rig.report.course import draw_front
    from rig.report.style import house_style

    with house_style():
        drawn = draw_front(case.assessment)
        return None if drawn is None else Figure("front", svg_of(drawn), _CAPTIONS["front"], _alt(case, "front"), 1.0)


def pictures(case: Case) -> Section:
    """The plots, or that there are none."""
    from rig.report.style import house_style

    with house_style():
        drawn = tuple(
            Figure(name, svg_of(figure), _CAPTIONS[name], _alt(case, name), _WIDTHS.get(name, 0.84))
            for name, figure in _figures(case)
        )
    if not drawn:
        return Section("Plots", (Paragraph("Too little was recorded to draw anything.", "warning"),))
    return Section("Plots", drawn)


def _figures(case: Case) -> Iterator[tuple[str, Drawing]]:
    from rig.report.course import draw_course
    from rig.report.pictures import figures

    course = draw_course(case.assessment)
    if course is not None:
        yield "course", course
    yield from figures(case.assessment)


def svg_of(figure: Drawing) -> bytes:
    """A picture as SVG, the same bytes each time."""
    beside = io.BytesIO()
    figure.savefig(beside, format="svg", metadata={"Date": None, "Creator": None})
    return beside.getvalue()


def _alt(case: Case, name: str) -> str:
    main = case.main
    result = "" if main is None else f" Result: {main.statement}"
    return f"{_CAPTIONS[name]}{result}"
