"""``rig bench check``: who answers, with which calibration, and whether the bench is ready. Nothing is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from calibration.record import CalibrationRecord, check_valid, load_calibration_record
from drivers.errors import DriverError
from rig.bench import OpenBench, calibration_path, load_bench, open_bench
from rig.cli.console import Console
from rig.cli.exits import REFUSED, say
from rig.cli.show import plain_table
from rig.errors import BenchError
from rig.wiring import wiring_hint

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rich.table import Table

    from drivers.interfaces import Instrument

#: From this many days on a calibration is shown as about to end.
SOON_DAYS = 30


def check_command(path: Path) -> int:
    """Open a bench and name what stands on it; 0 if a run could start, else 4.

    Raises:
        FileError, CalibrationError: a file cannot be used.
        BenchError: the bench is not the one of its file.
    """
    bench = load_bench(path)
    calibrations = {name: load_calibration_record(calibration_path(bench, name)) for name in bench.calibrations()}
    with open_bench(bench) as opened:
        today = opened.clock.utc().date()
        table, problems = _table(opened, calibrations, today), _problems(opened, calibrations, today)
        evidence = opened.evidence_class
    console = Console(highlight=False)
    console.print(table)
    marked = evidence if evidence == "device" else f"{evidence}, not device evidence"
    console.print(f"Evidence class: {marked}. Calibrations judged on {today}. Nothing was moved.")
    if problems:
        say(str(BenchError(bench.name, problems)))
        return REFUSED
    console.print("Ready: every instrument is the one of the file, ready to record, and its calibration holds.")
    return 0


def _table(opened: OpenBench, calibrations: dict[str, CalibrationRecord], today: date) -> Table:
    table = plain_table(
        f"Bench {opened.file.name}", "channel", "instrument", "serial number", "calibrated until", "days"
    )
    for name, identity in opened.identities.items():
        maker = f"{identity.manufacturer} " if identity.manufacturer else ""
        until = _validity(calibrations[name], today) if name in calibrations else (Text("-"), Text(""))
        about = f"{maker}{identity.model}\nfirmware {identity.firmware}"
        table.add_row(name, about, identity.serial_number, *until)
    return table


def _validity(record: CalibrationRecord, today: date) -> tuple[Text, Text]:
    """The last day, and the days left; negative where it is out of date."""
    left = (record.valid_until - today).days
    style = "red" if left < 0 else "yellow" if left < SOON_DAYS else ""
    return Text(f"{record.valid_until}", style=style), Text(f"{left:,}", style=style)


def _problems(opened: OpenBench, calibrations: dict[str, CalibrationRecord], today: date) -> list[str]:
    """What would refuse a run: an invalid calibration, an instrument that cannot record as it stands."""
    problems = [
        f"{name}: {why}"
        for name, record in calibrations.items()
        for why in check_valid(record, opened.identities[name].serial_number, today)
    ]
    for name, instrument in _instruments(opened).items():
        try:
            instrument.prepare()
        except DriverError as error:
            problems.append(f"{name}: {type(error).__name__}: {error}{wiring_hint(opened.file, name, error)}")
    return problems


def _instruments(opened: OpenBench) -> dict[str, Instrument]:
    return {"device": opened.device, **opened.laboratory()}
