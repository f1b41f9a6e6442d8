"""The factors that the mock pump keeps in its EEPROM: ``CA`` asks, ``CW`` writes (docs/protocols/mock_pump.md).

::

    kept = read_calibration(session)
    kept = write_calibration(session, VOLUME.parse("volume", "8.1 nL"))     # the load cell's two stay as they are

Written is what the pump says afterwards, when it is asked again; a difference is an error. The pump itself refuses
unless it is idle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.units import RATIO, VOLUME
from drivers.errors import InstrumentError, ProtocolError
from drivers.interfaces import PumpCalibration

if TYPE_CHECKING:
    from calibration.units import Quantity
    from drivers.pump.mock_pump_session import Session

_FL_PER_UL: Final = 1e9
_PPM_PER_PERCENT: Final = 1e4
#: What the pump takes: volume of a microstep [fL], offset [counts], scale [ppm].
_LIMITS: Final = (
    ("volume per step", "fL", 1_000_000, 50_000_000),
    ("load cell offset", "counts", -(1 << 31), (1 << 31) - 1),
    ("load cell scale", "ppm", 0, (1 << 32) - 1),
)


def read_calibration(session: Session) -> PumpCalibration:
    """The calibration in force.

    Raises:
        ProtocolError: the answer makes no sense.
    """
    return _kept(*_ask(session))


def write_calibration(
    session: Session, volume_per_step: Quantity, load_cell_offset: int | None, load_cell_scale: Quantity | None
) -> PumpCalibration:
    """Write what is given, keep the rest, ask again and compare.

    Raises:
        UnitError: not a volume, not a ratio.
        InstrumentError: out of range (nothing was sent), refused, or read back otherwise.
    """
    fl = round(VOLUME.magnitude("volume_per_step", volume_per_step) * _FL_PER_UL)
    ppm = None if load_cell_scale is None else round(RATIO.magnitude("scale", load_cell_scale) * _PPM_PER_PERCENT)
    _check((fl, load_cell_offset, ppm))
    _, (_, _, old_offset, old_ppm) = _ask(session)
    wanted = [fl, old_offset if load_cell_offset is None else load_cell_offset, old_ppm if ppm is None else ppm]
    slot, sequence = session.request(f"CW {' '.join(map(str, wanted))}", 2)
    found = _ask(session)
    if found[0] != slot or [str(found[1][0]), *found[1][1:]] != [sequence, *wanted]:
        raise InstrumentError(
            "readback",
            f"wrote {wanted} into slot {slot} with number {sequence}, the pump read back {found}; do not use it",
        )
    return _kept(*found)


def _kept(slot: str, numbers: list[int]) -> PumpCalibration:
    sequence, fl, offset, ppm = numbers
    scale = RATIO.quantity(ppm / _PPM_PER_PERCENT)
    return PumpCalibration(slot, sequence, VOLUME.quantity(fl / _FL_PER_UL), offset, scale)


def _check(values: tuple[int | None, ...]) -> None:
    for value, (name, unit, low, high) in zip(values, _LIMITS, strict=True):
        if value is not None and not low <= value <= high:
            raise InstrumentError(
                "5", f"{name} {value} {unit} is out of the range {low} to {high} {unit}; nothing was sent"
            )


def _ask(session: Session) -> tuple[str, list[int]]:
    """Slot, and sequence number, volume of a step, offset and scale."""
    slot, *texts = session.request("CA", 5)
    try:
        numbers = [int(text) for text in texts]
    except ValueError:
        numbers = []
    if slot not in {"A", "B", "D"} or not numbers or numbers[1] <= 0:
        raise ProtocolError(f"mock pump: expected a slot and four numbers, found {' '.join((slot, *texts))!r}")
    return slot, numbers
