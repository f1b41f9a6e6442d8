"""The book: a folder in which a laboratory keeps its calibration records. Append only; nothing is ever overwritten.

    BOOK/standards.toml                      the reference standards, one table [[standard]] each
    BOOK/certificates/...                    their papers
    BOOK/B123456789/0001-balance.toml        records of one unit: number, kind, channel
    BOOK/B123456789/0002-balance.toml        supersedes 0001: it names the SHA-256 of that file
    BOOK/ledger/...                          every file that was ever filed (:mod:`calibration.ledger`)

    book = Book(Path("calibration"))
    path = book.append(tables)                       # numbered, sealed, filed; or refused and nothing written
    record = book.in_force("B123456789", "balance")  # the newest of an unbroken chain

A record that is missing, edited, or that does not follow from the one before it breaks the chain, and a broken chain
vouches for nothing: the newest record of it cannot be told from one that somebody put there. That the newest one itself
is missing shows in the ledger.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from calibration.chain import numbered, told
from calibration.errors import CalibrationError
from calibration.ledger import FOLDER, RETIREMENTS, Lies, read_ledger
from calibration.ledger_write import file_in_book
from calibration.record import load_calibration_record, read_calibration_record
from calibration.record_seal import sealed_text
from calibration.record_write import record_text
from calibration.retirement import refuse_retired

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from calibration.record import CalibrationRecord

_FILE: Final = re.compile(r"(\d{4,})-([a-z][a-z0-9._-]*)\.toml")
#: What else lies beside the folders.
_OTHERS: Final = frozenset({"standards.toml", "tolerances.toml"})
_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Filed:
    """A record and where it lies."""

    path: Path
    record: CalibrationRecord


class Book:
    """The calibration records of a laboratory.

    Args:
        folder: need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def units(self) -> dict[str, list[str]]:
        """Serial numbers in the book, each with its chains (kind, or kind and channel), gone ones among them.

        Raises:
            CalibrationError: a ledger that is broken.
        """
        found: dict[str, set[str]] = {}
        for path in self.folder.glob("*/*.toml"):
            if match := _FILE.fullmatch(path.name):
                found.setdefault(path.parent.name, set()).add(match[2])
        for folder, chain in (one.place for one in read_ledger(self.folder).entries):
            if "/" not in folder and chain != RETIREMENTS:
                found.setdefault(folder, set()).add(chain)
        return {serial: sorted(found[serial]) for serial in sorted(found)}

    def files(self) -> list[Path]:
        """Every record in the book: those of its chains, then those of schema 1 that lie beside the folders."""
        chained = [path for path in self.folder.glob("*/*.toml") if _FILE.fullmatch(path.name)]
        return [*sorted(chained), *self.stated()]

    def stated(self) -> list[Path]:
        """Records of schema 1, which lie beside the folders, number nothing and supersede nothing."""
        return [path for path in sorted(self.folder.glob("*.toml")) if path.name not in _OTHERS and _is_record(path)]

    def history(self, serial_number: str, chain: str) -> list[Filed]:
        """Every record of a unit and chain, oldest first.

        Raises:
            CalibrationError: a record that cannot be read, a chain that is broken, or files that are not those of the
                ledger: file and reason.
        """
        folder = self.folder / safe_name(serial_number, "serial number")
        paths = [path for _, path in numbered(folder, re.compile(rf"(\d{{4,}})-{re.escape(chain)}\.toml"))]
        filed = [Filed(path, load_calibration_record(path)) for path in paths]
        _check_chain(filed, serial_number, chain)
        lying = [Lies(one.path, one.record.sha256, one.record.ledger) for one in filed]
        read_ledger(self.folder).check(serial_number, chain, lying)
        return filed

    def in_force(self, serial_number: str, chain: str) -> Filed:
        """The newest record of a unit and chain.

        Raises:
            CalibrationError: there is none, or the chain is broken.
        """
        filed = self.history(serial_number, chain)
        if not filed:
            known = ", ".join(f"{unit} ({', '.join(chains)})" for unit, chains in self.units().items()) or "none"
            raise CalibrationError(
                f"{self.folder}: expected a record of {serial_number}, {chain}; known are {known}; calibrate it with "
                "rig calibrate"
            )
        return filed[-1]

    def stays(self, serial_number: str, chain: str) -> str:
        """What is in force when nothing new is filed, in words.

        Raises:
            CalibrationError: nothing is: the chain is broken, or the unit out of service.
        """
        refuse_retired(self.folder, serial_number)
        return _stays(self.history(serial_number, chain))

    def append(self, tables: Mapping[str, Any], *, today: date | None = None) -> Path:
        """Number, seal and file a record.

        Args:
            tables: the record as plain values, without ``schema``, ``number``, ``supersedes``, ``ledger`` and ``seal``.
            today: in UTC; a calibration of a later day is refused.

        Returns:
            The new file.

        Raises:
            CalibrationError: it cannot be a record, is older than the one before, was checked by who made it, the unit
                is out of service, or its chain is broken. Nothing was written, and the message says which record stays
                in force.
        """
        path, content, _ = self._drafted(tables, today)
        file_in_book(self.folder, path, content)
        return path

    def trial(self, tables: Mapping[str, Any], *, today: date | None = None) -> CalibrationRecord:
        """The record that :meth:`append` would file, with everything judged and nothing written.

        Raises:
            CalibrationError: as for :meth:`append`.
        """
        return self._drafted(tables, today)[2]

    def _drafted(self, tables: Mapping[str, Any], today: date | None) -> tuple[Path, bytes, CalibrationRecord]:
        serial, chain = _names(tables)
        refuse_retired(self.folder, serial)
        before = self.history(serial, chain)
        number = len(before) + 1
        head: dict[str, Any] = {"number": number, "ledger": read_ledger(self.folder).head}
        if before:
            head["supersedes"] = before[-1].record.sha256
        content = sealed_text(record_text({"schema": 3, **tables, **head})).encode()
        path = self.folder / serial / f"{number:04d}-{chain}.toml"
        try:
            record = read_calibration_record(content, path.name)
            _refuse_day(record, before, today)
            _refuse_one_person(record)
        except CalibrationError as error:
            raise CalibrationError(f"{error}\n{_stays(before)}") from error
        return path, content, record


def resolve_calibration(path: Path) -> Path:
    """The file that a bench file means: a file as it is, or ``BOOK/UNIT/CHAIN`` for the record in force there.

    Raises:
        CalibrationError: neither, or a broken chain.
    """
    if path.is_file():
        return path
    return Book(path.parent.parent).in_force(path.parent.name, path.name).path


def _is_record(path: Path) -> bool:
    """Whether a file claims to be a record; one that is no TOML may be a broken record, which its reader refuses."""
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError):
        return True
    return {"kind", "instrument"} <= table.keys()


def _names(tables: Mapping[str, Any]) -> tuple[str, str]:
    try:
        serial, kind, channel = tables["instrument"]["serial_number"], tables["kind"], tables.get("channel")
    except (KeyError, TypeError) as error:
        raise CalibrationError(
            f"expected instrument.serial_number and kind in a calibration record, found none ({error})"
        ) from error
    chain = kind if channel is None else f"{kind}-{channel}"
    if not _FILE.fullmatch(f"0001-{chain}.toml"):
        raise CalibrationError(f"channel: expected lower-case letters, digits, '.', '_' or '-', found {channel!r}")
    return safe_name(serial, "serial number"), str(chain)


def safe_name(name: str, what: str) -> str:
    """A name that may be a folder's.

    Raises:
        CalibrationError: it may not.
    """
    if name == FOLDER:
        raise CalibrationError(f"{what}: expected another name than {FOLDER!r}, which is the ledger of the book")
    if not _SAFE.fullmatch(name):
        raise CalibrationError(f"{what}: expected letters, digits, '.', '_' or '-' for a folder's name, found {name!r}")
    return name


def _check_chain(filed: list[Filed], serial_number: str, chain: str) -> None:
    previous: str | None = None
    for number, one in enumerate(filed, start=1):
        record, where = one.record, one.path
        if (record.instrument.serial_number, record.chain) != (serial_number, chain):
            found = f"{record.instrument.serial_number}, {record.chain}"
            raise CalibrationError(f"{where}: expected a record of {serial_number}, {chain}, found one of {found}")
        if record.number != number or record.supersedes != previous:
            raise CalibrationError(
                f"{where}: the chain is broken: expected record {number} that supersedes {told(previous)}, found "
                f"record {record.number} that supersedes {told(record.supersedes)}; restore what is missing or changed"
            )
        previous = record.sha256


def _refuse_day(record: CalibrationRecord, before: list[Filed], today: date | None) -> None:
    """A calibration is of today at the latest, and not older than the one that it supersedes."""
    if before and record.performed_on < before[-1].record.performed_on:
        raise CalibrationError(
            f"performed_on: expected a day from that of the record before on, {before[-1].record.performed_on}, found "
            f"{record.performed_on}; an older calibration supersedes none that is newer"
        )
    if today is not None and record.performed_on > today:
        raise CalibrationError(
            f"performed_on: expected a day up to today, {today}, found {record.performed_on}; correct the date, or the "
            "clock of this machine"
        )


def _refuse_one_person(record: CalibrationRecord) -> None:
    if same_person(record.performed_by, record.checked_by):
        raise CalibrationError(
            f"checked_by: expected another person than performed_by, found {record.checked_by!r} twice; let somebody "
            "else compare the result, or leave it out"
        )


def same_person(one: str, other: str | None) -> bool:
    """Whether two names are one, however they are written large or small."""
    return other is not None and one.strip().casefold() == other.strip().casefold()


def _stays(before: list[Filed]) -> str:
    if not before:
        return "nothing was written; no record is in force for this unit"
    record = before[-1].record
    return (
        f"nothing was written; record {record.number} of {record.performed_on}, valid until {record.valid_until}, "
        "stays in force"
    )
