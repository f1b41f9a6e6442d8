"""Check a report, and recompute its verdict from what is attached to it; nothing else is read.

    found = check_report(Path("report.pdf").read_bytes())
    found.verdicts, found.lines

=====================  ==========================================================================================
what                   how
=====================  ==========================================================================================
signatures             each holds, and covers the whole file; trusted if a root is given; nothing else was appended
attachments            ``report.json`` has the hash that it says of itself, each archive the one in ``report.json``
record                 every file has the hash of the manifest, and the manifest its own; it is the one reported
verdict                computed again from the raw readings, compared with the sealed result digit by digit
statements             each is signed by its store, chained, and about this record; the checkpoint is signed
pages                  made again from the attachments, compared byte by byte, where the same versions are here
procedure              it has no results, and must be the same bytes again (:mod:`rig.report.procedure_check`)
=====================  ==========================================================================================
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError
from rig.record import Record
from rig.report.annex_check import annex_lines
from rig.report.attachments import REPORT, SCHEMA, index_hash, unpack
from rig.report.content.whole import report_number
from rig.report.embedded import embedded_files, open_pdf
from rig.report.increments import refuse_other_increments
from rig.report.made import remake
from rig.report.procedure_check import LINES, check_procedure
from rig.report.seals import Seal, seals_of
from rig.report.versions import software, versions_text
from rig.verify_record import recomputed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.assessment import Assessment
    from rig.verdict import Verdict

#: Kinds of reports that have records; there is one other, the procedure.
_OF_RUNS = frozenset({"run", "campaign"})


@dataclass
class Checked:
    """What was found; a report that does not hold is an error instead.

    Attributes:
        number: of the report.
        verdicts: recomputed, by the name of the record.
        seals: the digital signatures.
        lines: all that was checked, in words.
        pages_compared: whether the pages were made again.
        procedure: whether it is one, and so has no results.
    """

    number: str = ""
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    seals: list[Seal] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    pages_compared: bool = False
    procedure: bool = False


def check_report(pdf: bytes, roots: Sequence[Any] = ()) -> Checked:
    """Check a report.

    Args:
        pdf: the file.
        roots: certificates that are trusted (:func:`rig.report.seals.load_roots`).

    Raises:
        EvidenceError: it does not hold, with the reason.
    """
    found, reader = Checked(), open_pdf(pdf)
    _check_seals(found, reader, roots)
    refuse_other_increments(reader)
    files = embedded_files(reader)
    content = read_index(files)
    found.number = content["number"]
    found.lines.append(f"report {found.number}: attachments have the hashes that report.json gives")
    kind = content["made_from"]["kind"]
    if kind == "procedure":
        check_procedure(content, files, pdf, signed=bool(found.seals))
        found.procedure = found.pages_compared = True
        found.lines += LINES
        return found
    if kind not in _OF_RUNS:
        raise EvidenceError(f"{REPORT}: expected a report of runs or a procedure, found {kind!r}")
    with tempfile.TemporaryDirectory(prefix="doseproof-check-") as folder:
        assessments = _recompute(found, content, files, Path(folder))
        found.lines += annex_lines(content["made_from"])
        _check_pages(found, content, assessments, pdf)
    return found


def read_index(files: dict[str, bytes]) -> dict[str, Any]:
    """``report.json``, with everything checked that it says of itself and of the archives.

    Raises:
        EvidenceError: it is missing, of another schema, or does not hold.
    """
    if REPORT not in files:
        raise EvidenceError(
            f"expected the attachment {REPORT}, found {', '.join(files) or 'none'}; no report of this rig"
        )
    try:
        content = json.loads(files[REPORT])
        if content.get("schema") != SCHEMA:
            raise EvidenceError(f"{REPORT}: expected schema {SCHEMA}, found {content.get('schema')!r}; use a newer rig")
        problems = _index_problems(content, files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvidenceError(
            f"{REPORT}: expected what a report was made from, found something else ({error!r})"
        ) from error
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise EvidenceError(f"the attachments are not what the report was made with:\n{listed}")
    return dict(content)


def _index_problems(content: dict[str, Any], files: dict[str, bytes]) -> list[str]:
    import hashlib

    problems = []
    if index_hash(content) != content["sha256"] or report_number(content["made_from"]) != content["number"]:
        problems.append(f"{REPORT}: changed (its own hash does not hold)")
    listed = content["attachments"]
    problems += [f"{name}: missing" for name in sorted(listed.keys() - files.keys())]
    problems += [f"{name}: added" for name in sorted(files.keys() - listed.keys() - {REPORT})]
    problems += [
        f"{name}: changed"
        for name in sorted(listed.keys() & files.keys())
        if hashlib.sha256(files[name]).hexdigest() != listed[name]
    ]
    return problems


def _check_seals(found: Checked, reader: Any, roots: Sequence[Any]) -> None:
    found.seals = seals_of(reader, roots)
    for seal in found.seals:
        if not seal.intact:
            raise EvidenceError(f"the digital signature of {seal.name} does not hold: {seal.problem}")
        if seal.trusted is False:
            raise EvidenceError(
                f"the digital signature of {seal.name} holds, but leads to none of the trusted certificates"
            )
        trust = "trusted" if seal.trusted else "NOT checked against a trusted certificate (--trust)"
        found.lines.append(f"digitally signed by {seal.name}, {seal.signed} by its own clock: intact, {trust}")
    if not found.seals:
        found.lines.append("not digitally signed: whoever can change this file can change everything in it")


def _recompute(found: Checked, content: dict[str, Any], files: dict[str, bytes], folder: Path) -> list[Assessment]:
    reported = content["made_from"]["records"]
    assessments: list[Assessment] = []
    _refuse_two_results(content["made_from"])
    if not content["attachments"]:
        found.lines.append("no data are attached: the verdict cannot be recomputed from this file")
        found.lines.append("inconclusive: nothing was recomputed, whatever the pages say; ask for the record")
    for number, name in enumerate(sorted(content["attachments"])):
        record = Record.open(unpack(files[name], folder / str(number)))
        identity = record.manifest.get("record_sha256") or record.content_digest
        if reported.get(record.folder.name) != identity:
            raise EvidenceError(f"{record.folder.name}: the attached record is not the one of the report")
        again = recomputed(record)
        if again.differences:
            listed = "\n".join(f"  {line}" for line in again.differences[:20])
            raise EvidenceError(f"{record.folder.name}: expected the sealed result again, found another one:\n{listed}")
        found.verdicts[record.folder.name] = again.assessment.verdict
        how = "every sealed digit again" if again.compared else "never sealed, nothing to compare with"
        found.lines.append(f"record {record.folder.name}: {again.assessment.verdict.outcome}, recomputed; {how}")
        assessments.append(again.assessment)
    return assessments


def _refuse_two_results(made: dict[str, Any]) -> None:
    """A report that says itself that it states another result than the sealed one."""
    if found := made.get("two_results"):
        listed = "\n".join(f"  {name}: {text}" for name, text in sorted(found.items()))
        raise EvidenceError(
            f"this report states another result than the sealed one, and says so:\n{listed}\n  it was made with "
            f"{versions_text(made['software'])}\nMake it again with a version that gives the sealed result"
        )


def _check_pages(found: Checked, content: dict[str, Any], assessments: list[Assessment], pdf: bytes) -> None:
    """Make the pages again; a page that says something else than the data is found this way."""
    made = content["made_from"]
    if not assessments or made["software"] != software():
        then = versions_text(made["software"])
        found.lines.append(f"pages were NOT compared: that needs the attached data and {then}")
        return
    again = remake(made, assessments).pdf()
    if not (pdf.startswith(again) if found.seals else pdf == again):
        raise EvidenceError(
            "the pages are not those that follow from the attached data with the same versions: they were changed, or "
            "this machine computes differently in the last digit; the attached record itself holds"
        )
    found.pages_compared = True
    found.lines.append("pages: made again from the attached data, the same bytes")
