"""Make a procedure: protocol and bench on paper before the run, with everything that it was made from attached.

made = make_procedure(Path("protocol.toml"), Path("bench.toml"))
procedure_of(inputs, details)          # the same again, from what is attached: nothing else is read
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from calibration.errors import DoseproofError
from calibration.record import read_calibration_record
from rig.bench import calibrations_of, load_bench, parse_bench
from rig.checklist import COPY, checklist_source
from rig.files import Source
from rig.plan import reference_witness
from rig.planning import Asked, Case
from rig.planning.run_plan import plan_run
from rig.protocol import load_protocol, parse_protocol
from rig.report.attachments import Attachment
from rig.report.content.procedure import procedure
from rig.report.content.whole import report_number
from rig.report.details import read_details
from rig.report.made import Report
from rig.report.versions import software
from rig.report.wording import refuse_results
from rig.run_start import run_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rig.planning.outcomes import RunPlan

PROTOCOL: Final = "protocol.toml"
BENCH: Final = "bench.toml"
#: Folders of inputs; an attachment has no folder, and says it in its name.
_FOLDERS: Final = ("calibration", "noise")


def make_procedure(protocol: Path, bench: Path, details: str = "") -> Report:
    """The procedure of a protocol on a bench; nothing is opened.

    Args:
        protocol, bench: the files.
        details: text of the details file.

    Raises:
        FileError, CalibrationError: a file cannot be used.
        EvidenceError: a text of them speaks of a result.
    """
    loaded = load_bench(bench)
    asked = load_protocol(protocol, loaded.limits)
    calibrations_of(loaded)  # says which of them is not there
    checklist = checklist_source(asked)
    more = {} if checklist is None else {COPY: checklist.text.encode()}
    return procedure_of(run_inputs(asked, loaded) | more, details)


def procedure_of(inputs: Mapping[str, bytes], details: str, made_with: Mapping[str, str] | None = None) -> Report:
    """The same from the texts alone.

    Args:
        inputs: as a record of the run would keep them, by their names below ``inputs/``.
        details: text of the details file.
        made_with: versions of then, for a procedure that is made again.

    Raises:
        FileError, CalibrationError, EvidenceError: as above.
        KeyError: an input is missing.
    """
    case = _case(inputs)
    stated = read_details(details, "details")[0]
    refuse_results({name: inputs[name].decode() for name in (PROTOCOL, BENCH, COPY) if name in inputs}, details)
    files = _attached(inputs)
    made_from: dict[str, Any] = {
        "kind": "procedure",
        "files": {one.name: one.sha256 for one in files},
        "details": details,
        "software": dict(made_with or software()),
    }
    checklist = Source(COPY, inputs[COPY].decode()) if case.protocol.checklist is not None else None
    document = procedure(case, _plan(case), stated, report_number(made_from), checklist)
    return Report(document, files, made_from, ("a procedure holds no results",))


def _case(inputs: Mapping[str, bytes]) -> Case:
    """Protocol, bench and the records that it names, from their copies."""
    bench = parse_bench(inputs[BENCH].decode(), BENCH)
    protocol = parse_protocol(inputs[PROTOCOL].decode(), PROTOCOL, bench.limits)
    records = {name: f"calibration/{name}.toml" for name in bench.calibrations()}
    calibrations = {name: read_calibration_record(inputs[file], file) for name, file in records.items()}
    tip = reference_witness(bench)
    noise = f"noise/{tip}.toml"
    measured = read_calibration_record(inputs[noise], noise) if tip in bench.noises() else None
    return Case(protocol, bench, calibrations, measured)


def _attached(inputs: Mapping[str, bytes]) -> tuple[Attachment, ...]:
    text = "What the procedure was made from"
    return tuple(
        Attachment(attached_name(name), data, "application/toml", f"{text}: {name}")
        for name, data in sorted(inputs.items())
    )


def attached_name(name: str) -> str:
    """How an input is called within the PDF: ``calibration/balance.toml`` is ``calibration-balance.toml``."""
    return name.replace("/", "-")


def input_name(attached: str) -> str:
    """The other way round."""
    folder, dash, rest = attached.partition("-")
    return f"{folder}/{rest}" if dash and folder in _FOLDERS else attached


def _plan(case: Case) -> RunPlan | None:
    try:
        return plan_run(case, Asked())
    except DoseproofError:
        return None
