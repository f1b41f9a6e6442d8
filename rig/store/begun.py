"""What the trail keeps of a run at its start, and whether its record still is of that run.

A record is protected by its seal, and its streams by their chain before. Nothing protects its start and its inputs
until then: whose device it was, which protocol, which limits. So the store keeps their hashes from the first moment.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from rig.record.disk import sha256_file
from rig.record.manifest import content_digest
from rig.store.tables import AUDIT

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

#: The entry of the trail with which a run begins.
BEGUN: Final = "run.begun"
_START: Final = "start.json"
_SAID: Final = {"start_sha256": _START, "inputs_sha256": "inputs"}


def begun_facts(folder: Path) -> dict[str, Any]:
    """Hashes of the start and of all input files of a record."""
    return {"start_sha256": sha256_file(folder / _START), "inputs_sha256": content_digest(folder, {})}


def changed_since_begun(connection: Connection, run: str, folder: Path) -> list[str]:
    """What of a record is not what its run began with, a line each; nothing where the store did not see it begin.

    Args:
        connection: to the store.
        run: its id.
        folder: of the record.
    """
    query = select(AUDIT.c.new).where(AUDIT.c.entity_id == run, AUDIT.c.action == BEGUN).order_by(AUDIT.c.seq).limit(1)
    text = connection.execute(query).scalar()
    if text is None:
        return []
    said, found = json.loads(text), begun_facts(folder)
    return [
        f"{folder}: {what} changed since the run began (expected SHA-256 {said[name]}, found {found[name]})"
        for name, what in _SAID.items()
        if said[name] != found[name]
    ]
