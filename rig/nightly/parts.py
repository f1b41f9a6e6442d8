"""The pieces that a page is made of: an element, a table, a line of values, the style."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Colours as in the pictures; words carry the meaning, colour helps.
STYLE: Final = """
body { font: 16px/1.45 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { margin: 0; font-size: 1.9rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; }
[role=doc-subtitle] { color: #666; margin: 0; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; color: #666; }
th, td { padding: .35rem .8rem .35rem 0; border-bottom: 1px solid #ddd; vertical-align: top; }
td p { margin: 0 0 .3rem; white-space: pre-wrap; overflow-wrap: anywhere; } small { color: #666; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.pass { color: #00694e; }
.fail { color: #b03a00; font-weight: 700; } .invalid, .unusable { color: #7a3e9d; font-weight: 700; }
.inconclusive, .blocked { color: #8a6100; font-weight: 700; }
svg { width: 8rem; height: 1.6rem; display: block; } @media print { body { margin: 0; max-width: none; } }
"""
_WIDTH, _HEIGHT, _MARGIN = 120.0, 24.0, 3.0


def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """A new element at the end of another one."""
    child = ET.SubElement(parent, tag, attributes)
    child.text = text
    return child


def table(body: ET.Element, title: str, columns: Sequence[str]) -> ET.Element:
    """A heading and an empty table; rows go into the answer. A column of numbers has a ``#`` before its head."""
    add(body, "h2", title)
    whole = add(body, "table")
    head = add(add(whole, "thead"), "tr")
    for column in columns:
        add(head, "th", column.removeprefix("#"), scope="col", **({"class": "number"} if column[:1] == "#" else {}))
    return add(whole, "tbody")


def sparkline(cell: ET.Element, values: Sequence[float]) -> None:
    """Values as a line with a dot on the last one; nothing for a single value."""
    if len(values) < 2:
        return
    least, most = min(values), max(values)
    if most == least:
        least, most = least - 0.5, most + 0.5  # a level line in the middle
    height = most - least
    across = (_WIDTH - 2 * _MARGIN) / (len(values) - 1)
    points = [
        (_MARGIN + index * across, _HEIGHT - _MARGIN - (value - least) / height * (_HEIGHT - 2 * _MARGIN))
        for index, value in enumerate(values)
    ]
    title = f"{len(values)} nights, {min(values):.3g} to {max(values):.3g}"
    svg = add(cell, "svg", viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}", role="img", **{"aria-label": title})
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    add(svg, "polyline", points=line, fill="none", stroke="#0072B2", **{"stroke-width": "1.5"})
    add(svg, "circle", cx=f"{points[-1][0]:.1f}", cy=f"{points[-1][1]:.1f}", r="2.5", fill="#0072B2")
