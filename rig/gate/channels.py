"""The calibration record of each channel: right kind, of the unit that answers, in date, traceable; the pump's tube.

That the standards of a record were in date themselves is seen when the record is filed and read
(:mod:`calibration.record_models`); here a sealed record that names neither standard nor certificate is refused.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from calibration.record import check_valid, revolutions_problem
from drivers.interfaces import Balance, FlowSensor
from rig.bench_tables import LOAD_CELL
from rig.gate.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from calibration.record import CalibrationRecord
    from rig.bench import Bench, OpenBench

#: Kinds of record that say something of what an instrument measures, by its capability.
_FITTING: Final[dict[str, frozenset[str]]] = {
    "balance": frozenset({"balance"}),
    "flow": frozenset({"flow-sensor"}),
    "supply": frozenset({"voltage"}),
    "meter": frozenset({"voltage"}),
    "pressure": frozenset({"pressure"}),
    "analog": frozenset({"pressure", "thermometer", "load-cell", "voltage"}),
}
_AGAIN = "calibrate it, or name the record that holds"


def channel_reasons(
    opened: OpenBench, calibrations: Mapping[str, CalibrationRecord], lasts_s: float = 0.0
) -> list[Reason]:
    """Everything that is wrong with the records themselves.

    Args:
        opened: the bench, with the serial numbers that answered.
        calibrations: the records that its file names, by channel.
        lasts_s: how long the run will last; a record shall be in date to its end [s].
    """
    found = [
        Reason(channel, f"expected a calibration record of kind {kind!r}, found {_kind(calibrations, channel)}", _AGAIN)
        for channel, kind in _needed(opened).items()
        if channel not in calibrations or calibrations[channel].kind != kind
    ]
    found += _unfit(opened, calibrations)
    found += [Reason(channel, text, _AGAIN) for channel, text in _invalid(opened, calibrations, lasts_s)]
    found += [
        Reason(channel, f"expected a record that names its standards or a certificate, found neither in {record.chain}")
        for channel, record in calibrations.items()
        if record.schema_version > 1 and not record.standards and record.certificate is None
    ]
    return found + _tube_reasons(opened.file, calibrations)


def _invalid(opened: OpenBench, calibrations: Mapping[str, CalibrationRecord], lasts_s: float) -> list[tuple[str, str]]:
    """What is wrong today, and where nothing is, what will be on the last day of the run."""
    now = opened.clock.utc()
    serials = {channel: identity.serial_number for channel, identity in opened.identities.items()}
    found = record_problems(calibrations, serials, now.date())
    told = {channel for channel, _ in found}
    last = record_problems(calibrations, serials, (now + timedelta(seconds=lasts_s)).date())
    return found + [(channel, why) for channel, why in last if channel not in told]


def record_problems(
    calibrations: Mapping[str, CalibrationRecord], serials: Mapping[str, str], on: date
) -> list[tuple[str, str]]:
    """Channel and reason of each record that is of another unit, or out of date.

    Args:
        calibrations: by channel.
        serials: serial numbers that answered, by channel.
        on: the day of use, in UTC.
    """
    return [
        (channel, why)
        for channel, record in calibrations.items()
        for why in check_valid(record, serials[channel.partition(".")[0]], on)
    ]


def _needed(opened: OpenBench) -> dict[str, str]:
    """Channels on which findings or corrections stand, with the kind of record that each needs."""
    weighing = [n for n, (table, one) in opened.witnesses.items() if table.node == "tip" and isinstance(one, Balance)]
    needed = dict.fromkeys(weighing, "balance")
    if opened.environment is not None:
        needed["environment"] = "environment"
    if opened.file.device.calibration is not None:
        needed["device"] = "pump"
    if opened.file.device.load_cell is not None:
        needed[LOAD_CELL] = "load-cell"
    for name, (table, one) in opened.witnesses.items():
        if isinstance(one, FlowSensor) and table.calibration is not None:
            needed[name] = "flow-sensor"
    return needed


def _unfit(opened: OpenBench, calibrations: Mapping[str, CalibrationRecord]) -> list[Reason]:
    """Records of what an instrument does not measure, on channels that need none."""
    found, needed = [], _needed(opened)
    for name, instrument in opened.laboratory().items():
        kinds = _FITTING.get(instrument.CAPABILITY)  # None for what somebody else's driver can do
        if kinds and name in calibrations and name not in needed and calibrations[name].kind not in kinds:
            told = f"expected a calibration record of kind {' or '.join(sorted(kinds))}"
            found.append(Reason(name, f"{told}, found {_kind(calibrations, name)}", _AGAIN))
    return found


def _kind(calibrations: Mapping[str, CalibrationRecord], channel: str) -> str:
    return f"one of kind {calibrations[channel].kind!r}" if channel in calibrations else "none"


def _tube_reasons(bench: Bench, calibrations: Mapping[str, CalibrationRecord]) -> list[Reason]:
    """A pump's factor holds for a tube, and for so many revolutions on it."""
    record, turned = calibrations.get("device"), bench.device.tube_revolutions
    if record is None or record.tubing is None:
        return []
    if turned is None:
        text = f"expected tube_revolutions of tube {record.tubing.lot} in [device], found none"
        return [Reason("device", text, "enter what the log of the tube says")]
    problem = revolutions_problem(record, turned)
    return [Reason("device", problem)] if problem else []
