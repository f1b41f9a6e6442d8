"""The chain of a bench: each sealed record names, by its hash, the one that was sealed before it on that bench.

A record that was taken away afterwards leaves a hole, and one that was slipped in has no place::

    manifest["chain"]      # {"bench": "station-1", "number": 42, "previous": "5b01..."}; previous is None for the first

The last link is noted beside the records, in ``.chain/``, before the manifest is written; a kill between the two is
noticed at the next seal, because the record that was noted has no manifest. One that was sealed anew has a manifest,
and not the hash that was noted. Where the note is missing the records themselves are looked through. Records sealed
before there was a chain have none, and stay as they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from drivers.clock import WallClock
from rig.errors import EvidenceError
from rig.locks import asking
from rig.record.disk import write_whole
from rig.record.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from pathlib import Path

FOLDER: Final = ".chain"
#: How long another run of the same bench may take for its seal [s].
_PATIENCE_S: Final = 30.0


@dataclass(frozen=True)
class Link:
    """The place of a record in the chain of its bench.

    Attributes:
        bench: its name.
        number: from 1.
        previous: SHA-256 of the record sealed before; None for the first.
    """

    bench: str
    number: int
    previous: str | None

    def as_json(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return asdict(self)


@contextlib.contextmanager
def next_link(folder: Path, bench: str) -> Iterator[Link]:
    """The place of the record that is about to be sealed; nobody else may take it meanwhile.

    Args:
        folder: of the record.
        bench: on which it was made.
    """
    head = _head_path(folder.parent, bench)
    head.parent.mkdir(exist_ok=True)
    with asking(str(head), WallClock(), _PATIENCE_S):
        number, previous = _last(folder.parent, bench, head)
        yield Link(bench, number + 1, previous)


def note(folder: Path, link: Link, record_sha256: str) -> None:
    """Note a link as the last one of its bench, before the manifest that has it is written."""
    said = {"schema": 1, "record": folder.name, "record_sha256": record_sha256, **link.as_json()}
    write_whole(_head_path(folder.parent, link.bench), (json.dumps(said, indent=2, sort_keys=True) + "\n").encode())


def chain_problems(folders: Sequence[Path], elsewhere: Container[str] = ()) -> list[str]:
    """Holes and forks in the chains of sealed records, a line each; a copy of a record is no fork.

    Args:
        folders: of the records, already checked one by one.
        elsewhere: hashes of records that were moved to another folder; they leave no hole.
    """
    found = ((folder, _link_of(folder)) for folder in folders)
    links = {one[1]: (folder, one[0]) for folder, one in found if one is not None}
    after: dict[tuple[str, str | None], list[str]] = {}
    for folder, link in links.values():
        after.setdefault((link.bench, link.previous), []).append(folder.name)
    problems = [
        f"bench {link.bench}: the record before {folder.name} (number {link.number - 1}, SHA-256 {link.previous}) is "
        "not here"
        for folder, link in links.values()
        if link.previous is not None and link.previous not in links and link.previous not in elsewhere
    ]
    problems += [
        f"bench {bench}: {' and '.join(sorted(names))} both follow "
        f"{'nothing' if previous is None else previous}; the chain has a fork"
        for (bench, previous), names in after.items()
        if len(names) > 1
    ]
    tops = {folder.parent for folder in folders}
    heads = ((top, head) for top in tops for head in _heads(top, links) if head.get("record_sha256") not in elsewhere)
    return problems + [text for top, head in heads if (text := _head_problem(top, head))]


def _heads(top: Path, known: Container[str]) -> list[dict[str, Any]]:
    """The last links that were noted, where no record has that hash."""
    heads = [_json(path) for path in sorted((top / FOLDER).glob("*.json"))]
    return [head for head in heads if head.get("record_sha256") not in known]


def _head_problem(top: Path, head: dict[str, Any]) -> str:
    """What became of a record that was noted last; empty where a kill left it without its manifest."""
    name, sha256 = str(head.get("record", "")), head.get("record_sha256")
    said = f"bench {head.get('bench')}: the last record, {name} (number {head.get('number')}"
    if not (top / name / "start.json").is_file():
        return f"{said}, SHA-256 {sha256}), is not here"
    if not (top / name / MANIFEST).is_file():
        return ""
    return (
        f"{said}), was noted with SHA-256 {sha256}, and its manifest has another one: it was sealed anew, or another "
        "record stands in its place"
    )


def _last(top: Path, bench: str, head: Path) -> tuple[int, str | None]:
    """Number and hash of the last record of a bench; 0 and None where there is none."""
    said = _json(head)
    try:
        name, number, sha256 = str(said["record"]), int(said["number"]), str(said["record_sha256"])
        previous = said["previous"]
    except (KeyError, TypeError, ValueError):
        return _searched(top, bench)
    if (top / name).is_dir() and not (top / name / MANIFEST).is_file():
        return number - 1, previous  # a kill between the note and the manifest
    return number, sha256  # also where the record has another hash now: it was sealed anew, and leaves a hole


def _searched(top: Path, bench: str) -> tuple[int, str | None]:
    found = [link for path in top.glob(f"*/{MANIFEST}") if (link := _link_of(path.parent)) is not None]
    return max(((link.number, sha256) for link, sha256 in found if link.bench == bench), default=(0, None))


def _link_of(folder: Path) -> tuple[Link, str] | None:
    """Link and hash of a sealed record; None where it has no place in a chain."""
    manifest = _json(folder / MANIFEST)
    try:
        return Link(**manifest["chain"]), str(manifest["record_sha256"])
    except (KeyError, TypeError):
        return None


def _head_path(top: Path, bench: str) -> Path:
    return top / FOLDER / f"{hashlib.sha256(bench.encode()).hexdigest()[:16]}.json"


def _json(path: Path) -> dict[str, Any]:
    """What a file says; nothing where it is missing or broken."""
    try:
        value = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    except OSError as error:
        raise EvidenceError(f"{path}: expected a readable file, found: {error}; check the disk") from error
    return value if isinstance(value, dict) else {}
