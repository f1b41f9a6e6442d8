"""A run is taken into the laboratory's store, where there is one: when it begins, and when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.errors import DoseproofError
from rig.cli.console import Console
from rig.cli.exits import say

if TYPE_CHECKING:
    from pathlib import Path

    from rig.cli.settings import Settings


def take_in(folder: Path, settings: Settings) -> bool:
    """Take a record into the store, and say into which.

    Whatever goes wrong, record and verdict stand, and the index can be made later; so it is said and is no error.

    Returns:
        Whether nothing is left to do: the store has it, or there is none.
    """
    if not settings.has_store:
        return True
    from rig.store.index import index_record
    from rig.store.store import Store

    try:
        with Store.open(settings.store) as store:
            index_record(store, folder, settings.operator or "rig run")
            Console(highlight=False).print(f"Store:    {store.name}", markup=False, soft_wrap=True)
    except DoseproofError as error:
        say(f"not taken into the store: {error}; record and verdict stand; later: rig store index {folder}")
        return False
    return True


def take_in_begun(folder: Path, settings: Settings) -> None:
    """Take a run in that has just begun; the store knows it then, also if it is killed.

    A store that does not answer keeps no run from beginning; its record lies beside the others all the same.
    """
    if not settings.has_store:
        return
    from rig.store.index import index_begun
    from rig.store.store import Store

    try:
        with Store.open(settings.store) as store:
            index_begun(store, folder, settings.operator or "rig run")
    except DoseproofError as error:
        say(f"the store does not know of this run yet: {error}; it goes on")
