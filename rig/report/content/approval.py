"""Signatures with name, time and meaning (21 CFR 11.50), corrections, and the extract of the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.report.content.joined import joined
from rig.report.document import Column, Facts, Paragraph, Section, Table
from rig.report.numbers import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rig.people.signatures import Signature
    from rig.report.content.case import Case
    from rig.report.document import Block
    from rig.report.people import Annex

_OTHER = "of another version: does not count"
_STILL = ", an earlier one: the rejection stands"
NO_EXTRACT = Paragraph("No extract of an audit trail was given with this report.", "note")
_UNSIGNED = ("-", "-", "not signed", "-", "-")
_SIGNED = (
    Column("name", share=1.0),
    Column("roles"),
    Column("meaning"),
    Column("signed"),
    Column("bound to version", code=True),
)
_CORRECTED = (
    Column("what", share=1.0),
    Column("old value"),
    Column("new value"),
    Column("why", share=1.0),
    Column("by"),
    Column("when"),
)


def approval(case: Case) -> Section:
    """Who signed what; without any, that nobody did."""
    annex = case.annex
    return Section(
        "Signatures and audit trail",
        (_signatures(annex), *_corrections(_CORRECTED, _amended(annex)), _audit(annex), *_checkpoint(annex.checkpoint)),
    )


def approvals(cases: Sequence[Case]) -> Section:
    """The same of many records, each with its name: who signed, rejected or corrected it, or that nobody did."""
    of_run = (Column("run", "right"), Column("record", code=True))
    named = [(str(i), case.record.folder.name, case.annex) for i, case in enumerate(cases, 1)]
    signed = tuple((i, name, *row) for i, name, annex in named for row in _signed(annex) or [_UNSIGNED])
    corrected = [(i, name, *row) for i, name, annex in named for row in _amended(annex)]
    checkpoint = next((annex.checkpoint for _, _, annex in named if annex.checkpoint is not None), None)
    signatures: Block = Table("Electronic signatures of each record", (*of_run, *_SIGNED), signed, _doubtful(signed))
    if not any(annex.signatures for _, _, annex in named):
        signatures = Paragraph("Not signed: none of the records.", "warning")
    return Section(
        "Signatures and audit trail",
        (
            signatures,
            *_corrections((*of_run, *_CORRECTED), corrected),
            _audits([annex for _, _, annex in named]),
            *_checkpoint(checkpoint),
        ),
    )


def _signatures(annex: Annex) -> Block:
    rows = tuple(_signed(annex))
    if not rows:
        return Paragraph("Not signed.", "warning")
    return Table("Electronic signatures", _SIGNED, rows, _doubtful(rows))


def _signed(annex: Annex) -> list[tuple[str, ...]]:
    return [
        (one.name, one.roles or "-", _meaning(one), moment(one.when_utc), _version(one)) for one in annex.signatures
    ]


def _version(signature: Signature) -> str:
    if signature.rejects and not signature.stands:
        return signature.version[:16] + _STILL
    return signature.version[:16] if signature.stands else _OTHER


def _doubtful(rows: Sequence[tuple[str, ...]]) -> frozenset[int]:
    """Rows of signatures that do not count, or of none."""
    return frozenset(i for i, row in enumerate(rows) if row[-1] in {_OTHER, "-"})


def _meaning(signature: Signature) -> str:
    return f"{signature.said}: {signature.reason}" if signature.reason else signature.said


def _amended(annex: Annex) -> list[tuple[str, ...]]:
    return [
        (one.what, _value(one.old), _value(one.new), one.why, one.who, moment(one.when_utc)) for one in annex.amendments
    ]


def _value(text: str | None) -> str:
    """A remark has no old value, and a field may say nothing."""
    return "-" if text is None else text or "nothing"


def _corrections(columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[Block]:
    notes = ("The sealed record stays as it was. Signatures given before a correction do not count for what it made.",)
    if rows:
        yield Table("Corrections", columns, tuple(rows), frozenset(range(len(rows))), notes)


def _audit(annex: Annex) -> Block:
    return _extract(annex) if annex.audit else NO_EXTRACT


def _audits(annexes: Sequence[Annex]) -> Block:
    """Those of many records, each entry with the number of its run."""
    found = [(i, _extract(annex)) for i, annex in enumerate(annexes, 1)]
    each = joined("Extract of the audit trail: these records and their runs", found)
    return each if each.rows else NO_EXTRACT


def _extract(annex: Annex) -> Table:
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
