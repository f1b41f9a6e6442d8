"""The record of a qualification: a test-method validation, dated and sealed, in a chain of its own in the book.

    BOOK/benches/station-1/0001-qualification.toml
    BOOK/benches/station-1/0002-qualification.toml      supersedes 0001: it names the SHA-256 of that file

A failed one is filed like a passed one, and supersedes it: the newest of an unbroken chain says what the bench is now.
The seal is that of calibration records (:mod:`calibration.record_seal`): it shows damage, and is no signature.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple

from pydantic import Field, PrivateAttr, ValidationError

from calibration.chain import numbered
from calibration.errors import CalibrationError
from calibration.ledger import Lies, read_ledger
from calibration.ledger_write import file_in_book
from calibration.record import fault_text
from calibration.record_parts import Day, Seal, Sha256, Strict, Text
from calibration.record_seal import seal_problem, sealed_text
from calibration.record_write import record_text
from rig.errors import EvidenceError
from rig.qualify.item import Item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Folder of a book in which benches have theirs.
BENCHES: Final = "benches"
#: Its chain in the names of the files.
CHAIN: Final = "qualification"
_FILE: Final = re.compile(r"(\d{4,})-qualification\.toml")


class Unit(Strict):
    """An instrument, as it answered."""

    channel: Text
    manufacturer: str
    model: Text
    serial_number: Text
    firmware: str


class CalibrationUsed(Strict):
    """A calibration record of the bench: its file's hash, and how long it holds."""

    channel: Text
    serial_number: Text
    sha256: Sha256
    valid_until: Day


class StandardUsed(Strict):
    """A reference standard that was put on the balance, or held against."""

    serial_number: Text
    certificate: Text


class RunMade(Strict):
    """A run that the qualification stands on."""

    folder: Text
    content_digest: Text
    outcome: Text
    expected: Text


class Qualification(Strict):
    """A qualification as its file says it.

    Attributes:
        number, supersedes: place in the chain of this bench.
        ledger: SHA-256 of the last entry of the book's ledger before this one was filed.
        form: ``full`` or ``short``.
        verdict: ``qualified`` or ``not qualified``, with its reasons.
        bench, bench_sha256: name and file.
        plan_sha256, method: what was done.
        evidence_class: simulated, surrogate or device.
        software: version and revision that did it.
        calibrations, standards: what it stands on; files from before that was written have no standards.
        items: every line.
        not_exercised: faults that could not be made at this bench, with the reason.
    """

    schema_version: Literal[1] = Field(alias="schema")
    kind: Literal["qualification"]
    number: Annotated[int, Field(ge=1)]
    supersedes: Sha256 | None = None
    ledger: Sha256 | None = None
    form: Literal["full", "short"]
    verdict: Literal["qualified", "not qualified"]
    reasons: tuple[Text, ...] = ()
    bench: Text
    bench_sha256: Sha256
    plan_sha256: Sha256
    method: Text
    performed_by: Text
    performed_on: Day
    valid_until: Day
    evidence_class: Text
    software: dict[str, Any]
    instruments: Annotated[tuple[Unit, ...], Field(min_length=1)]
    calibrations: tuple[CalibrationUsed, ...] = ()
    standards: tuple[StandardUsed, ...] = ()
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    not_exercised: tuple[Text, ...] = ()
    records: tuple[RunMade, ...] = ()
    seal: Seal | None = None
    _sha256: str = PrivateAttr(default="")

    @property
    def sha256(self) -> str:
        """SHA-256 of the file as it was read."""
        return self._sha256

    @property
    def serial_numbers(self) -> dict[str, str]:
        """By channel, without the device: that is another one in each run."""
        return {unit.channel: unit.serial_number for unit in self.instruments if unit.channel != "device"}


class Filed(NamedTuple):
    """A record and where it lies."""

    path: Path
    record: Qualification


def bench_folder(book: Path, bench: str) -> Path:
    """Where the qualifications of a bench lie: its name, with ``-`` for what a folder cannot be called."""
    return book / BENCHES / (re.sub(r"[^A-Za-z0-9._-]+", "-", bench).strip("-.") or "bench")


def read_qualification(path: Path) -> Qualification:
    """Read one.

    Raises:
        EvidenceError: it cannot be read, or was changed after its seal.
    """
    try:
        content = path.read_bytes()
        record = Qualification.model_validate(tomllib.loads(content.decode()))
    except OSError as error:
        raise EvidenceError(f"{path}: expected a qualification, found {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{path}: expected a TOML file in UTF-8, found: {error}") from error
    except ValidationError as error:
        lines = "\n".join(f"  {fault_text(one)}" for one in error.errors())
        raise EvidenceError(f"{path}: not a usable qualification:\n{lines}") from error
    if broken := seal_problem(content):
        raise EvidenceError(f"{path}: {broken}")
    record._sha256 = hashlib.sha256(content).hexdigest()  # noqa: SLF001 - the reader knows the bytes
    return record


def history(book: Path, bench: str) -> list[Filed]:
    """Every qualification of a bench, oldest first.

    Raises:
        EvidenceError: one cannot be read, the chain is broken, or it is not that of the book's ledger: file and reason.
    """
    folder = bench_folder(book, bench)
    filed = [Filed(path, read_qualification(path)) for _, path in numbered(folder, _FILE)]
    previous: str | None = None
    for number, (path, record) in enumerate(filed, start=1):
        if (record.bench, record.number, record.supersedes) != (bench, number, previous):
            raise EvidenceError(
                f"{path}: the chain is broken: expected qualification {number} of bench {bench!r} that follows from "
                f"the one before it, found number {record.number} of {record.bench!r}; restore what is missing"
            )
        previous = record.sha256
    _refuse_other_ledger(book, folder, filed)
    return filed


def _refuse_other_ledger(book: Path, folder: Path, filed: list[Filed]) -> None:
    """What the ledger of the book has of this bench, against what lies there: a failed one is not removed unseen."""
    lying = [Lies(one.path, one.record.sha256, one.record.ledger) for one in filed]
    try:
        read_ledger(book).check(folder.relative_to(book).as_posix(), CHAIN, lying)
    except CalibrationError as error:
        raise EvidenceError(str(error)) from error


def file_qualification(book: Path, tables: Mapping[str, Any]) -> Filed:
    """Number, seal and file a qualification.

    Args:
        book: the laboratory's.
        tables: as plain values, without ``schema``, ``kind``, ``number``, ``supersedes`` and ``seal``.

    Raises:
        EvidenceError: the chain before it is broken, or it could not be written; nothing was written then.
    """
    before = history(book, tables["bench"])
    superseded = {"supersedes": before[-1].record.sha256} if before else {}
    head = {"schema": 1, "kind": CHAIN, "number": len(before) + 1, **superseded}
    path = bench_folder(book, tables["bench"]) / f"{len(before) + 1:04d}-qualification.toml"
    try:
        head["ledger"] = read_ledger(book).head
        file_in_book(book, path, sealed_text(record_text({**head, **tables})).encode())
    except CalibrationError as error:
        raise EvidenceError(str(error)) from error
    return Filed(path, read_qualification(path))
