"""Segments: the files of which a long stream is made, one after the other.

A short stream is one file. One that grows beyond :class:`SegmentLimits` is ended, and goes on in the next file::

    streams/daq.0001.parquet      sealed while the run went on
    streams/daq.0002.parquet
    streams/daq.0003.arrows       the one that is written now

Number 1 is called ``daq.arrows`` while it is written, because nobody knows yet whether there will be a second; as
Parquet it is ``daq.parquet`` where it is the only one, and so was every record before there were segments. Parquet
without a number in its name is therefore always the whole stream.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Suffixes of a segment while it grows, and sealed.
GROWING: Final = ".arrows"
SEALED: Final = ".parquet"
_FILE: Final = re.compile(r"(?P<name>[^.]+)(\.(?P<number>\d{4,}))?(?P<suffix>\.arrows|\.parquet)")


@dataclass(frozen=True, slots=True)
class SegmentLimits:
    """When a stream goes on in another file; whatever comes first.

    Attributes:
        size_bytes: of the values in it, before compression.
        duration_s: from its first reading to its last, on the bench's clock [s].
    """

    size_bytes: int = 64 << 20
    duration_s: float = 48 * 3600.0


DEFAULT_LIMITS: Final = SegmentLimits()


@dataclass(frozen=True, slots=True)
class SealedSegment:
    """What is known of one segment of several, once it is Parquet.

    Attributes:
        number: from 1.
        rows: in it.
        digest: content digest of the stream up to its end.
        link: its last link in the chain, which the next segment names.
        sha256, size_bytes: of the file, when it was written; not in the manifest, which has them of every file.
    """

    number: int
    rows: int
    digest: str
    link: str
    sha256: str = ""
    size_bytes: int = 0

    def as_json(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return {"rows": self.rows, "digest": self.digest, "link": self.link}


def segments_of(said: Mapping[str, Any]) -> tuple[SealedSegment, ...]:
    """The segments that a manifest names of a stream; none where it is one file."""
    return tuple(SealedSegment(number, **facts) for number, facts in enumerate(said.get("segments", ()), start=1))


def growing_path(folder: Path, name: str, number: int = 1) -> Path:
    """Where a segment is written."""
    return folder / "streams" / (f"{name}{GROWING}" if number == 1 else f"{name}.{number:04d}{GROWING}")


def sealed_path(folder: Path, name: str, number: int | None = None) -> Path:
    """Where a sealed segment is; without a number that of a stream with one only."""
    return folder / "streams" / (f"{name}{SEALED}" if number is None else f"{name}.{number:04d}{SEALED}")


def sealed_paths(folder: Path, name: str, segments: tuple[SealedSegment, ...]) -> list[Path]:
    """All files of a sealed stream that should be there."""
    return [sealed_path(folder, name, one.number) for one in segments] or [sealed_path(folder, name)]


def interrupted_streams(folder: Path) -> dict[str, int]:
    """The streams of a record that was not sealed, each with the number of its last segment, which may be missing.

    Each has a file that was still written to. A numbered Parquet without its Arrow file tells that another segment was
    begun behind it; where only Parquet of the whole stream is left, the record lacks something else.
    """
    found: dict[str, int] = {}
    for path in (folder / "streams").glob("*"):
        if (said := _FILE.fullmatch(path.name)) is None or (said["suffix"] == SEALED and said["number"] is None):
            continue
        number = int(said["number"] or 1)
        behind = said["suffix"] == SEALED and not growing_path(folder, said["name"], number).is_file()
        found[said["name"]] = max(found.get(said["name"], 1), number + behind)
    return dict(sorted(found.items()))


def remakeable(folder: Path) -> list[Path]:
    """Parquet of a record that was not sealed which sealing makes again, because its Arrow file is still there.

    Of any other segment the Parquet is all that there is: it was sealed while the run went on.
    """
    paths = sorted((folder / "streams").glob(f"*{SEALED}"))
    return [path for path in paths if (made_of := growing_of(folder, path)) is not None and made_of.is_file()]


def growing_of(folder: Path, path: Path) -> Path | None:
    """The Arrow file of a segment, which may be gone; None where a file has no name of a segment."""
    said = _FILE.fullmatch(path.name)
    return None if said is None else growing_path(folder, said["name"], int(said["number"] or 1))


def stream_of(file: str) -> str:
    """Name of the stream to which a file belongs by its own name; empty where it is of none."""
    said = _FILE.fullmatch(file)
    return "" if said is None else str(said["name"])
