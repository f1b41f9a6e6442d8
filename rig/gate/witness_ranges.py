"""What pump, flow sensor and load cell will meet in a run, against the range in which each was calibrated.

Every rate that is programmed counts: a sensor that was calibrated from 200 uL/h on says nothing of 50 uL/h, and a
pump's factor is another one there. On the load cell in the pump stands what it reads now, less what is programmed; that
is judged where its record says what the empty cell read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.units import FLOW, MASS
from drivers.errors import DriverError
from rig.bench_tables import LOAD_CELL
from rig.gate.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from calibration.record import CalibrationRecord
    from drivers.interfaces import Row
    from rig.bench import OpenBench
    from rig.protocol import Protocol

#: A range is exceeded by more than this part of its width.
_SLACK: Final = 0.01
_COLUMN: Final = "load_cell_raw"
#: A pump says what its cell reads within this time [s].
_PATIENCE_S: Final = 5.0
_FIX: Final = "calibrate over what the protocol needs, or leave the channel's record out"
_WATER_G_UL: Final = 1e-3


def witness_range_reasons(
    opened: OpenBench, calibrations: Mapping[str, CalibrationRecord], protocol: Protocol, silent: AbstractSet[str]
) -> list[Reason]:
    """Records that do not reach as far as the protocol does.

    Args:
        opened: the bench, prepared; the pump's load cell is asked once.
        calibrations: by channel.
        protocol: with its program; one without flow asks for no range.
        silent: channels that are not ready; they are not asked.
    """
    if protocol.kind == "zero-flow":
        return []
    found = [
        reason
        for channel, record in calibrations.items()
        if record.kind in {"pump", "flow-sensor"} and (reason := _rates(channel, record, protocol))
    ]
    if LOAD_CELL in calibrations and "device" not in silent:
        found += _load(opened, calibrations[LOAD_CELL], protocol)
    return found


def _rates(channel: str, record: CalibrationRecord, protocol: Protocol) -> Reason | None:
    if record.curve is None:
        return None
    curve, unit = record.curve.curve(), record.curve.x_unit
    low, high = (FLOW.magnitude("range", FLOW.parse("range", f"{x!r} {unit}")) for x in (curve.lowest, curve.highest))
    rates = sorted({piece.rate_ul_h for piece in protocol.dose.pieces if piece.rate_ul_h > 0.0})
    slack = _SLACK * (high - low)
    outside = [rate for rate in rates if not low - slack <= rate <= high + slack]
    if not outside:
        return None
    told = ", ".join(f"{rate:g}" for rate in outside)
    return Reason(channel, f"expected rates of {low:g} to {high:g} uL/h, which was calibrated, found {told} uL/h", _FIX)


def _first_rows(opened: OpenBench) -> list[Row]:
    """What the pump sends first; it speaks about once a second."""
    end, rows = opened.clock.now() + _PATIENCE_S, opened.device.drain()
    while not rows and opened.clock.now() < end:
        opened.clock.sleep_until(opened.clock.now() + _PATIENCE_S / 10.0)
        rows = opened.device.drain()
    return rows


def _load(opened: OpenBench, record: CalibrationRecord, protocol: Protocol) -> list[Reason]:
    empty = record.properties.get("empty_reading")
    names = [column.name for column in opened.device.columns]
    if record.curve is None or empty is None or _COLUMN not in names:
        return []
    try:
        rows = _first_rows(opened)
    except DriverError as error:
        return [Reason.of_driver(opened.file, "device", error)]
    if not rows:
        return [
            Reason(LOAD_CELL, f"expected a reading within {_PATIENCE_S:g} s, found none", "look at the cell's wires")
        ]
    curve = record.curve.curve()
    x = float(rows[-1][names.index(_COLUMN) + 1]) - float(empty.partition(" ")[0])
    gram = MASS.magnitude("curve", MASS.parse("curve", f"1 {record.curve.y_unit}"))
    now, *ends = (gram * float(curve.predict(at, extrapolate=True)[0]) for at in (x, curve.lowest, curve.highest))
    left = now - _WATER_G_UL * float(protocol.dose.volume_ul(protocol.timing.delivery_s))
    slack = _SLACK * (max(ends) - min(ends))
    if min(ends) - slack <= left and now <= max(ends) + slack:
        return []
    wanted = f"expected a load of {min(ends):.4g} to {max(ends):.4g} g, which was calibrated"
    return [Reason(LOAD_CELL, f"{wanted}, found {left:.4g} to {now:.4g} g", _FIX)]
