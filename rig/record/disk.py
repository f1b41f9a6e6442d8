"""Files that are whole or not there: write beside, sync, rename, sync the folder; of what fails nothing is left."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``, so that a crash leaves the old file or the new one."""
    write_with(path, lambda beside: beside.write_bytes(data))


def write_with(path: Path, produce: Callable[[Path], object]) -> None:
    """Let ``produce`` make a file beside ``path``, put it on the disk, then give it its name."""
    beside = _beside(path)
    with _none_left([beside]):
        produce(beside)
        put_in_place(beside, path)


def write_together(files: Mapping[Path, bytes]) -> None:
    """Replace several files of one folder or none: no name is given before all of them are on the disk.

    Raises:
        OSError: one of them cannot be written, or a folder has its name.
    """
    with _none_left([_beside(path) for path in files]):
        for path, data in files.items():
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
            _beside(path).write_bytes(data)
            _on_disk(_beside(path))
        for path in files:
            put_in_place(_beside(path), path)


def put_in_place(beside: Path, path: Path) -> None:
    """Put a file on the disk, then give it its name."""
    _on_disk(beside)
    beside.replace(path)
    sync_folder(path.parent)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _on_disk(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


@contextlib.contextmanager
def _none_left(parts: Sequence[Path]) -> Iterator[None]:
    """Of files that were to get another name: one that did not is taken away, if the disk still lets it be."""
    try:
        yield
    except BaseException:
        for part in parts:
            with contextlib.suppress(OSError):
                part.unlink()
        raise


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
