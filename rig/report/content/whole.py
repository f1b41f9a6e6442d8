"""The whole report of one run, in order."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from rig.record.columns import canonical_json
from rig.report.content.approval import approval
from rig.report.content.bench import bench
from rig.report.content.budget import budget
from rig.report.content.case import Case, evidence_text
from rig.report.content.data import data_and_hashes
from rig.report.content.departures import departures
from rig.report.content.identity import identity
from rig.report.content.looks import looks
from rig.report.content.matrix import Covered, matrix
from rig.report.content.method import method
from rig.report.content.page_one import page_one
from rig.report.content.pictures import pictures
from rig.report.content.results import results
from rig.report.content.software import software
from rig.report.content.surroundings import surroundings
from rig.report.content.tested import program, tested
from rig.report.document import Document
from rig.report.numbers import at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

TITLE = "Verification report"


def run_report(case: Case, identity_of: Mapping[str, Any]) -> Document:
    """The document of one run.

    Args:
        case: the run.
        identity_of: everything that the report is made from; its hash is the number of the report.
    """
    number, issued = report_number(identity_of), issued_at(case)
    device = case.device
    sections = [
        identity([case], TITLE, number, issued),
        results(case),
        looks(case),
        budget(case),
        pictures(case),
        tested(case),
        program(case.protocol, case.bench),
        method(case.protocol, case.details),
        bench(case),
        surroundings(case),
        departures(case),
        matrix([covered(case)], case.details),
        software(case),
        data_and_hashes(case),
        approval(case),
    ]
    return Document(
        title=TITLE,
        subject=f"{case.protocol.id} on {device['model']} {device['serial_number']}",
        number=number,
        evidence=evidence_text(case.assessment.verdict.evidence_class),
        issued=issued,
        laboratory=case.details.laboratory.name,
        front=page_one(case),
        sections=tuple(section for section in sections if section is not None),
        device_evidence=case.assessment.verdict.evidence_class == "device",
    )


def covered(case: Case) -> Covered:
    """What the run says about which requirements."""
    protocol = case.protocol
    return Covered(
        protocol.id,
        (case.record_sha256 or case.record.content_digest)[:12],
        protocol.requirements,
        protocol.hazards,
        f"{case.assessment.verdict.outcome} (sealed: {case.sealed_outcome})"
        if case.two_results
        else case.assessment.verdict.outcome,
    )


def report_number(made_from: Mapping[str, Any]) -> str:
    """The number of a report: the same data give the same number, anything else another one."""
    return f"DP-{hashlib.sha256(canonical_json(made_from)).hexdigest()[:12].upper()}"


def issued_at(case: Case) -> datetime:
    """The latest moment that the report carries: of run, seal, statements, store. Never the clock of this machine."""
    annex, later = case.annex, case.ended.get("sealed_later") or {}
    moments = [case.start["started_utc"], case.ended.get("ended_utc"), later.get("at_utc")]
    moments += [body["at_utc"] for body in annex.statements]
    moments += [one.when_utc for one in annex.audit] + [one.started_utc for one in annex.attempts]
    moments += [] if annex.checkpoint is None else [annex.checkpoint["at_utc"]]
    return max(at(text) for text in moments if text)
