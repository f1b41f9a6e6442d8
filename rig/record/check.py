"""Whether a record is still what was sealed: every changed, missing or added byte, with the file that has it.

    check_record(folder).problems        # () where nothing changed; else "streams/balance.parquet: changed", ...

This shows *that* somebody touched a record. It does not prevent it, and it cannot tell a record that was sealed anew
with all its hashes; the chain of the bench, the store and signed reports that left the machine can.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rig.errors import EvidenceError
from rig.evidence_class import claim_in
from rig.record.disk import sha256_file
from rig.record.manifest import MANIFEST, SCHEMA, content_digest, manifest_bytes, record_hash
from rig.record.segment_check import interrupted_problems, left_growing, left_torn, stream_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

#: Every seal has these files.
_FILES = frozenset({"start.json", "result.json"})

#: What is said of a stream that was torn before its record was sealed, where a kill came before its removal.
_TORN = "left by a seal that was cut off, torn as the manifest says; rig record seal finishes it and takes it away"

State = Literal["sealed", "changed", "never sealed"]


@dataclass(frozen=True)
class RecordCheck:
    """What became of a record.

    Attributes:
        folder: of the record.
        state: sealed and unchanged, changed, or never sealed.
        problems: a line for each file that is not what was sealed.
        files: how many files the seal names.
        record_sha256: of a sealed record that did not change.
        later: that its run did not seal it, who did, when and why; empty where the run did.
    """

    folder: Path
    state: State
    problems: tuple[str, ...] = ()
    files: int = 0
    record_sha256: str = ""
    later: str = ""


def check_record(folder: Path) -> RecordCheck:
    """Hold every byte of a record against its manifest.

    Args:
        folder: of the record.

    Raises:
        EvidenceError: the folder is no record.
    """
    if not (folder / MANIFEST).is_file():
        if not (folder / "start.json").is_file():
            raise EvidenceError(f"{folder}: expected a record (a folder with start.json), found none; check the path")
        said = f"{MANIFEST}: missing; the run was interrupted (rig record seal), is going on, or it was removed"
        return RecordCheck(folder, "never sealed", (said, *interrupted_problems(folder)))
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except ValueError as error:
        return RecordCheck(folder, "changed", (f"{MANIFEST}: changed (no JSON any more: {error})",))
    if not isinstance(manifest, dict):
        return RecordCheck(folder, "changed", (f"{MANIFEST}: changed (expected an object)",))
    if problems := check_sealed(folder, manifest):
        return RecordCheck(folder, "changed", tuple(problems))
    sha256, later = str(manifest["record_sha256"]), later_text(manifest)
    return RecordCheck(folder, "sealed", (), len(manifest["files"]) + 1, sha256, later)


def later_text(manifest: Mapping[str, Any]) -> str:
    """That a run did not seal its record, who did, when and why; empty where the run did.

    Args:
        manifest: of a sealed record; empty of another one.
    """
    said = manifest.get("end", {}).get("sealed_later")
    return "" if said is None else f"interrupted ({said['reason']}); sealed later by {said['who']}, {said['at_utc']}"


def check_sealed(folder: Path, manifest: dict[str, Any], *, finishing: bool = False) -> list[str]:
    """Everything in which a sealed record differs from its manifest, a line each; empty if nothing does.

    Args:
        folder: of the record.
        manifest: of the record.
        finishing: whether torn streams that the seal has not come to remove are no difference.
    """
    if (found := manifest.get("schema")) not in range(1, SCHEMA + 1):
        newer = " (made by a newer version; open it with that one)" if isinstance(found, int) and found > SCHEMA else ""
        return [f"{MANIFEST}: expected schema 1 to {SCHEMA}, found {found!r}{newer}"]
    try:
        return _sealed_problems(folder, manifest, finishing=finishing)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return [f"{MANIFEST}: expected the lists of files and streams, found something else ({error!r})"]


def _sealed_problems(folder: Path, manifest: dict[str, Any], *, finishing: bool) -> list[str]:
    problems = []
    if record_hash(manifest) != manifest.get("record_sha256"):
        problems.append(f"{MANIFEST}: changed (its own hash does not hold)")
    elif (folder / MANIFEST).read_bytes() != manifest_bytes(manifest):
        problems.append(f"{MANIFEST}: changed (says the same in other bytes)")
    listed = manifest["files"]
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()}
    there.remove(MANIFEST)
    there -= _left_by_a_kill(folder, manifest, left_growing) - set(listed)
    torn = there & _left_by_a_kill(folder, manifest, left_torn) - set(listed)
    there -= torn
    problems += [] if finishing else [f"{name}: {_TORN}" for name in sorted(torn)]
    problems += [f"{name}: not in the manifest" for name in sorted(_FILES - set(listed))]
    problems += [f"{name}: missing" for name in sorted(set(listed) - there)]
    problems += [f"{name}: added after sealing" for name in sorted(there - set(listed))]
    problems += [
        f"{name}: changed"
        for name in sorted(set(listed) & there)
        if not _is_that(folder / name, listed[name]["sha256"])
    ]
    if not problems:
        problems += [*_stream_problems(folder, manifest), *_later_problems(folder, manifest), *_claim_problems(folder)]
    return problems


def _later_problems(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """A run that was cut off never passes, and whoever sealed it has a name; no seal of ours says anything else."""
    end = manifest["end"]
    if "sealed_later" not in end:
        return []
    said = end["sealed_later"]
    problems = [] if end["cause"] and later_text(manifest) else [f"{MANIFEST}: sealed later, and does not say why"]
    outcome = json.loads((folder / "result.json").read_bytes())["verdict"]["outcome"]
    if outcome == "pass" or not said["who"]:
        problems.append(f"result.json: expected no pass of a run that was interrupted, found {outcome}")
    return problems


def _claim_problems(folder: Path) -> list[str]:
    """Hashes hold of a record that was sealed anew; that it claims what its own files deny is seen all the same."""
    problem = claim_in(folder, json.loads((folder / "start.json").read_bytes()))
    return [problem] if problem else []


def _is_that(path: Path, sha256: str) -> bool:
    """Whether a file is the one that was sealed, and no link to it or to another."""
    return path.is_file() and not path.is_symlink() and sha256_file(path) == sha256


def _left_by_a_kill(folder: Path, manifest: dict[str, Any], left: Callable[..., list[str]]) -> set[str]:
    """Arrow streams that a kill between the manifest and their removal left behind: the same rows, never read."""
    return {path for name, said in manifest["streams"].items() for path in left(folder, name, said)}


def _stream_problems(folder: Path, manifest: dict[str, Any]) -> list[str]:
    problems = [text for name, said in manifest["streams"].items() for text in stream_problems(folder, name, said)]
    digests = {name: said["digest"] for name, said in manifest["streams"].items()}
    if content_digest(folder, digests) != manifest["content_digest"]:
        problems.append("content digest: does not follow from inputs and streams")
    return problems
