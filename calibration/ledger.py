"""The ledger of a book: which files were ever filed in it, each entry chained to the one before by its hash.

    BOOK/ledger/000001.toml        file = "B123456789/0001-balance.toml", sha256 of that file
    BOOK/ledger/000002.toml        the next file of whatever unit; previous = SHA-256 of 000001.toml

    ledger = read_ledger(Path("calibration"))
    ledger.check("B123456789", "balance", [Lies(path, sha256, after), ...])

A chain of records shows what is missing between two of them, and nothing of what is missing after the last: the ledger
does. Who takes its last entries away as well is found by what was filed later (each file names the last entry before
it) and by every later run (``start.json`` names it too). A book from before there were ledgers is accepted as it is,
and gets one with the next file. :mod:`calibration.ledger_write` makes entries.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple

from pydantic import Field, PrivateAttr, ValidationError

from calibration.chain import numbered, told
from calibration.errors import CalibrationError
from calibration.record import fault_text
from calibration.record_parts import Sha256, Strict, Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FOLDER: Final = "ledger"
#: Files of a book that are filed once and for all: records and qualifications, and what was taken out of service.
FILED: Final = re.compile(r"(?:\d{4,}-([a-z][a-z0-9._-]*)|(retired)-\d{4,})\.toml")
_ENTRY: Final = re.compile(r"(\d{6,})\.toml")
#: The chain of the entries of a unit that was taken out of service.
RETIREMENTS: Final = "retired"
_NOT_LISTED: Final = (
    "expected a file that was filed, found one that is not in the ledger of the book: copied by hand, or its filing "
    "was interrupted; remove it, or answer for it with rig calibration ledger --take-in"
)


class Entry(Strict):
    """A file that was filed.

    Attributes:
        number: counts the entries of the book from 1.
        previous: SHA-256 of the entry before; none for the first.
        file: below the book, with ``/``.
        sha256: of the file.
        note: of a file that was taken in and not filed by this software: why.
    """

    schema_version: Literal[1] = Field(alias="schema")
    kind: Literal["ledger"]
    number: Annotated[int, Field(ge=1)]
    previous: Sha256 | None = None
    file: Text
    sha256: Sha256
    note: Text | None = None
    _head: str = PrivateAttr(default="")

    @property
    def head(self) -> str:
        """SHA-256 of the entry itself."""
        return self._head

    @property
    def place(self) -> tuple[str, str]:
        """Folder of the file, and the chain that it belongs to."""
        folder, _, name = self.file.rpartition("/")
        return folder, chain_of(name)


class Lies(NamedTuple):
    """A file that lies in a book.

    Attributes:
        path: below the folder of the book.
        sha256: of the file.
        after: SHA-256 of the entry that it was filed after; None in one from before there were ledgers.
    """

    path: Path
    sha256: str
    after: str | None


@dataclass(frozen=True)
class Ledger:
    """Every entry of a book, oldest first; none in a book from before there were ledgers.

    Attributes:
        book: its folder.
        entries: checked to follow from each other.
    """

    book: Path
    entries: tuple[Entry, ...] = ()

    @property
    def head(self) -> str | None:
        """SHA-256 of the last entry; None where there is none."""
        return self.entries[-1].head if self.entries else None

    @cached_property
    def heads(self) -> frozenset[str]:
        """SHA-256 of every entry."""
        return frozenset(one.head for one in self.entries)

    def chains(self, folder: str) -> set[str]:
        """Chains of which files were filed in a folder of the book."""
        return {chain for place, chain in (one.place for one in self.entries) if place == folder}

    def check(self, folder: str, chain: str, files: Sequence[Lies]) -> None:
        """Refuse a chain whose files are not those that were filed.

        Args:
            folder: of the chain, below the book, with ``/``.
            chain: its name in the names of the files.
            files: what lies there.

        Raises:
            CalibrationError: a file that is missing, another one, or one that nobody filed, or a ledger that was cut:
                the name of the file, and what to do.
        """
        listed = {self.book / one.file: one for one in self.entries if one.place == (folder, chain)}
        lying = {one.path: one for one in files}
        for path, entry in listed.items():
            self._refuse_missing(path, entry, lying.get(path))
        for path, one in lying.items():
            if self.entries and path not in listed:
                raise CalibrationError(f"{path}: {_NOT_LISTED}")
            self._refuse_cut(one)

    def _refuse_missing(self, path: Path, entry: Entry, found: Lies | None) -> None:
        if found is None:
            raise CalibrationError(
                f"{path}: expected this file, which entry {entry.number} of the book's ledger has, found none; "
                "restore it from a copy: what it says counts"
            )
        if found.sha256 != entry.sha256:
            raise CalibrationError(
                f"{path}: expected SHA-256 {told(entry.sha256)}, which entry {entry.number} of the book's ledger "
                f"has, found {told(found.sha256)}; restore the file that was filed"
            )

    def _refuse_cut(self, one: Lies) -> None:
        """Refuse a ledger without the entry after which a file was filed: it was cut, or replaced."""
        if one.after is not None and one.after not in self.heads:
            raise CalibrationError(
                f"{one.path}: it was filed after entry {told(one.after)} of the book's ledger, which the ledger does "
                f"not have ({len(self.entries)} entries in {self.book / FOLDER}); restore the ledger, with its files"
            )


def read_ledger(book: Path) -> Ledger:
    """Read the ledger of a book.

    Raises:
        CalibrationError: an entry that is missing, edited, or does not follow from the one before.
    """
    entries: list[Entry] = []
    for place, (number, path) in enumerate(numbered(book / FOLDER, _ENTRY), start=1):
        previous = entries[-1].head if entries else None
        try:
            entry = _read(path.read_bytes())
        except (OSError, ValueError) as error:
            raise CalibrationError(f"{path}: the ledger is broken: expected an entry, found: {error}") from error
        if (number, entry.number, entry.previous) != (place, place, previous):
            raise CalibrationError(
                f"{path}: the ledger is broken: expected entry {place} after {told(previous)}, found entry "
                f"{entry.number} after {told(entry.previous)}; restore what is missing or changed"
            )
        entries.append(entry)
    return Ledger(book, tuple(entries))


def chain_of(name: str) -> str:
    """The chain that a file belongs to by its name; empty for one that is no filed file."""
    match = FILED.fullmatch(name)
    return "" if match is None else match[1] or match[2]


@lru_cache(maxsize=65536)  # a book is read for each of its chains, and an entry never changes
def _read(content: bytes) -> Entry:
    """One entry.

    Raises:
        ValueError: it is none.
    """
    try:
        entry = Entry.model_validate(tomllib.loads(content.decode("utf-8")))
    except ValidationError as error:
        raise ValueError("; ".join(map(fault_text, error.errors()))) from error
    entry._head = hashlib.sha256(content).hexdigest()  # noqa: SLF001 - the reader is the one that knows the bytes
    return entry
