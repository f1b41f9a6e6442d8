"""Check what people stated about a record, from ``report.json`` alone: each statement, and the checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError
from rig.people.statements import Statement, chained
from rig.report.attachments import REPORT
from rig.report.people import annexes_in, checkpoint_in
from rig.store.keys import PUBLIC, signature_holds

if TYPE_CHECKING:
    from collections.abc import Iterator


def annex_lines(made_from: dict[str, Any]) -> Iterator[str]:
    """What holds, a line each: a store signed it, whichever store that was, and it is about this record.

    Args:
        made_from: of ``report.json``.

    Raises:
        EvidenceError: a statement or the checkpoint was changed, or is about another record.
    """
    annexes = annexes_in(made_from)
    for name, annex in annexes.items():
        yield from _statement_lines(f"{name}, " if len(annexes) > 1 else "", annex, made_from["records"].get(name))
    checkpoint = checkpoint_in(made_from)
    if checkpoint is not None:
        if not signature_holds(checkpoint):
            raise EvidenceError(f"{REPORT}: the checkpoint of the trail was changed: its signature does not hold")
        yield from _by_another_key(annexes, checkpoint)
        yield f"checkpoint of the audit trail: entry {checkpoint['seq']}; hold the store against it (rig store check)"


def _by_another_key(annexes: dict[str, dict[str, Any]], checkpoint: dict[str, Any]) -> Iterator[str]:
    """Statements that another key signed than the checkpoint: of a store that was rebuilt, or of nobody's."""
    for name, annex in annexes.items():
        for number, body in enumerate(annex.get("statements", ()), 1):
            if body[PUBLIC] != checkpoint[PUBLIC]:
                what = Statement(body).what
                by = f"{name}, statement {number} ({what}, {body.get('printed_name')}), key {body[PUBLIC][:16]}..."
                yield f"NOT signed with the key of the checkpoint: {by}; the store tells whose it is (rig store check)"


def _statement_lines(whose: str, annex: dict[str, Any], identity: str) -> Iterator[str]:
    bodies = [(f"{REPORT}: {whose}statement {i}", body) for i, body in enumerate(annex.get("statements", ()), 1)]
    if bodies:
        chained(bodies, identity)
        keys = ", ".join(sorted({f"{body[PUBLIC][:16]}..." for _, body in bodies}))
        yield f"{whose}statements of people: {len(bodies)}, about this record, signed by the store with key {keys}"
