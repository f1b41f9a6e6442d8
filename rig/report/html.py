"""The same document for a browser: one file, no script, nothing fetched; pictures are within it."""

from __future__ import annotations

import base64
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from rig.report.document import Figure
from rig.report.plain import plain

if TYPE_CHECKING:
    from rig.report.document import Document

TEMPLATE = "report.html"


def html_text(document: Document) -> str:
    """The whole page.

    Args:
        document: what it says.
    """
    pictures = {
        block.name: base64.b64encode(block.svg).decode() for block in document.blocks() if isinstance(block, Figure)
    }
    return str(_template().render(doc=plain(document), pictures=pictures))


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    text = resources.files("rig.report").joinpath("templates", TEMPLATE).read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        text
    )
