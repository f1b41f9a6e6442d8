"""A supply that is set to a voltage for a while, and is afterwards as it was found.

with held_at(supply, VOLTAGE.quantity(3.0)) as set_to:
yield from station.wait(1.0)
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from drivers.interfaces import Supply
from rig.calibrate.errors import ProcedureError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calibration.units import Quantity
    from rig.calibrate.bench import Station


def supply_of(station: Station, channel: str) -> Supply:
    """The supply of a channel.

    Raises:
        ProcedureError: the channel is none, or something else.
    """
    found = station.instrument(channel)
    if not isinstance(found, Supply):
        raise ProcedureError(f"{channel}: expected a supply, found a {found.CAPABILITY}")
    return found


@contextlib.contextmanager
def held_at(supply: Supply, voltage: Quantity) -> Iterator[Quantity]:
    """Set it and switch it on; gives what the supply read back.

    Raises:
        InstrumentError: the supply cannot do that.
    """
    was_on = bool(supply.drain()[-1][3])
    before, _ = supply.read()
    set_to = supply.set_voltage(voltage)
    supply.set_output(True)
    try:
        yield set_to
    finally:
        supply.set_output(was_on)
        if was_on:
            supply.set_voltage(before)
