"""``rig report``: from a record to PDF and HTML, and back from a PDF to the verdict."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rig.cli.exits import NO_RESULTS
from rig.cli.folders import find_record
from rig.cli.settings import find_settings
from rig.errors import EvidenceError
from rig.record import Record
from rig.record.disk import write_together
from rig.report.together import AS_ONE, Several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.check import Checked
    from rig.report.made import Report
    from rig.report.people import Annex

#: The passphrase of the certificate; a command line would show it to everybody on the machine.
PASSPHRASE = "DOSEPROOF_PASSPHRASE"  # noqa: S105 (the name of a variable)


@dataclass(frozen=True)
class Wanted:
    """What was asked for.

    Attributes:
        out: the PDF; beside the record if None.
        details: file of the laboratory's statements.
        certificate: to sign with.
        attach: whether the data go into the PDF.
        several: whether the records may be of different devices or benches.
        store: for attempts, audit trail and checkpoint; None for that of the settings, if there is one.
    """

    out: Path | None = None
    details: Path | None = None
    certificate: Path | None = None
    attach: bool = True
    several: Several = AS_ONE
    store: str | None = None


def report_command(folders: Sequence[Path], wanted: Wanted) -> int:
    """Write PDF and HTML.

    Raises:
        EvidenceError, FileError: a record, the details or the certificate cannot be used; nothing is written then.
    """
    from rig.report.details import load_details
    from rig.report.made import make_campaign, make_report

    records = [Record.open(find_record(folder)) for folder in folders]
    _, details = load_details(wanted.details)
    annexes = _annexes(records, wanted.store)
    if len(records) == 1:
        report = make_report(records[0], details, annexes[records[0].folder.name], attach=wanted.attach)
    else:
        report = make_campaign(records, details, annexes, attach=wanted.attach, several=wanted.several)
    name = records[0].folder.resolve().name if len(records) == 1 else "campaign"
    return _write(report, wanted, wanted.out or records[0].folder.resolve().parent / f"{name}-report.pdf")


def _annexes(records: Sequence[Record], store: str | None) -> dict[str, Annex]:
    """By the name of the record; with the store's part where there is a store: a report never makes an empty one."""
    from rig.report.annex import annexes_beside, annexes_of_store

    settings = find_settings(None, None, store=store)
    if not settings.has_store or not any(record.sealed for record in records):
        return annexes_beside(records)
    from rig.store.store import Store

    with Store.open(settings.store) as opened:
        return annexes_of_store(records, opened, settings.operator or "rig report")


def _write(report: Report, wanted: Wanted, out: Path) -> int:
    pdf = report.pdf()
    if wanted.certificate is not None:
        from rig.report.sign import Certificate, refuse_unsignable, sign_pdf

        refuse_unsignable(report)
        pdf = sign_pdf(pdf, Certificate.load(wanted.certificate, os.environ.get(PASSPHRASE, "")))
    _save_both(out, pdf, report.html())
    typer.echo(f"Report:   {report.document.number}, {report.document.evidence}")
    for text in report.two_results:
        typer.echo(f"WARNING:  {text}; page one says so", err=True)
    typer.echo(f"Written:  {out}")
    typer.echo(f"Written:  {out.with_suffix('.html')}")
    typer.echo(f"Check it: rig report check {out}")
    return 0


def _save_both(out: Path, pdf: bytes, page: str) -> None:
    """Write PDF and HTML, or neither.

    Raises:
        EvidenceError: one of them cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_together({out: pdf, out.with_suffix(".html"): page.encode()})
    except OSError as error:
        where = error.filename or out
        raise EvidenceError(
            f"{where}: could not be written: {error.strerror or error}; neither PDF nor HTML was"
        ) from error


def check_command(file: Path, roots: Sequence[Path]) -> int:
    """Check a report; the answer is the exit code of its verdict.

    Raises:
        EvidenceError: no report, or one that does not hold.
    """
    from rig.report.check import check_report
    from rig.report.seals import load_roots

    try:
        pdf = file.read_bytes()
    except OSError as error:
        raise EvidenceError(f"{file}: expected a report (PDF), found {error.strerror or error}") from error
    found = check_report(pdf, load_roots(roots))
    for line in found.lines:
        typer.echo(line)
    return _exit_code(found)


def _exit_code(found: Checked) -> int:
    """Of one run its own; of several the worst: invalid before fail before inconclusive.

    A report without its data passes nothing, whatever its pages say. A procedure has no verdict: it ends with a code of
    its own, so that nobody takes it for a pass.
    """
    from rig.verdict import EXIT_CODES

    if not found.verdicts:
        return NO_RESULTS if found.procedure else EXIT_CODES["inconclusive"]
    order = ("invalid", "fail", "inconclusive", "pass")
    return min(found.verdicts.values(), key=lambda one: order.index(one.outcome)).exit_code


def procedure_command(protocol: Path, bench: Path, wanted: Wanted) -> int:
    """Write the procedure of a protocol on a bench, before the run.

    Raises:
        FileError: a file cannot be used; nothing is written then.
    """
    from rig.report.before import make_procedure
    from rig.report.details import load_details

    report = make_procedure(protocol, bench, load_details(wanted.details)[1])
    return _write_procedure(report, wanted.out or Path(f"{protocol.stem}-procedure.pdf"))


def _write_procedure(report: Report, out: Path) -> int:
    _save_both(out, report.pdf(), report.html())
    typer.echo(f"Written:  {out}")
    typer.echo(f"Written:  {out.with_suffix('.html')}")
    return 0
