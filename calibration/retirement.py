"""Whether a unit or a standard was taken out of service: sealed entries beside its records, never overwritten.

    BOOK/B123456789/retired-0001.toml       taken out of service: who, when, why, who approved it
    BOOK/B123456789/retired-0002.toml       back in service; supersedes the first by its hash

    found = retirement_of(Path("calibration"), "B123456789")
    found.state, found.on, found.reason

A retired unit vouches for nothing that comes after: the gate refuses it, no new record of it is filed, and
``rig calibration due`` no longer names it. What it vouched for before stays as it was. Entries that are broken are an
error, and not "in service". :mod:`calibration.retire` files entries.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from calibration.chain import numbered, told
from calibration.errors import CalibrationError
from calibration.ledger import RETIREMENTS, Lies, read_ledger
from calibration.record import fault_text
from calibration.record_parts import Day, Seal, Sha256, Strict, Text
from calibration.record_seal import seal_problem

if TYPE_CHECKING:
    from pathlib import Path

_FILE: Final = re.compile(r"retired-(\d{4,})\.toml")
RETIRED: Final = "retired"
IN_SERVICE: Final = "in service"


class Retirement(Strict):
    """One entry.

    Attributes:
        serial_number: of the unit or standard.
        number: counts the entries of this unit from 1.
        supersedes: SHA-256 of the entry before; none for the first.
        ledger: SHA-256 of the last entry of the book's ledger before this one was filed (:mod:`calibration.ledger`).
        state: what it is from then on.
        on: the day, in UTC.
        reason: why.
        entered_by, approved_by: two people.
        records: SHA-256 of the newest record of each of its chains on that day.
    """

    schema_version: Literal[1] = Field(alias="schema")
    kind: Literal["retirement"]
    serial_number: Text
    number: Annotated[int, Field(ge=1)]
    supersedes: Sha256 | None = None
    ledger: Sha256 | None = None
    state: Literal["retired", "in service"]
    on: Day
    reason: Text
    entered_by: Text
    approved_by: Text
    records: dict[str, Sha256] = Field(default_factory=dict)
    seal: Seal
    _sha256: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _meant(self) -> Self:
        if self.entered_by.casefold() == self.approved_by.casefold():
            raise ValueError(
                f"approved_by: expected another person than entered_by, found {self.approved_by!r} twice; let somebody "
                "else approve it"
            )
        if (self.supersedes is None) != (self.number == 1):
            raise ValueError("number: expected 1 and nothing superseded, or the next number with the hash before it")
        if self.state != (RETIRED if self.number % 2 else IN_SERVICE):
            raise ValueError(f"state: expected each entry to change it, found {self.state!r} as entry {self.number}")
        return self

    @property
    def sha256(self) -> str:
        """SHA-256 of the file as it was read."""
        return self._sha256

    @property
    def told(self) -> str:
        """One sentence."""
        how = "taken out of service" if self.state == RETIRED else "put back in service"
        return f"{how} on {self.on} by {self.entered_by}, approved by {self.approved_by}: {self.reason}"


def read_retirement(content: bytes, name: str) -> Retirement:
    """Read one entry.

    Args:
        content: the file as it was.
        name: what to call it in messages.

    Raises:
        CalibrationError: it is none; every fault of it in one message.
    """
    try:
        entry = Retirement.model_validate(tomllib.loads(content.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CalibrationError(f"{name}: expected a TOML file in UTF-8, found: {error}") from error
    except ValidationError as error:
        lines = "\n".join(f"  {fault_text(one)}" for one in error.errors())
        raise CalibrationError(f"{name}: not a usable entry of a retirement; correct:\n{lines}") from error
    if broken := seal_problem(content):
        raise CalibrationError(f"{name}: {broken}")
    entry._sha256 = hashlib.sha256(content).hexdigest()  # noqa: SLF001 - the reader is the one that knows the bytes
    return entry


def entries_of(book: Path, serial_number: str) -> list[Retirement]:
    """Every entry of a unit, oldest first; none where it never left service.

    Raises:
        CalibrationError: an entry that is missing, edited, of another unit, or not that of the ledger: file and reason.
    """
    found: list[Retirement] = []
    paths = [path for _, path in numbered(book / serial_number, _FILE)]
    for place, path in enumerate(paths, start=1):
        entry = read_retirement(path.read_bytes(), str(path))
        before = found[-1].sha256 if found else None
        if (entry.serial_number, entry.number, entry.supersedes) != (serial_number, place, before):
            raise CalibrationError(
                f"{path}: the entries are broken: expected number {place} of {serial_number} that supersedes "
                f"{told(before)}, found number {entry.number} of {entry.serial_number}; restore what is missing or "
                "changed"
            )
        found.append(entry)
    lying = [Lies(path, entry.sha256, entry.ledger) for path, entry in zip(paths, found, strict=True)]
    read_ledger(book).check(serial_number, RETIREMENTS, lying)
    return found


def retirement_of(book: Path, serial_number: str) -> Retirement | None:
    """The entry by which a unit is out of service now; None while it is in service.

    Raises:
        CalibrationError: its entries are broken.
    """
    entries = entries_of(book, serial_number)
    return entries[-1] if entries and entries[-1].state == RETIRED else None


def refuse_retired(book: Path, serial_number: str) -> None:
    """Refuse a unit that is out of service.

    Raises:
        CalibrationError: it is, or its entries are broken.
    """
    if (entry := retirement_of(book, serial_number)) is not None:
        raise CalibrationError(f"{serial_number} is out of service: {entry.told}; take another one")
