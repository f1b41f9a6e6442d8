"""Make a procedure: protocol and bench on paper before the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.errors import DoseproofError
from rig.bench import calibrations_of, load_bench
from rig.noise_record import noise_of
from rig.planning import Asked, Case
from rig.planning.outcomes import RunPlan
from rig.planning.run_plan import plan_run
from rig.protocol import load_protocol
from rig.report.attachments import Attachment
from rig.report.content.procedure import procedure
from rig.report.content.whole import report_number
from rig.report.details import read_details
from rig.report.made import Report
from rig.report.versions import software

if TYPE_CHECKING:
    from pathlib import Path


def make_procedure(protocol: Path, bench: Path, details: str = "") -> Report:
    """The procedure of a protocol on a bench; nothing is opened.

    Args:
        protocol, bench: the files.
        details: text of the details file.

    Raises:
        FileError, CalibrationError: a file cannot be used.
    """
    loaded = load_bench(bench)
    asked = load_protocol(protocol, loaded.limits)
    calibrations = calibrations_of(loaded)
    files = tuple(
        Attachment(f"{name}.toml", text.encode(), "application/toml", f"The {name} file")
        for name, text in (("protocol", asked.source.text), ("bench", loaded.source.text))
    )
    made_from = {
        "kind": "procedure",
        "files": {one.name: one.sha256 for one in files},
        "calibrations": {name: record.sha256 for name, record in calibrations.items()},
        "details": details,
        "software": software(),
    }
    stated = read_details(details, "details")[0]
    number = report_number(made_from)
    case = Case(asked, loaded, calibrations, noise_of(loaded))
    document = procedure(case, _plan(case), stated, number)
    return Report(document, files, made_from, ("a procedure holds no results",))


def _plan(case: Case) -> RunPlan | None:
    try:
        return plan_run(case, Asked())
    except DoseproofError:
        return None
