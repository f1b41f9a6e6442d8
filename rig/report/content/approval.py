"""Signatures with name, time and meaning (21 CFR 11.50), and the extract of the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.document import Column, Paragraph, Section, Table
from rig.report.numbers import moment

if TYPE_CHECKING:
    from rig.report.content.case import Case
    from rig.report.document import Block
    from rig.report.people import Signature

_OTHER = "of another version: does not count"


def approval(case: Case) -> Section:
    """Who signed what; without any, that nobody did."""
    blocks: list[Block] = [_signatures(case), _audit(case)]
    return Section("Signatures and audit trail", tuple(blocks))


def _signatures(case: Case) -> Block:
    if not case.annex.signatures:
        return Paragraph("Not signed.", "warning")
    rows = [
        (one.name, one.role, _meaning(one), moment(one.when_utc), _bound(case, one.record_sha256))
        for one in case.annex.signatures
    ]
    marked = frozenset(i for i, row in enumerate(rows) if row[4] == _OTHER)
    columns = (
        Column("name", share=1.0),
        Column("role"),
        Column("meaning"),
        Column("signed"),
        Column("bound to record", code=True),
    )
    return Table("Electronic signatures", columns, tuple(rows), marked)


def _meaning(signature: Signature) -> str:
    return f"{signature.meaning}: {signature.reason}" if signature.reason else signature.meaning


def _bound(case: Case, sha256: str) -> str:
    return sha256[:16] if sha256 == case.record_sha256 else _OTHER


def _audit(case: Case) -> Block:
    if not case.annex.audit:
        return Paragraph("No extract of an audit trail was given with this report.", "note")
    rows = tuple(
        (str(one.sequence), moment(one.when_utc), one.who, one.what, one.why, one.change) for one in case.annex.audit
    )
    columns = (
        Column("no.", "right"),
        Column("when"),
        Column("who"),
        Column("what"),
        Column("why"),
        Column("change", share=1.0),
    )
    note = (
        f"Head of the chain: {case.annex.audit[-1].sha256 or 'not given'}. The trail is tamper-evident up to the "
        "last head that left the machine in a report such as this one; it is not tamper-proof."
    )
    return Table("Extract of the audit trail", columns, rows, notes=(note,))
