"""Where a record goes, and which record is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.clock import WallClock
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from pathlib import Path

START = "start.json"


def new_folder(parent: Path, name: str) -> Path:
    """A folder for a new record that does not exist yet: ``PARENT/2026-11-23T19-26-00Z-NAME``."""
    stem = f"{WallClock().utc():%Y-%m-%dT%H-%M-%SZ}-{name}"
    folder, count = parent / stem, 1
    while folder.exists():
        count += 1
        folder = parent / f"{stem}-{count}"
    return folder


def pictures_folder(record: Path) -> Path:
    """Beside the record, because nothing may be added to a sealed one."""
    return record.with_name(f"{record.name}-pictures")


def find_record(folder: Path) -> Path:
    """The record in question: the folder itself, or the only one in it.

    Raises:
        EvidenceError: there is none, or more than one.
    """
    if (folder / START).is_file() or not folder.is_dir():
        return folder
    found = sorted(path.parent for path in folder.glob(f"*/{START}"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise EvidenceError(f"{folder}: expected a record (a folder with {START}), found none in it; check the path")
    listed = "\n".join(f"  {path}" for path in found)
    raise EvidenceError(f"{folder}: expected one record, found {len(found)}; name one of them:\n{listed}")


def find_records(folder: Path) -> list[Path]:
    """The folder itself where it is a record, else every record in it, by name.

    Raises:
        EvidenceError: there is none.
    """
    if (folder / START).is_file():
        return [folder]
    if found := sorted(path.parent for path in folder.glob(f"*/{START}")):
        return found
    raise EvidenceError(f"{folder}: expected a record (a folder with {START}), or records in it, found none")
