"""Check a document that says that it is a procedure: it must be what follows from the attached files, and nothing more.

A procedure is printed by the same program as a report, before a run. Who calls a report of results a procedure would
escape every check, so it is made again from what is attached, byte by byte, and it never ends like a verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from calibration.errors import DoseproofError
from rig.errors import EvidenceError
from rig.report.attachments import ARCHIVE, REPORT
from rig.report.before import input_name, procedure_of
from rig.report.versions import software, versions_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.report.made import Report

_KEYS: Final = {"kind", "files", "details", "software"}
LINES: Final = (
    "a procedure: made again from the attached protocol, bench and calibrations, the same bytes",
    "it proves what was planned, and NOTHING about results: no run, no reading and no verdict stands behind it",
    "nor does it prove who approved or carried it out; ask for the report of a run",
)


def check_procedure(content: Mapping[str, Any], files: Mapping[str, bytes], pdf: bytes, *, signed: bool) -> None:
    """Hold a procedure against what is attached to it.

    Args:
        content: ``report.json``, checked.
        files: every attachment, by name.
        pdf: the file.
        signed: whether there are digital signatures behind it.

    Raises:
        EvidenceError: it has results, or is not what follows from its attachments.
    """
    made_from = content["made_from"]
    _refuse_results(content)
    _refuse_unknown(made_from, content["attachments"])
    again = _again(made_from, {input_name(name): files[name] for name in content["attachments"]})
    made = again.pdf()
    if pdf.startswith(made) if signed else pdf == made:
        return
    if made_from["software"] == software():
        raise EvidenceError(
            "the pages are not those that follow from the attached protocol with the same versions: they were changed; "
            "this is no procedure of this rig"
        )
    then = versions_text(made_from["software"])
    raise EvidenceError(
        f"the pages could not be made again: that needs {then}. Until then nothing is known of what they say; a "
        "procedure has no results in any case"
    )


def _refuse_results(content: Mapping[str, Any]) -> None:
    archives = {name for name in content["attachments"] if name.endswith(ARCHIVE)}
    if results := sorted({*archives, *content["made_from"].get("records", {})}):
        raise EvidenceError(
            f"{REPORT}: expected a procedure, which holds no results, found {', '.join(results)}; "
            "it is no report of this rig"
        )


def _refuse_unknown(made_from: Mapping[str, Any], attachments: Mapping[str, str]) -> None:
    """A procedure is made from files and details; whatever else is said cannot be checked."""
    if more := sorted(made_from.keys() ^ _KEYS):
        raise EvidenceError(
            f"{REPORT}: expected a procedure made from {', '.join(sorted(_KEYS))}, found a difference in "
            f"{', '.join(more)}; it is no procedure of this rig, or of a version that did not attach all files: make "
            "it again"
        )
    if made_from["files"] != attachments:
        raise EvidenceError(f"{REPORT}: the attached files are not those that the procedure was made from")


def _again(made_from: Mapping[str, Any], inputs: Mapping[str, bytes]) -> Report:
    try:
        return procedure_of(inputs, made_from["details"], made_from["software"])
    except (DoseproofError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise EvidenceError(f"the procedure cannot be made again from what is attached to it: {error}") from error
