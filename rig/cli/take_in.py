"""A finished run is taken into the laboratory's store, where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.errors import DoseproofError
from rig.cli.exits import say

if TYPE_CHECKING:
    from pathlib import Path

    from rig.cli.settings import Settings


def take_in(folder: Path, settings: Settings) -> str:
    """Take a record into the store.

    Whatever goes wrong, record and verdict stand, and the index can be made later; so it is said and is no error.

    Returns:
        Name of the store; empty where there is none, or where it did not take the record.
    """
    if not settings.has_store:
        return ""
    from rig.store.index import index_record
    from rig.store.store import Store

    try:
        with Store.open(settings.store) as store:
            index_record(store, folder, settings.operator or "rig run")
            return store.name
    except DoseproofError as error:
        say(f"not taken into the store: {error}; record and verdict stand; later: rig store index {folder}")
        return ""
