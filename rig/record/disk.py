"""Files that are whole or not there: write beside, sync, rename, sync the folder."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``, so that a crash leaves the old file or the new one."""
    write_with(path, lambda beside: beside.write_bytes(data))


def write_with(path: Path, produce: Callable[[Path], object]) -> None:
    """Let ``produce`` make a file beside ``path``, put it on the disk, then give it its name."""
    beside = path.with_name(path.name + ".part")
    produce(beside)
    put_in_place(beside, path)


def put_in_place(beside: Path, path: Path) -> None:
    """Put a file on the disk, then give it its name."""
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names in ``folder`` durable, where the system knows how (not on Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
