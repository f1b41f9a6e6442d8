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
from rig.errors import EvidenceError
from rig.report.attachments import Attachment, index, record_archive
from rig.report.content.case import Case
from rig.report.content.whole import report_number, run_report
from rig.report.details import read_details
from rig.report.people import Annex, annexes_in
from rig.report.together import AS_ONE, Several, refuse_apart
from rig.report.versions import software

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rig.assessment import Assessment
    from rig.record import Record
    from rig.report.document import Document


@dataclass(frozen=True)
class Report:
    """A report that was made.

    Attributes:
        document: what it says.
        archives: what is attached: records, or the files of a procedure.
        made_from: everything that the pages follow from, with the archives.
        not_to_sign: why no laboratory may put its name under it.
    """

    document: Document
    archives: tuple[Attachment, ...]
    made_from: dict[str, Any] = field(repr=False)
    not_to_sign: tuple[str, ...] = ()

    @property
    def two_results(self) -> tuple[str, ...]:
        """Records whose sealed result did not come out again, a sentence each."""
        return tuple(f"{name}: {text}" for name, text in self.made_from.get("two_results", {}).items())

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
    return report_of(assess(record), details, annex or Annex(), attach=attach)


def report_of(assessment: Assessment, details: str, annex: Annex, *, attach: bool) -> Report:
    """The same of a record that was assessed already."""
    case = Case(assessment, read_details(details, "details")[0], annex, attached=attach)
    made_from = {"kind": "run", "annex": annex.as_json(), **_made_from([case], details)}
    return Report(run_report(case, made_from), _archives([case]), made_from, tuple(_not_to_sign(case)))


def make_campaign(
    records: Sequence[Record],
    details: str = "",
    annexes: Mapping[str, Annex] | None = None,
    *,
    attach: bool = True,
    several: Several = AS_ONE,
) -> Report:
    """The report of many runs of one protocol.

    Args:
        records: two or more.
        details: text of the details file.
        annexes: signatures, audit extract, attempts, by the name of the record.
        attach: whether the records go into the PDF.
        several: devices or benches, said on purpose.

    Raises:
        EvidenceError: records that do not belong into one report, with every reason.
    """
    assessments = [assess(record) for record in records]
    return campaign_of(assessments, details, annexes or {}, attach=attach, several=several)


def campaign_of(
    assessments: Sequence[Assessment],
    details: str,
    annexes: Mapping[str, Annex],
    *,
    attach: bool,
    several: Several,
) -> Report:
    """The same of records that were assessed already."""
    from rig.report.content.campaign import campaign

    stated = read_details(details, "details")[0]
    names = [one.evidence.record.folder.name for one in assessments]
    cases = [
        Case(one, stated, annexes.get(name, Annex()), attached=attach)
        for name, one in zip(names, assessments, strict=True)
    ]
    cases.sort(key=lambda case: (case.start["started_utc"], case.record.folder.name))
    refuse_apart(cases, several)
    made_from = {
        "kind": "campaign",
        "several_devices": several.devices,
        "several_benches": several.benches,
        "annexes": {case.record.folder.name: case.annex.as_json() for case in cases},
        **_made_from(cases, details),
    }
    reasons = [f"{case.record.folder.name}: {reason}" for case in cases for reason in _not_to_sign(case)]
    return Report(campaign(cases, report_number(made_from)), _archives(cases), made_from, tuple(reasons))


def remake(made_from: dict[str, Any], assessments: Sequence[Assessment]) -> Report:
    """A report again, from what ``report.json`` says and the records that are attached.

    Raises:
        EvidenceError: made from something that this version does not know.
    """
    details, attach = made_from["details"], made_from["attached"]
    if made_from["kind"] == "campaign":
        # before benches were looked at, any could stand in one report
        several = Several(made_from["several_devices"], made_from.get("several_benches", True))
        annexes = {name: Annex.from_json(one) for name, one in annexes_in(made_from).items()}
        return campaign_of(assessments, details, annexes, attach=attach, several=several)
    if made_from["kind"] != "run":
        raise EvidenceError(f"expected the report of runs, found {made_from['kind']!r}; use a newer rig")
    return report_of(assessments[0], details, Annex.from_json(made_from["annex"]), attach=attach)


def _made_from(cases: Sequence[Case], details: str) -> dict[str, Any]:
    return {
        "records": {case.record.folder.name: case.record_sha256 or case.record.content_digest for case in cases},
        "details": details,
        "attached": cases[0].attached,
        "software": software(),
        **_two_results(cases),
    }


def _two_results(cases: Sequence[Case]) -> dict[str, Any]:
    """Of records whose sealed result did not come out again, what the pages say; nothing where all did."""
    found = {case.record.folder.name: case.two_results for case in cases if case.two_results}
    return {"two_results": found} if found else {}


def _archives(cases: Sequence[Case]) -> tuple[Attachment, ...]:
    return tuple(record_archive(case.record.folder) for case in cases if case.attached)


def _not_to_sign(case: Case) -> list[str]:
    verdict = case.assessment.verdict
    reasons = [] if case.record.sealed else ["the record was never sealed"]
    reasons += [case.two_results] if case.two_results else []
    if verdict.evidence_class != "device":
        reasons.append(f"the evidence is {verdict.evidence_class}")
    if verdict.outcome == "invalid":
        reasons.append("the run is invalid: the bench was at fault")
    return reasons
