"""The reports of runs that stand beside their records: each PDF says within itself of which records it was made.

A report that was moved elsewhere is not found; its number is on its pages, and the records that it names are in it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rig.errors import EvidenceError
from rig.report.attachments import REPORT
from rig.report.embedded import embedded_files, open_pdf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from rig.impact.uses import Use


def find_reports(uses: Sequence[Use]) -> tuple[dict[Path, list[Path]], list[tuple[Path, str]]]:
    """Reports beside the records of some runs, by the folder of the run; and PDF files that could not be read."""
    beside: dict[Path, dict[Path, set[str]]] = {}
    unread: list[tuple[Path, str]] = []
    for parent in dict.fromkeys(use.run.folder.resolve().parent for use in uses):
        beside[parent], failed = _named_in(sorted(parent.glob("*.pdf")))
        unread += failed
    found = {}
    for use in uses:
        folder = use.run.folder.resolve()
        found[use.run.folder] = [path for path, names in beside[folder.parent].items() if folder.name in names]
    return found, unread


def _named_in(paths: Iterable[Path]) -> tuple[dict[Path, set[str]], list[tuple[Path, str]]]:
    """The records that each PDF was made of; none for one that is no report of this rig."""
    named: dict[Path, set[str]] = {}
    unread = []
    for path in paths:
        try:
            named[path] = _records_of(embedded_files(open_pdf(path.read_bytes()), REPORT))
        except (OSError, EvidenceError) as error:
            unread.append((path, str(error)))
    return named, unread


def _records_of(files: Mapping[str, bytes]) -> set[str]:
    try:
        return set(json.loads(files[REPORT])["made_from"]["records"]) if REPORT in files else set()
    except (ValueError, KeyError, TypeError) as error:
        raise EvidenceError(f"{REPORT}: expected what a report was made from, found something else") from error
