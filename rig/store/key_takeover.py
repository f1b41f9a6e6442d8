"""Keys of a store that was lost: a rebuild takes each over by name, because the statements are all that came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.store.audit import Entry
from rig.store.checkpoint import KEY_TAKEN_OVER
from rig.store.keys import PUBLIC
from rig.store.statements import known_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.people.statements import Statement
    from rig.store.store import Writer

_WHY = "statements beside records were signed with it; nobody can tell any more whether it was the store's"


def take_over_keys(writer: Writer, statements: Iterable[Statement], who: str) -> None:
    """Note in the trail each key that the store does not know yet.

    Args:
        writer: of the rebuild.
        statements: beside a record.
        who: for the trail.
    """
    found = {str(one.body[PUBLIC]) for one in statements}
    for key in sorted(found - known_keys(writer.connection)):
        writer.record(Entry(who, KEY_TAKEN_OVER, "key", key, _WHY, new=key))
