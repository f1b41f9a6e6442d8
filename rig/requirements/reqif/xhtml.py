r"""Formatted text of a requirement as plain text: blocks are lines, cells of a table stand apart, pictures are named.

>>> from rig.requirements.reqif.xml_tree import parse
>>> plain_text(parse(b"<div><p>The pump <b>shall</b>   stop.</p><p>At once.</p></div>", "x"))
'The pump shall stop.\nAt once.'
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rig.requirements.reqif.xml_tree import Element

_BLOCKS: Final = frozenset(
    {"address", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li"}
    | {"ol", "p", "pre", "table", "tr", "ul"}
)
_CELLS: Final = frozenset({"td", "th"})


def plain_text(element: Element) -> str:
    """The text of an element and all in it."""
    lines = (re.sub(r"\s+", " ", line).strip(" |") for line in _told(element).split("\0"))
    return "\n".join(line for line in lines if line)


def _told(element: Element) -> str:
    """Texts in order, with a NUL where a line ends: line breaks of the file mean nothing."""
    if element.tag in {"object", "img"}:
        named = element.attributes.get("data") or element.attributes.get("src") or ""
        return f" [{element.tag} {named}: {_inner(element).strip() or 'not shown here'}] "
    inner = _inner(element)
    if element.tag in _CELLS:
        return f"{inner} | "
    return f"\0{inner}\0" if element.tag in _BLOCKS else inner


def _inner(element: Element) -> str:
    return "".join(one if isinstance(one, str) else _told(one) for one in element.content)
