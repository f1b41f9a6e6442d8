"""``rig bench check``: who answers, with which calibration, and whether the bench is ready. Nothing is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from calibration.due import SOON_DAYS, ending
from calibration.record import CalibrationRecord
from rig.bench import OpenBench, calibrations_of, load_bench, open_bench
from rig.cli.console import Console
from rig.cli.exits import REFUSED, say
from rig.cli.show import plain_table
from rig.errors import BenchError
from rig.gate.door import check_gate
from rig.protocol import load_protocol
from rig.refusals import refuse_undecidable
from rig.verify.looks import time_text
from rig.words import quantity_text

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rich.table import Table

    from rig.bench import Bench
    from rig.predict import Prediction
    from rig.protocol import Protocol
    from rig.verify.looks import Plan


def check_command(path: Path, protocol_path: Path | None = None) -> int:
    """Open a bench, name what stands on it, and pass the gate; 0 if a run could start, else 4.

    Args:
        path: the bench file.
        protocol_path: the protocol that shall run there, where its run is to be judged too.

    Raises:
        FileError, CalibrationError: a file cannot be used.
        BenchError: the bench is not the one of its file.
    """
    bench = load_bench(path)
    protocol = _protocol(protocol_path, bench)
    calibrations = calibrations_of(bench)
    with open_bench(bench) as opened:
        today = opened.clock.utc().date()
        table, gate = _table(opened, calibrations, today), check_gate(opened, calibrations, protocol)
        evidence = opened.evidence_class
    soon = [f"{name}: {text}" for name, record in calibrations.items() if (text := ending(record, today))]
    console = Console(highlight=False)
    console.print(table)
    if protocol is not None and gate.prediction is not None:
        console.print(_predicted(protocol, gate.prediction))
        if gate.prediction.looks is not None:
            console.print(_looks(gate.prediction.looks))
    marked = evidence if evidence == "device" else f"{evidence}, not device evidence"
    console.print(f"Evidence class: {marked}. Calibrations judged on {today}. Nothing was moved.")
    for line in (*soon, *map(str, gate.remarks)):
        console.print(line, style="yellow", markup=False, soft_wrap=True)
    if not gate.passed:
        say(str(BenchError(bench.name, gate.told())))
        return REFUSED
    console.print("Ready: every instrument is the one of the file, ready to record, and its calibration holds.")
    return 0


def _protocol(path: Path | None, bench: Bench) -> Protocol | None:
    if path is None:
        return None
    protocol = load_protocol(path, bench.limits)
    refuse_undecidable(protocol, bench)
    return protocol


def _predicted(protocol: Protocol, prediction: Prediction) -> Table:
    """What the run will achieve, finding by finding; red where the gate asks for more."""
    least = protocol.gate.ratio
    title = f"Predicted uncertainty of {protocol.id}, at least {least:g}:1"
    table = plain_table(title, "finding", "U", "limit", "limit : U", "most of it from")
    for one in prediction.findings:
        name = quantity_text(one.name, {})
        if one.expanded is None or one.limit is None or one.ratio is None:
            table.add_row(name, Text("-", style="red"), "", "", one.statement)
            continue
        style = "red" if one.ratio < least else ""
        ratio = Text(f"{one.ratio:.3g} : 1", style=style)
        table.add_row(name, f"{one.expanded:.2g} {one.unit}", f"{one.limit:g} {one.unit}", ratio, one.dominating)
    return table


def _looks(plan: Plan) -> Table:
    """When the run may be decided early, and what each look needs; the last row is its full length."""
    title = f"Looks, {plan.spending} spending of {100 * plan.risk:.3g} %, nothing is decided before the first"
    table = plain_table(title, "after", "risk spent", "u", "passes up to", "fails beyond")
    for one in plan.looks:
        passes = f"±{one.accept_percent:.3g} %" if one.accept_percent > 0 else "nothing yet"
        spent = f"{100 * one.spent:.3g} %"
        table.add_row(time_text(one.time_s), spent, f"{one.u_percent:.2g} %", passes, f"±{one.reject_percent:.3g} %")
    return table


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
    style = "red" if left < 0 else "yellow" if left <= SOON_DAYS else ""
    return Text(f"{record.valid_until}", style=style), Text(f"{left:,}", style=style)
