"""``rig calibration standard``: an entry of ``standards.toml``, and the line by which its checker confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.standard_checks import entry_sha256
from calibration.standards import FILE, read_standards
from rig.cli.console import Console
from rig.cli.exits import UsageError
from rig.cli.settings import find_settings

if TYPE_CHECKING:
    from pathlib import Path


def standard_command(serial_number: str, book: Path | None) -> int:
    """Show every entry of a standard, with its hash; the answer is the exit code.

    Raises:
        UsageError: no such file, or no such standard.
        CalibrationError: a file that cannot be read.
    """
    path = find_settings(None, None, book=book).book / FILE
    if not path.is_file():
        raise UsageError(f"{path}: expected the reference standards, found none; give --book")
    every = read_standards(path.read_bytes(), str(path))
    entries = [one for one in every if one.serial_number == serial_number]
    if not entries:
        known = ", ".join(dict.fromkeys(one.serial_number for one in every))
        raise UsageError(f"{path}: expected the standard {serial_number!r}, found {known}")
    console = Console(highlight=False)
    for one in entries:
        for name, value in one.model_dump(exclude_none=True, exclude={"checked_sha256"}).items():
            console.print(f"{name:18} {value}", markup=False, soft_wrap=True)
        found = entry_sha256(one)
        if one.checked_sha256 == found:
            console.print(f"Confirmed by {one.checked_by}: the entry is as it was then.", markup=False, soft_wrap=True)
        else:
            told = "changed since it was confirmed" if one.checked_sha256 else "not confirmed yet"
            line = f'{one.checked_by} compares it with the certificate and enters: checked_sha256 = "{found}"'
            console.print(f"This entry is {told}. {line}", markup=False, soft_wrap=True)
    return 0
