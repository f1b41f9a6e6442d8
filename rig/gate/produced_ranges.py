"""Pressure, thermometer and voltage records against what the protocol will produce, as rates are for pump and flow.

A transducer that was calibrated up to 15 kPa says nothing of a back pressure of 20 kPa, a thermometer calibrated up to
35 degC nothing of a bath of 37 degC. What an instrument means at the ends of its calibrated readings is its range.
Records of the pump itself are held against temperatures and supply voltages to which acts will bring it as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from calibration.errors import UnitError
from calibration.record import check_conditions
from calibration.units import PRESSURE, TEMPERATURE, VOLTAGE, Kind, registry
from rig.bench_tables import LOAD_CELL
from rig.gate.produced import Produced, produced
from rig.gate.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.record import CalibrationRecord
    from calibration.record_parts import CurveTable
    from rig.protocol import Protocol

#: A range is exceeded by more than this part of its width.
_SLACK: Final = 0.01
#: What a fit makes of a zero is none; a range is told without it.
_DIGITS: Final = 9
_FIX: Final = "calibrate over what the protocol needs, or leave the channel's record out"


class _Meant(NamedTuple):
    """What a kind of record is of, in words, and what a protocol will produce of it."""

    what: str
    kind: Kind
    field: str


_KINDS: Final = {
    "pressure": _Meant("pressures", PRESSURE, "pressures_kpa"),
    "thermometer": _Meant("temperatures", TEMPERATURE, "temperatures_c"),
    "voltage": _Meant("voltages", VOLTAGE, "voltages_v"),
}


def produced_range_reasons(
    calibrations: Mapping[str, CalibrationRecord], protocol: Protocol, fed_v: float | None = None
) -> list[Reason]:
    """Records that do not reach as far as the protocol does.

    Args:
        calibrations: by channel.
        protocol: what it says it will produce (:mod:`rig.gate.produced`); one without flow produces nothing.
        fed_v: what feeds the pump now, where that is known [V].
    """
    if protocol.kind == "zero-flow":
        return []
    try:
        made = produced(protocol, fed_v)
    except UnitError as error:
        return [Reason("protocol", str(error), "correct the act")]
    ranges = [_outside(channel, record, made) for channel, record in calibrations.items() if record.kind in _KINDS]
    return [reason for reason in ranges if reason is not None] + _pump_reasons(calibrations, made)


def _outside(channel: str, record: CalibrationRecord, made: Produced) -> Reason | None:
    if record.curve is None:
        return None
    meant = _KINDS[record.kind]
    low, high = _range(record.curve, meant.kind)
    slack = _SLACK * (high - low)
    beyond = [one for one in getattr(made, meant.field) if not low - slack <= one <= high + slack]
    if not beyond:
        return None
    unit = meant.kind.format(meant.kind.quantity(low)).partition(" ")[2]
    told = ", ".join(f"{one:.4g}" for one in beyond)
    wanted = f"expected {meant.what} of {low:.4g} to {high:.4g} {unit}, which was calibrated"
    return Reason(channel, f"{wanted}, found {told} {unit}", _FIX)


def _range(table: CurveTable, kind: Kind) -> tuple[float, float]:
    curve = table.curve()
    ends = [float(curve.predict(x)[0]) for x in (curve.lowest, curve.highest)]
    low, high = sorted(kind.array("range", registry().Quantity(ends, kind.spellings[table.y_unit])).tolist())
    return round(low, _DIGITS) + 0.0, round(high, _DIGITS) + 0.0


def _pump_reasons(calibrations: Mapping[str, CalibrationRecord], made: Produced) -> list[Reason]:
    """What acts will do to the pump, against the conditions of its own records."""
    planned = {
        name: kind.quantity(list(values))
        for name, kind, values in (
            ("temperature", TEMPERATURE, made.pump_c),
            ("supply_voltage", VOLTAGE, made.acted_v),
        )
        if values
    }
    own = {channel: calibrations[channel] for channel in ("device", LOAD_CELL) if channel in calibrations}
    return [
        Reason(channel, f"{why}, by an act of the protocol", "calibrate for it, or leave the channel's record out")
        for channel, record in own.items()
        for why in check_conditions(record, **planned)
    ]
