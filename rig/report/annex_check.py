"""Check what people stated about a record, from ``report.json`` alone: each statement, and the checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError
from rig.people.statements import chained
from rig.report.attachments import REPORT
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
    annex = made_from.get("annex") or {}
    bodies = [(f"{REPORT}: statement {i}", body) for i, body in enumerate(annex.get("statements", ()), 1)]
    if bodies:
        (identity,) = made_from["records"].values()
        chained(bodies, identity)
        keys = ", ".join(sorted({f"{body[PUBLIC][:16]}..." for _, body in bodies}))
        yield f"statements of people: {len(bodies)}, about this record, signed by the store with key {keys}"
    checkpoint = annex.get("checkpoint")
    if checkpoint is not None:
        if not signature_holds(checkpoint):
            raise EvidenceError(f"{REPORT}: the checkpoint of the trail was changed: its signature does not hold")
        yield f"checkpoint of the audit trail: entry {checkpoint['seq']}; hold the store against it (rig store check)"
