"""A document on paper: PDF/A-3 by Typst, the same bytes for the same content, no font of this machine.

pdf = pdf_bytes(document, attachments)
pages = page_images(document)          # PNG, to look at
"""

from __future__ import annotations

import json
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rig.report.document import Figure
from rig.report.letters import fonts, printable
from rig.report.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.attachments import Attachment
    from rig.report.document import Document

#: Archival, with attachments, tagged.
STANDARD = "a-3a"
TEMPLATE = "report.typ"


def pdf_bytes(document: Document, attachments: Sequence[Attachment] = ()) -> bytes:
    """The report as PDF/A-3a.

    Args:
        document: what it says.
        attachments: files within it.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="doseproof-report-") as folder:
        main = _lay_out(Path(folder), document, attachments)
        compiled: Any = typst.compile
        made = compiled(
            main,
            root=folder,
            format="pdf",
            font_paths=[str(fonts())],
            ignore_system_fonts=True,
            # what is archived says when it was issued; a procedure is a working paper without a date
            pdf_standards=[] if document.issued is None else [STANDARD],
            timestamp=None if document.issued is None else document.issued.replace(microsecond=0),
        )
    return bytes(made)


def page_images(document: Document, dots_per_inch: float = 96.0) -> list[bytes]:
    """Every page as PNG."""
    import typst

    with tempfile.TemporaryDirectory(prefix="doseproof-report-") as folder:
        main = _lay_out(Path(folder), document, ())
        compiled: Any = typst.compile
        made = compiled(
            main, root=folder, format="png", ppi=dots_per_inch, font_paths=[str(fonts())], ignore_system_fonts=True
        )
    return [made] if isinstance(made, bytes) else list(made)


def _lay_out(folder: Path, document: Document, attachments: Sequence[Attachment]) -> str:
    """Template, content, plots and attachments side by side, as Typst wants them."""
    main = folder / TEMPLATE
    main.write_bytes(resources.files("rig.report").joinpath("templates", TEMPLATE).read_bytes())
    (folder / "document.json").write_text(json.dumps(printable(plain(document)), ensure_ascii=False), encoding="utf-8")
    listed = [
        {"name": one.name, "relationship": one.relationship, "mime": one.mime, "description": one.description}
        for one in attachments
    ]
    (folder / "attachments.json").write_text(json.dumps(listed), encoding="utf-8")
    for one in attachments:
        (folder / one.name).write_bytes(one.data)
    for block in document.blocks():
        if isinstance(block, Figure):
            (folder / f"{block.name}.svg").write_bytes(block.svg)
    return str(main)
