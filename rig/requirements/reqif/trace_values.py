"""What is known of each imported requirement, in the words of the attributes that a customer's copy gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.errors import EvidenceError, FileError, Problem
from rig.record.check import check_record
from rig.requirements.catalogue import REQUIREMENTS
from rig.requirements.reqif.importing import text_sha256

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rig.requirements.catalogue import Catalogue
    from rig.requirements.evidence import Evidence
    from rig.requirements.reqif.document import ReqifDocument
    from rig.requirements.tables import ReqifOrigin
    from rig.requirements.trace import Row


def values_of(document: ReqifDocument, catalogue: Catalogue, rows: Sequence[Row]) -> dict[str, Mapping[str, str]]:
    """Values by identifier of the object, for every requirement that was imported.

    Args:
        document: the customer's file.
        catalogue: requirements with their origins.
        rows: of the matrix.

    Raises:
        FileError: no requirement was imported, or an object is not in the file or has another text than it had then.
        EvidenceError: a record that is quoted was changed since it was sealed.
    """
    origins = {one.id: one.reqif for one in catalogue.requirements.values() if one.reqif is not None}
    problems = [text for ours, origin in origins.items() if (text := _misfit(document, ours, origin))]
    if not origins:
        problems = [f"expected requirements that were imported from it in {REQUIREMENTS}, found none; import it first"]
    if problems:
        raise FileError([Problem(text, document.name) for text in problems])
    return {origin.object: _values(row) for row in rows if (origin := origins.get(row.requirement)) is not None}


def _misfit(document: ReqifDocument, ours: str, origin: ReqifOrigin) -> str:
    """Why a verdict on this requirement would be one on something else; empty where it would not."""
    found = document.objects.get(origin.object)
    if found is None:
        return f"expected the object {origin.object} of {ours}, found none; is it the file that was imported?"
    if origin.text_sha256 not in {text_sha256(text.strip()) for text in found.attributes.values()}:
        return f"expected the text of {ours} as it was imported, found another in {origin.object}; import it anew"
    return ""


def _values(row: Row) -> dict[str, str]:
    last = row.evidence
    tests = {"Tests": ", ".join(row.tests), "Gap": row.gap}
    if last is None:
        return {"Verdict": "none", **tests}
    _check(last)
    return {
        "Verdict": last.verdict,
        "EvidenceClass": last.evidence_class,
        "Date": last.day,
        "Device": last.device,
        "Record": last.folder.resolve().name,
        "RecordSHA256": last.record_sha256 or "not sealed",
        **tests,
    }


def _check(last: Evidence) -> None:
    """What is handed to a customer is not believed but looked at."""
    if (checked := check_record(last.folder)).state == "changed":
        listed = "\n  ".join(checked.problems)
        raise EvidenceError(f"{last.folder}: expected a record as it was sealed, found it changed:\n  {listed}")
