"""What a record does not say of where it holds: told, and never made up.

Records from before schema 3 need not say in what room and at what supply they hold, and a laboratory may leave a line
of ``[holds]`` out. A run for release is refused for it; of any other one it is a remark, in the record and on the
screen. The same where a record says a supply voltage, and nothing on the bench says what that will be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rig.bench_tables import LOAD_CELL
from rig.gate.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.record import CalibrationRecord

#: Kinds whose readings depend on the room.
_OF_A_ROOM: Final = frozenset({"balance", "load-cell", "flow-sensor", "pump", "pressure", "thermometer", "voltage"})
#: Channels that run on what feeds the pump.
_FED: Final = frozenset({"device", LOAD_CELL})


def unstated_reasons(calibrations: Mapping[str, CalibrationRecord], *, supplied: bool) -> list[Reason]:
    """What the records leave open.

    Args:
        calibrations: by channel.
        supplied: whether the bench says what feeds the pump: a supply that can be asked, or a declared voltage.
    """
    found = []
    for channel, record in calibrations.items():
        said = record.conditions
        if record.kind in _OF_A_ROOM and said.temperature is None:
            found.append(_unsaid(channel, record, "temperature"))
        if channel in _FED and supplied and said.supply_voltage is None:
            found.append(_unsaid(channel, record, "supply voltage"))
        if not supplied and said.supply_voltage is not None:
            found.append(_unknown(channel, record))
    return found


def _unsaid(channel: str, record: CalibrationRecord, what: str) -> Reason:
    text = f"expected a record that says for which {what} it holds, found none in {record.chain}"
    fix = f"calibrate it again with {what.replace(' ', '_')} in [holds] of its procedure file"
    return Reason(channel, f"{text} (schema {record.schema_version})", fix)


def _unknown(channel: str, record: CalibrationRecord) -> Reason:
    low, high = record.conditions.limits("supply_voltage") or (0.0, 0.0)
    text = f"the calibration of {record.instrument.serial_number} holds for supply voltage {low:g} to {high:g} V, and "
    fix = "add its supply, or supply_voltage in [device]"
    return Reason(channel, f"{text}nothing on the bench says what it will be", fix)
