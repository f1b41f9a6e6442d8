"""The runs that lie below some folders, with the SHA-256 of each calibration record that they used; fast.

    for run in stored_runs([Path("records")]):
        run.folder, run.copies            # {"balance": "5b01...", "environment": "77aa...", "noise/balance": "..."}

Of a sealed run the manifest is read and nothing else; it is believed here and checked when the run is recomputed. Of
a run that was never sealed the copies themselves are hashed. What cannot be looked into is told with the reason.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rig.check_standard import COPY
from rig.errors import EvidenceError
from rig.record.disk import sha256_file
from rig.record.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

START: Final = "start.json"
_INPUTS: Final = "inputs/"
_COPIES: Final = f"{_INPUTS}calibration/"
_NOISES: Final = f"{_INPUTS}noise/"
_WEIGHT: Final = f"{_INPUTS}{COPY}"
_ENDING: Final = ".toml"


@dataclass(frozen=True)
class StoredRun:
    """A run on the disk.

    Attributes:
        folder: of its record.
        copies: SHA-256 of the calibration record of each channel; that of a noise record by ``noise/`` and channel.
        weight: SHA-256 of the copy of the check weight; empty for a run without one.
        problem: why it could not be looked into; empty if it could.
    """

    folder: Path
    copies: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    weight: str = ""

    def copy(self, channel: str) -> Path:
        """The record that a channel used, as the run kept it."""
        below = _INPUTS if "/" in channel else _COPIES
        return self.folder / f"{below}{channel}{_ENDING}"

    @property
    def weight_copy(self) -> Path:
        """What the book said of the check weight, as the run kept it."""
        return self.folder / _WEIGHT


def stored_runs(folders: Iterable[Path]) -> Iterator[StoredRun]:
    """Every run below some folders, each once, in the order of the names.

    Raises:
        EvidenceError: a folder that does not exist.
    """
    seen: set[str] = set()
    for top in folders:
        if not top.is_dir():
            raise EvidenceError(f"{top}: expected a folder with runs, found none; name another one with --runs")
        yield from _below(os.fspath(top), seen)


def _below(folder: str, seen: set[str]) -> Iterator[StoredRun]:
    real = os.path.realpath(folder)
    if real in seen:  # named twice, or a link that leads back
        return
    seen.add(real)
    found = _run_in(folder)
    if found is not None:
        yield found
        return
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.path for entry in entries if entry.is_dir())
    except OSError as error:
        yield StoredRun(Path(folder), problem=f"could not be looked into: {error.strerror or error}")
        return
    for name in names:
        yield from _below(name, seen)


def _run_in(folder: str) -> StoredRun | None:
    """The run of a folder; None where the folder is none."""
    try:
        with open(f"{folder}/{MANIFEST}", "rb") as file:  # noqa: PTH123 - ten thousand of them; Path costs as much again
            content = file.read()
    except FileNotFoundError:
        return _unsealed(Path(folder)) if os.path.exists(f"{folder}/{START}") else None  # noqa: PTH110
    except OSError as error:
        return StoredRun(Path(folder), problem=f"{MANIFEST} could not be read: {error.strerror or error}")
    return _sealed(Path(folder), content)


def _sealed(folder: Path, content: bytes) -> StoredRun:
    try:
        files: dict[str, Any] = json.loads(content)["files"]
        hashes = {name: str(said["sha256"]) for name, said in files.items() if name.startswith(_INPUTS)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return StoredRun(folder, problem=f"{MANIFEST}: expected the list of files, found something else ({error!r})")
    return _with(folder, hashes)


def _unsealed(folder: Path) -> StoredRun:
    paths = [folder / _WEIGHT, *(path for below in (_COPIES, _NOISES) for path in sorted((folder / below).glob("*")))]
    try:
        hashes = {path.relative_to(folder).as_posix(): sha256_file(path) for path in paths if path.is_file()}
    except OSError as error:
        return StoredRun(folder, problem=f"its inputs could not be read: {error}")
    return _with(folder, hashes)


def _with(folder: Path, hashes: Mapping[str, str]) -> StoredRun:
    """A run with the copies among its inputs."""
    copies = {}
    for name, sha in hashes.items():
        for below, cut in ((_COPIES, _COPIES), (_NOISES, _INPUTS)):
            if name.startswith(below) and name.endswith(_ENDING):
                copies[name[len(cut) : -len(_ENDING)]] = sha
    return StoredRun(folder, copies, weight=hashes.get(_WEIGHT, ""))
