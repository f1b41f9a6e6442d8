"""What the mock pump can be told since firmware 1.1.0: its bolus lockout (``LO``) and its reservoir (``RE``).

::

    set_lockout(session, TIME.parse("lockout", "30 min"))
    tell_reservoir(session, VOLUME.parse("content", "3 mL"), VOLUME.parse("alarm", "2 mL"))

A board with an older firmware answers that it does not know the command: that is
:class:`~drivers.errors.NotSupported`, with what to do. A reset forgets both, so a request during which the pump is
reset is an error and not repeated.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from calibration.units import TIME, VOLUME
from drivers.errors import InstrumentError, NotSupported

if TYPE_CHECKING:
    from calibration.units import Quantity
    from drivers.pump.mock_pump_session import Session

_UNKNOWN_COMMAND: Final = "3"
_NL_PER_UL: Final = 1000


def set_lockout(session: Session, lockout: Quantity) -> Quantity:
    """Program the lockout, in whole seconds; give back what the pump read back.

    Raises:
        UnitError: not a time.
        NotSupported, InstrumentError: see :meth:`~drivers.interfaces.BolusLockout.set_bolus_lockout`.
    """
    seconds = math.ceil(TIME.magnitude("lockout", lockout))  # never shorter than was asked for
    _tell(session, "a bolus lockout", "LO", (seconds,))
    return TIME.quantity(float(seconds))


def tell_reservoir(session: Session, content: Quantity, alarm: Quantity) -> None:
    """Tell content and alarm volume, in whole nL.

    Raises:
        UnitError: not a volume.
        NotSupported, InstrumentError: see :meth:`~drivers.interfaces.ReservoirAlarm.tell_reservoir`.
    """
    told = [round(VOLUME.magnitude(name, one) * _NL_PER_UL) for name, one in (("content", content), ("alarm", alarm))]
    _tell(session, "a low-reservoir alarm", "RE", tuple(told))


def _tell(session: Session, what: str, command: str, numbers: tuple[int, ...]) -> None:
    if min(numbers) < 0:
        raise InstrumentError("5", f"{what} takes nothing below zero, found {numbers}; nothing was sent")
    wanted = [str(number) for number in numbers]
    try:
        found = session.request(" ".join((command, *wanted)), len(wanted))
    except InstrumentError as error:
        if error.code != _UNKNOWN_COMMAND:
            raise
        raise NotSupported(
            f"mock pump: its firmware has not {what} ({command}); flash 1.1.0 or later, or strike the feature from "
            "device.features of the bench file"
        ) from error
    if list(found) != wanted:
        raise InstrumentError("readback", f"told the pump {what} of {wanted}, it read back {list(found)}; stop it")
