"""What is attached to a report: the whole sealed record as one archive, and from what the pages were made.

========================  ===================================================================================
``report.json``           schema, number, software, details, annex, name and hash of each archive; its own hash
``NAME.record.zip``       every file of the record, stored as it is, always the same bytes
========================  ===================================================================================

A foreign reader can save and unpack both; ``rig verify`` then needs nothing else.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError
from rig.record.columns import canonical_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

REPORT = "report.json"
#: How the name of an attached record ends.
ARCHIVE = ".record.zip"
SCHEMA = 1
#: Largest record that is attached [bytes]; mail and readers give up not far above.
LARGEST = 200_000_000
#: Of every member: the archive must not tell when it was made.
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Attachment:
    """One file within the PDF.

    Attributes:
        name: as a reader shows it.
        data: its bytes.
        mime: its type.
        description: for people.
        relationship: ``source`` or ``data``, as PDF/A-3 has it.
    """

    name: str
    data: bytes
    mime: str
    description: str
    relationship: str = "source"

    @property
    def sha256(self) -> str:
        """Of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def record_archive(folder: Path) -> Attachment:
    """A record as one archive, stored without compression (Parquet is compressed already).

    Raises:
        EvidenceError: it is too large to be attached.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    total = sum(path.stat().st_size for path in files)
    if total > LARGEST:
        raise EvidenceError(
            f"{folder}: expected a record of at most {LARGEST / 1e6:g} MB to attach, found {total / 1e6:.0f} MB; "
            "make the report with --without-data, and keep the record beside it"
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in files:
            member = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", _DATE)
            member.external_attr = 0o444 << 16
            archive.writestr(member, path.read_bytes())
    return Attachment(f"{folder.name}{ARCHIVE}", packed.getvalue(), "application/zip", f"Sealed record {folder.name}")


def index(made_from: dict[str, Any], number: str, archives: Sequence[Attachment]) -> Attachment:
    """``report.json``: from what the pages were made, with the hash of each archive and of itself."""
    content = {
        "schema": SCHEMA,
        "number": number,
        "made_from": made_from,
        "attachments": {one.name: one.sha256 for one in archives},
    }
    content["sha256"] = index_hash(content)
    data = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False).encode()
    return Attachment(REPORT, data, "application/json", "What this report was made from", "data")


def index_hash(content: dict[str, Any]) -> str:
    """SHA-256 over everything in ``report.json`` but this hash itself."""
    return hashlib.sha256(canonical_json({k: v for k, v in content.items() if k != "sha256"})).hexdigest()


def unpack(archive: bytes, into: Path) -> Path:
    """Unpack a record's archive and give its folder.

    Raises:
        EvidenceError: not such an archive, or one with a path that leads elsewhere.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            names = packed.namelist()
            tops = {name.split("/")[0] for name in names}
            if len(tops) != 1 or any(".." in name.split("/") or name.startswith("/") or "\\" in name for name in names):
                raise EvidenceError("the attached archive holds something else than one record; it was changed")
            packed.extractall(into)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise EvidenceError(f"the attached archive cannot be read: {error}") from error
    return into / tops.pop()
