"""A new file of a book: written whole or not at all, never over another one, read-only from then on.

    write_new(Path("calibration/B123456789/0001-balance.toml"), content)

Two who file the same name at the same instant: one of them is told so.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from calibration.errors import CalibrationError


class TakenError(CalibrationError):
    """The name is taken; somebody filed it just now."""


def write_new(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and never over another one; read-only from then on.

    Raises:
        TakenError: the name is taken; nothing was written.
        CalibrationError: the disk does not take it; nothing was written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        new = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            new.chmod(0o444)
            _take_name(new, path)
        finally:
            new.unlink()
    except OSError as error:
        raise CalibrationError(f"{path}: the record could not be filed: {error}; nothing was written") from error


def _take_name(new: Path, path: Path) -> None:
    try:
        os.link(new, path)  # fails where the name is taken, at the same instant that it would be made
    except FileExistsError as error:
        raise TakenError(f"{path}: expected no such record, found one; somebody filed it just now") from error
