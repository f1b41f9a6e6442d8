"""The qualifications of benches that stand on affected records or on the standard in question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.errors import EvidenceError
from rig.qualify.record import BENCHES, Filed, read_qualification

if TYPE_CHECKING:
    from pathlib import Path

    from rig.impact.affected import Affected
    from rig.qualify.record import Qualification


def find_qualifications(book: Path, affected: Affected) -> tuple[list[Filed], list[tuple[Path, str]]]:
    """Qualifications in a book that used something affected, and those that could not be read.

    Args:
        book: its folder.
        affected: the records, and the name of the standard where one is meant.
    """
    found, unread = [], list[tuple["Path", str]]()
    for path in sorted((book / BENCHES).glob("*/*-qualification.toml")):
        try:
            record = read_qualification(path)
        except EvidenceError as error:
            unread.append((path, str(error)))
            continue
        if _stands_on(record, affected):
            found.append(Filed(path, record))
    return found, unread


def _stands_on(record: Qualification, affected: Affected) -> bool:
    named = {name.casefold() for one in record.standards for name in (one.serial_number, one.certificate)}
    return any(one.sha256 in affected.records for one in record.calibrations) or affected.standard in named
