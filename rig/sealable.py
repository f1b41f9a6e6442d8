"""What may be sealed later: what a kill leaves, and nothing that somebody made of it.

refuse_unsealable(folder, run)        # an error that names every file that no kill leaves so
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rig.errors import EvidenceError
from rig.record.glance import glance
from rig.record.manifest import MANIFEST
from rig.record.reader import EVERY_RUN
from rig.record.salvage import broken_streams
from rig.record.segments import SEALED, growing_path, interrupted_streams, remakeable, stream_of
from rig.store.from_record import run_id

if TYPE_CHECKING:
    from pathlib import Path

_START: Final = "start.json"
_PART: Final = ".part"


def refuse_unsealable(folder: Path, run: str) -> None:
    """Refuse a record that is sealed, here or in one beside it, broken within, or holds less or more than a run writes.

    Args:
        folder: of the record.
        run: its id.

    Raises:
        EvidenceError: with every reason; nothing was changed.
    """
    if (folder / MANIFEST).exists():
        raise EvidenceError(f"{folder}: expected a record that was never sealed, found {MANIFEST}; rig record check")
    problems = [*_missing(folder), *broken_streams(folder), *_foreign(folder), *_sealed_beside(folder, run)]
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise EvidenceError(
            f"{folder}: not sealed, because it is not what a kill leaves:\n{listed}\nIt stays as it is, an attempt "
            "that was never sealed; rig verify shows what can be read"
        )


def _missing(folder: Path) -> list[str]:
    """Streams of a run; each has its file from the first moment, and always one that is still written to."""
    names = sorted(_streams_of(folder) - interrupted_streams(folder).keys())
    return [f"streams/{growing_path(folder, name).name}: missing; no kill takes a file away" for name in names]


def _streams_of(folder: Path) -> set[str]:
    """Names of the streams that a run writes: of each instrument that answered, of the wires and of what happened."""
    return {*glance(folder / _START).get("identities", {}), *EVERY_RUN}


def _sealed_beside(folder: Path, run: str) -> list[str]:
    """Records of the same run that are sealed: a run is sealed once."""
    others = (path.parent for path in sorted(folder.parent.glob(f"*/{MANIFEST}")))
    same = [one.name for one in others if run == run_id(one, glance(one / _START))]
    return [f"{name} beside it is a record of the same run, and is sealed; a run is sealed once" for name in same]


def _foreign(folder: Path) -> list[str]:
    """Files that no run writes; sealed with the record they would pass for a part of it."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir()]
    streams, remade = _streams_of(folder), set(remakeable(folder))
    return [
        f"{path.relative_to(folder).as_posix()}: no run writes it; take it away"
        for path in paths
        if path.is_symlink()
        or not (path in remade or _of_a_run(path.relative_to(folder).as_posix()) or _of_a_stream(folder, path, streams))
    ]


def _of_a_run(name: str) -> bool:
    return name == _START or name.startswith("inputs/") or _of_a_seal(name)


def _of_a_stream(folder: Path, path: Path, streams: set[str]) -> bool:
    """Whether a file is a segment of a stream of this run, or a half-written one; the whole as Parquet is none yet."""
    name = path.name.removesuffix(_PART)
    here = path.parent == folder / "streams" and stream_of(name) in streams
    return here and (name != path.name or name != f"{stream_of(name)}{SEALED}")


def _of_a_seal(name: str) -> bool:
    """What a seal leaves that was cut off itself."""
    return name in {"result.json", "result.json.part", f"{MANIFEST}.part"}
