"""Signatures with name, time and meaning (21 CFR 11.50), corrections, and the extract of the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.report.document import Column, Facts, Paragraph, Section, Table
from rig.report.numbers import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.people.signatures import Signature
    from rig.report.content.case import Case
    from rig.report.document import Block
    from rig.report.people import Annex

_OTHER = "of another version: does not count"


def approval(case: Case) -> Section:
    """Who signed what; without any, that nobody did."""
    annex = case.annex
    return Section(
        "Signatures and audit trail",
        (_signatures(annex), *_amendments(annex), _audit(annex), *_checkpoint(annex.checkpoint)),
    )


def _signatures(annex: Annex) -> Block:
    if not annex.signatures:
        return Paragraph("Not signed.", "warning")
    rows = [
        (one.name, one.roles or "-", _meaning(one), moment(one.when_utc), one.version[:16] if one.stands else _OTHER)
        for one in annex.signatures
    ]
    marked = frozenset(i for i, row in enumerate(rows) if row[4] == _OTHER)
    columns = (
        Column("name", share=1.0),
        Column("roles"),
        Column("meaning"),
        Column("signed"),
        Column("bound to version", code=True),
    )
    return Table("Electronic signatures", columns, tuple(rows), marked)


def _meaning(signature: Signature) -> str:
    return f"{signature.meaning}: {signature.reason}" if signature.reason else signature.meaning


def _amendments(annex: Annex) -> Iterator[Block]:
    if not annex.amendments:
        return
    rows = tuple(
        (one.what, one.old or "nothing", one.new or "nothing", one.why, one.who, moment(one.when_utc))
        for one in annex.amendments
    )
    columns = (
        Column("what", share=1.0),
        Column("old value"),
        Column("new value"),
        Column("why", share=1.0),
        Column("by"),
        Column("when"),
    )
    notes = ("The sealed record stays as it was. Signatures given before a correction do not count for what it made.",)
    yield Table("Corrections", columns, rows, frozenset(range(len(rows))), notes)


def _audit(annex: Annex) -> Block:
    if not annex.audit:
        return Paragraph("No extract of an audit trail was given with this report.", "note")
    rows = tuple(
        (str(one.sequence), moment(one.when_utc), one.who, one.what, one.why, one.change) for one in annex.audit
    )
    columns = (
        Column("no.", "right"),
        Column("when"),
        Column("who"),
        Column("what"),
        Column("why"),
        Column("change", share=1.0),
    )
    return Table("Extract of the audit trail: this record and its run", columns, rows)


def _checkpoint(checkpoint: dict[str, Any] | None) -> Iterator[Block]:
    if checkpoint is None:
        return
    yield Facts(
        (
            ("Checkpoint of the trail", f"entry {checkpoint['seq']}, {moment(checkpoint['at_utc'])}"),
            ("SHA-256 up to there", checkpoint["hash"]),
            ("Public key of the store", checkpoint["public_key"]),
        )
    )
    yield Paragraph(
        "Keep this report away from the machine of the store: rig store check REPORT.pdf shows whether the trail up to "
        "this entry is still what it was. The trail is tamper-evident up to the last checkpoint that left the machine; "
        "it is not tamper-proof.",
        "note",
    )
