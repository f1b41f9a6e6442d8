"""A run that is going on: nobody may seal its record meanwhile, whatever its folder is called by then.

with going_on(start["run"]):        # held by the process; gone with it, however it ends
    ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.locks import lock

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def going_on(run: str) -> AbstractContextManager[None]:
    """Hold a run while the context is open.

    Args:
        run: its id.

    Raises:
        AddressInUseError: another process of this user holds it.
    """
    return lock(f"record:{run}")
