"""Files within a PDF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterator


def open_pdf(pdf: bytes) -> Any:
    """A reader of pyHanko.

    Raises:
        EvidenceError: no PDF, or a damaged one.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        return PdfFileReader(io.BytesIO(pdf))
    except Exception as error:  # a damaged file may fail anywhere in the parser
        raise EvidenceError(f"expected a PDF file, found: {error}") from error


def embedded_files(reader: Any, only: str | None = None) -> dict[str, bytes]:
    """Name and bytes of every attachment.

    Args:
        reader: of the PDF.
        only: the one that is wanted, where the others need not be unpacked.

    Raises:
        EvidenceError: they cannot be read.
    """
    try:
        names = reader.root.get("/Names", {})
        return dict(_files(names["/EmbeddedFiles"], only)) if "/EmbeddedFiles" in names else {}
    except Exception as error:  # a damaged file may fail anywhere in the parser
        raise EvidenceError(f"the attachments cannot be read; the file is damaged: {error}") from error


def _files(node: Any, only: str | None) -> Iterator[tuple[str, bytes]]:
    """The leaves of a name tree (ISO 32000-1, 7.9.6)."""
    for child in node.get("/Kids", ()):
        yield from _files(child.get_object(), only)
    names = list(node.get("/Names", ()))
    for name, found in zip(names[::2], names[1::2], strict=True):
        if only in {None, str(name)}:
            stream = found.get_object()["/EF"]["/F"].get_object()
            yield str(name), bytes(stream.data)
