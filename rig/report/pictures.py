"""All pictures of a result, as SVG and PNG.

    write_pictures(assess(record), Path("runs/first-pictures"))

The same record gives the same bytes with the same version of matplotlib. A picture that the result has no data
for is left out. Every picture made from anything but a device says so across its middle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.figure import Figure

    from rig.assessment import Assessment


def write_pictures(assessment: Assessment, folder: Path) -> list[Path]:
    """Draw everything that the result has data for.

    Args:
        assessment: of a record.
        folder: where the files go; made if there is anything to draw, and never inside a sealed record.

    Returns:
        The files, SVG and PNG of each picture.
    """
    from rig.report.style import house_style, write

    with house_style():
        return [path for name, figure in figures(assessment) for path in write(figure, folder, name)]


def figures(assessment: Assessment) -> Iterator[tuple[str, Figure]]:
    """Name and picture of everything that the result has data for; to be drawn in the house's style."""
    from rig.report.delivered import draw_delivered
    from rig.report.start_up import draw_start_up
    from rig.report.trumpet import draw_trumpet

    if assessment.curve is not None:
        yield "delivered", draw_delivered(assessment, assessment.curve)
    if assessment.start_up is not None:
        yield "start-up", draw_start_up(assessment, assessment.start_up)
    if assessment.trumpet is not None:
        yield "trumpet", draw_trumpet(assessment, assessment.trumpet)
