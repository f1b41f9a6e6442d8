"""What a calibration stands on is judged before its first step, as the gate judges what a run stands on.

    refuse_unusable(procedure, station)

The records of the balance and of the air that the procedure reads with: of this unit, in date, for this air, with a
daily check that found no shift. And the book: neither what is calibrated nor what it is compared with may be out of
service, and the chain that the record will continue must be whole. And the column that is calibrated must be there, in
the unit that the record will say. Every reason is told at once, with nothing done yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from calibration.book import Book
from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from calibration.record_conditions import CONDITION_KINDS
from calibration.units import VOLTAGE
from drivers.errors import DriverError
from rig.bench import calibration_path
from rig.calibrate.kinds import KINDS
from rig.calibrate.shown_in import column_reasons
from rig.errors import BenchError
from rig.gate.balance_check import shift_reasons
from rig.gate.books import folders_of
from rig.gate.channels import record_problems
from rig.gate.conditions import condition_reasons, room_of
from rig.gate.reason import Reason
from rig.gate.retired import out_of_service

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from calibration.record import CalibrationRecord
    from rig.calibrate.bench import Station
    from rig.calibrate.holds import Holds
    from rig.calibrate.procedure import Procedure


_THERE: Final = "calibrate where it shall hold, or state where it does"
#: Kinds that use the record of their own channel, and make none of it.
_READ_WITH: Final = frozenset({"balance-check", "known-voltage"})


def refuse_unusable(procedure: Procedure, station: Station) -> None:
    """Refuse a calibration whose record would vouch for nothing.

    Args:
        procedure: which reads with the balance and the air that its file names.
        station: the open bench; its air is read once.

    Raises:
        BenchError: with every reason.
        CalibrationError: a record that cannot be read.
    """
    paths = _named(procedure, station)
    records = {channel: load_calibration_record(path) for channel, path in paths.items()}
    books = sorted({procedure.standards.folder, *folders_of(paths.values())})
    identities = {name: station.identity(name) for name in (procedure.file.channel, *records)}
    reasons = [
        *out_of_service(books, identities),
        *_chain_reasons(procedure, identities[procedure.file.channel].serial_number),
        *column_reasons(procedure.file, station),
        *_reference_reasons(procedure, station),
        *_record_reasons(procedure, station, records),
        *_shifts(procedure, station, books, records),
    ]
    if reasons:
        raise BenchError(station.opened.file.name, [str(reason) for reason in reasons])


def _named(procedure: Procedure, station: Station) -> dict[str, Path]:
    """The records that the procedure reads with: those that the bench file names for its balance and its air."""
    file, bench = procedure.file, station.opened.file
    channels = [getattr(file, name, None) for name in ("balance", "environment")]
    channels += [file.channel] if file.kind in _READ_WITH else []
    return {channel: calibration_path(bench, channel) for channel in channels if channel in bench.calibrations()}


def _chain_reasons(procedure: Procedure, serial: str) -> list[Reason]:
    """The chain that the record will continue, which is told after the last step otherwise."""
    if procedure.file.kind not in KINDS:  # a line of a qualification; it files no record of its own
        return []
    try:
        Book(procedure.standards.folder).history(serial, procedure.file.chain)
    except CalibrationError as error:
        return [Reason(procedure.file.channel, str(error))]
    return []


def _reference_reasons(procedure: Procedure, station: Station) -> list[Reason]:
    """What is read as the reference is the standard of the file, and not what is calibrated."""
    found = []
    for channel, wanted in procedure.read_references().items():
        answers = station.identity(channel).serial_number
        if channel == procedure.file.channel:
            found.append(Reason(channel, "expected another channel than that which is calibrated, found the same one"))
        elif answers != wanted:
            text = f"expected the reference {wanted}, found that {answers} answers"
            found.append(Reason(channel, text, "enter its certificate in standards.toml, or name the right channel"))
    return found


def _record_reasons(procedure: Procedure, station: Station, records: Mapping[str, CalibrationRecord]) -> list[Reason]:
    opened = station.opened
    serials = {channel: station.identity(channel).serial_number for channel in records}
    found = [Reason(*one) for one in record_problems(records, serials, opened.clock.utc().date())]
    silent = set()
    if records and opened.environment is not None:
        try:
            opened.environment.prepare()
        except DriverError as error:
            silent.add("environment")
            found.append(Reason.of_driver(opened.file, "environment", error))
    room = room_of(opened, records, silent)
    measured = room.here if opened.environment is not None else {}
    volts = {} if room.fed_v is None else {"supply_voltage": VOLTAGE.quantity(room.fed_v)}
    return found + condition_reasons(opened, records, silent, room) + _elsewhere(procedure, {**measured, **volts})


def _elsewhere(procedure: Procedure, measured: Mapping[str, Any]) -> list[Reason]:
    """A room in which the record shall not hold: it would be refused after the last step."""
    holds: Holds | None = getattr(procedure.file, "holds", None)
    found = []
    for name, kind in CONDITION_KINDS.items():
        pair = getattr(holds, name, None)
        if pair is None or name not in measured:
            continue
        (low, high), now = (kind.magnitude(name, one) for one in pair), kind.array(name, measured[name])
        if now.min() < low or now.max() > high:
            what = name.replace("_", " ")
            text = f"expected a {what} of {low:g} to {high:g} {kind.unit}, for which its record shall hold ([holds])"
            found.append(Reason(procedure.file.channel, f"{text}, found {now.mean():g} {kind.unit}", _THERE))
    return found


def _shifts(
    procedure: Procedure, station: Station, books: list[Path], records: Mapping[str, CalibrationRecord]
) -> list[Reason]:
    """A balance that shifted is calibrated or checked again, and nothing is calibrated with it."""
    return [
        reason
        for name, record in records.items()
        if record.balance is not None and name != procedure.file.channel
        for reason in shift_reasons(name, books, station.identity(name).serial_number, record)
    ]
