"""An instrument that several runs on one machine ask in turn: the air sensor of a room, an evaporation beaker.

    instrument = open_shared(make, address, clock)      # made, identified, and let go again

Each call takes the lock for asking, opens the port, asks, and closes the port: two readers never split a stream, and a
device server that takes one client at a time will do. Only a driver that says it is shareable can be; see
``docs/decisions/0012-shared-instruments.md``.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from drivers.errors import InstrumentTimeout, NotSupported
from drivers.interfaces import ArraySource, Shareable
from rig.locks import AddressInUseError, asking

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.clock import Clock
    from drivers.interfaces import Instrument

#: What a run asks of a shared instrument.
_CALLS: Final = ("prepare", "drain", "read")
#: How long other runs may keep us from asking; the loop waits meanwhile, and the pump's dead-man runs [s].
ASKING_S: Final = 1.5
#: The same when benches are opened: each identity takes its time [s].
OPENING_S: Final = 15.0


def open_shared(make: Callable[[], Instrument], address: str, clock: Clock) -> Instrument:
    """Open an instrument, ask who it is, and let it go until it is asked again.

    Args:
        make: opens and identifies it.
        address: of its port.
        clock: to wait on for other runs.

    Raises:
        NotSupported: the driver cannot share.
        AddressInUseError: other runs keep it busy.
        DriverError: as ``make`` raises it.
    """
    with asking(address, clock, OPENING_S):
        made = make()
        if not isinstance(made, Shareable) or not made.shareable or isinstance(made, ArraySource):
            made.close()
            raise NotSupported(
                f"{address}: expected an instrument that is asked and answers, found one that sends by itself or keeps "
                "state between readings; take 'shared' away and give each run its own"
            )
        made.let_go()
    for call in _CALLS:
        # On the instance: drivers need not know, and the rig calls them as before.
        if hasattr(made, call):
            setattr(made, call, _in_turn(getattr(made, call), made, address, clock))
    return made


def _in_turn(method: Callable[[], Any], made: Shareable, address: str, clock: Clock) -> Callable[[], Any]:
    @functools.wraps(method)
    def in_turn() -> Any:
        try:
            with asking(address, clock, ASKING_S):
                made.take_up()
                try:
                    return method()
                finally:
                    made.let_go()
        except AddressInUseError as error:
            raise InstrumentTimeout(f"{error}; let the runs ask less often (interval)") from error

    return in_turn
