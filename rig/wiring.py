"""What to plug in, and how: for an instrument that does not answer, and for one that no bench file names.

>>> what_is_missing(["supply"], ["pump", "balance"], "station-1")[0].splitlines()[0]
"no supply stands on bench 'station-1'; connect one and name it in the bench file"

The texts are those of the drivers (:mod:`drivers.wiring`): the constant ``WIRING`` in the module of an entry point of
``doseproof.drivers``. A driver that somebody else wrote and that has none is not spoken of.
"""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

from drivers.errors import InstrumentTimeout, LinkLost, ProtocolError
from drivers.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.bench_tables import Bench

_DRIVERS: Final = "doseproof.drivers"
#: What a loose plug, a wrong cable or a wrong line setting looks like.
_NO_ANSWER: Final = (LinkLost, InstrumentTimeout, ProtocolError)
_NEXT_LINE: Final = "\n    "


def wiring_of(driver: str) -> Wiring | None:
    """What a driver says of its wiring; None where it says nothing, or is not installed.

    Args:
        driver: its entry name, as a bench file has it.
    """
    for entry in entry_points(group=_DRIVERS, name=driver):
        with contextlib.suppress(ImportError, AttributeError):
            found = getattr(sys.modules.get(entry.load().__module__), "WIRING", None)
            return found if isinstance(found, Wiring) else None
    return None


def wiring_hint(bench: Bench, channel: str, error: Exception) -> str:
    """What to add to the refusal of an instrument: its wiring where it did not answer, else nothing.

    Args:
        bench: of the instrument; in a simulated world there is nothing to plug in.
        channel: of the instrument.
        error: what happened.
    """
    if bench.world is not None or not isinstance(error, _NO_ANSWER):
        return ""
    driver = bench.instruments()[channel].driver
    found = wiring_of(driver)
    return "" if found is None else f"{_NEXT_LINE}wiring of {driver}: {found}"


def how_to_connect(*capabilities: str) -> str:
    """A line for each installed driver of these capabilities, with its wiring; begins with a line break."""
    names = sorted(entry_points(group=_DRIVERS).names)
    found = [(name, wiring) for name in names if (wiring := wiring_of(name)) and wiring.capability in capabilities]
    return "".join(f"{_NEXT_LINE}{name}: {wiring}" for name, wiring in found) or f"{_NEXT_LINE}no driver is installed"


def what_is_missing(wanted: Iterable[str], stands: Iterable[str], bench: str) -> list[str]:
    """What a step, a protocol or a test needs and a bench does not have, each with the wiring it wants.

    Args:
        wanted: capabilities (:attr:`drivers.interfaces.Instrument.CAPABILITY`); twice for two of them.
        stands: those of the bench.
        bench: its name.
    """
    needed = Counter(list(wanted))
    return [
        f"no {'' if needed[name] == count else 'other '}{name} stands on bench {bench!r}; connect one and name it in "
        f"the bench file{how_to_connect(name)}"
        for name, count in (needed - Counter(list(stands))).items()
    ]
