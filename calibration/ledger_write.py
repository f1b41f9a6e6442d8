"""Filing in a book: the file and its entry in the ledger, together.

    file_in_book(book, Path("calibration/B123456789/0002-balance.toml"), content)

The file is written first. Where its entry could not be made, the book refuses the file by name until somebody takes it
in: nothing that was filed can be forgotten unseen, at the price that an interruption there needs a person. The ledger
of a book that is older than ledgers begins with the files that lie in it.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Final

from calibration.errors import CalibrationError
from calibration.ledger import FILED, FOLDER, Ledger, read_ledger
from calibration.new_file import TakenError, write_new
from calibration.record_write import record_text

if TYPE_CHECKING:
    from pathlib import Path

BEGUN: Final = "in the book before the ledger was begun"


def file_in_book(book: Path, path: Path, content: bytes) -> None:
    """Write a new file of a book, and its entry in the ledger.

    Raises:
        CalibrationError: the name is taken, the disk does not take it, or the ledger is broken.
    """
    if not read_ledger(book).entries:
        take_in(book, BEGUN)
    write_new(path, content)
    _enter(book, path, content, None)


def take_in(book: Path, note: str) -> list[Path]:
    """Enter every file of a book that is not in its ledger.

    Args:
        book: its folder.
        note: why; it stays in each entry.

    Returns:
        The files, in the order of their names.

    Raises:
        CalibrationError: a ledger that is broken, or a disk that does not take it.
    """
    known = {one.file for one in read_ledger(book).entries}
    added = [path for path in filed_files(book) if path.relative_to(book).as_posix() not in known]
    for path in added:
        _enter(book, path, path.read_bytes(), note)
    return added


def filed_files(book: Path) -> list[Path]:
    """Every file of a book that was filed once and for all, by its name."""
    places = (*book.glob("*/*.toml"), *book.glob("*/*/*.toml"))
    return sorted(path for path in places if FILED.fullmatch(path.name))


def _enter(book: Path, path: Path, content: bytes, note: str | None) -> None:
    """Make an entry; whoever takes the number first has it, and the other one takes the next."""
    while True:
        with contextlib.suppress(TakenError):
            return _enter_next(book, path, content, note)


def _enter_next(book: Path, path: Path, content: bytes, note: str | None) -> None:
    ledger = read_ledger(book)
    number = len(ledger.entries) + 1
    try:
        write_new(book / FOLDER / f"{number:06d}.toml", _text(ledger, number, path, content, note))
    except TakenError:
        raise
    except CalibrationError as error:
        raise CalibrationError(f"{path}: it lies there without its entry in the ledger: {error}") from error


def _text(ledger: Ledger, number: int, path: Path, content: bytes, note: str | None) -> bytes:
    tables = {
        "schema": 1,
        "kind": "ledger",
        "number": number,
        "previous": ledger.head,
        "file": path.relative_to(ledger.book).as_posix(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "note": note,
    }
    return record_text(tables).encode()
