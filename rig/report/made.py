"""Make a report: from sealed records to a document with its attachments, and to files.

made = make_report(Record.open("runs/first"))
made.pdf()                    # bytes; the same for the same record, details and annex
made.html()
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rig.assessment import assess
from rig.report.attachments import Attachment, index, record_archive
from rig.report.content.case import Case
from rig.report.content.whole import run_report
from rig.report.details import read_details
from rig.report.people import Annex

if TYPE_CHECKING:
    from rig.record import Record
    from rig.report.document import Document

#: Distributions whose version decides what the pages look like, to the byte.
RENDERERS = ("typst", "matplotlib")


@dataclass(frozen=True)
class Report:
    """A report that was made.

    Attributes:
        document: what it says.
        archives: records that are attached.
        made_from: everything that the pages follow from, with the archives.
    """

    document: Document
    archives: tuple[Attachment, ...]
    made_from: dict[str, Any] = field(repr=False)

    @cached_property
    def attachments(self) -> tuple[Attachment, ...]:
        """The archives, and ``report.json``."""
        return (index(self.made_from, self.document.number, self.archives), *self.archives)

    def pdf(self) -> bytes:
        """PDF/A-3 with the attachments."""
        from rig.report.pdf import pdf_bytes

        return pdf_bytes(self.document, self.attachments)

    def html(self) -> str:
        """The same content as one file for a browser."""
        from rig.report.html import html_text

        return html_text(self.document)


def make_report(record: Record, details: str = "", annex: Annex | None = None, *, attach: bool = True) -> Report:
    """The report of one run.

    Args:
        record: sealed, or interrupted: the report then says so.
        details: text of the details file; empty states nothing.
        annex: signatures, audit extract, attempts.
        attach: whether the record goes into the PDF.

    Raises:
        EvidenceError, FileError, CalibrationError: the record's own inputs or the details cannot be read.
    """
    annex = annex or Annex()
    case = Case(assess(record), read_details(details, "details")[0], annex, attached=attach)
    made_from = {
        "kind": "run",
        "records": {record.folder.name: case.record_sha256 or record.content_digest},
        "details": details,
        "annex": annex.as_json(),
        "attached": attach,
        "software": software(),
    }
    archives = (record_archive(record.folder),) if attach else ()
    return Report(run_report(case, made_from), archives, made_from)


def software() -> dict[str, str]:
    """Versions of the rig and of what draws the pages."""
    from importlib import metadata

    from rig.software import version

    return {"doseproof": version(), **{name: metadata.version(name) for name in RENDERERS}}
