"""Make Parquet of a stream, segment by segment: while it is written, or once it has ended.

    sealer = StreamSealer(folder, "daq")
    while sealer.step(3, 17): ...    # what is on the disk by now: two whole segments, and 17 batches of the third
    sealer.finish()                  # the stream has ended; gives its health

What is sealed is what the disk gives back, with its chain verified, and the Parquet made of it is read back too. A
segment that others follow loses its Arrow file as soon as that is done; the last one has it until the record is sealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.errors import EvidenceError
from rig.record.disk import put_in_place, sha256_file
from rig.record.parquet import GrowingParquet, parquet_digest, parquet_rows
from rig.record.segment_reader import after_sealed
from rig.record.segments import SealedSegment, growing_path, interrupted_streams, sealed_path
from rig.record.stream_reader import Before, StreamHealth, StreamReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa


class StreamSealer:
    """Seals one stream.

    Args:
        folder: of the record.
        name: of the channel.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._before = Before()
        self._segments: list[SealedSegment] = []
        self._rows = self._batches = 0
        self._damage = ""
        self._batch: Iterator[pa.RecordBatch] = iter(())
        self._file: GrowingParquet | None = None
        self._open()

    def step(self, number: int, batches: int) -> bool:
        """Take in one more batch, or seal a segment that has ended; False where there is nothing to be done.

        Args:
            number: of the segment that is written now.
            batches: of it that are on the disk.

        Raises:
            EvidenceError: a segment does not hold, or reads back differently.
            OSError: the disk has no room for it.
        """
        ended = self._number < number
        if not ended and self._taken >= batches:
            return False
        if self._take():
            return True
        if not ended or self._stream.health.damage:
            found = self._stream.health.damage or "it ends too early"
            raise EvidenceError(f"the stream {self._name} reads back with damage: {found}")
        self._end(several=True)
        growing_path(self._folder, self._name, self._number).unlink()
        self._open()
        return True

    @property
    def reached(self) -> tuple[int, int]:
        """The segment that is taken in, and how many of its batches are."""
        return self._number, self._taken

    def finish(self) -> StreamHealth:
        """Seal what is left; its Arrow files stay. What follows damage is not sealed.

        Raises:
            EvidenceError: a segment reads back differently from what it was made of.
            OSError: the disk has no room for it.
        """
        last = interrupted_streams(self._folder).get(self._name, 1)
        for number in range(self._before.number + 1, last + 1):
            self._finish(number, several=last > 1)
            if not self._damage and self._before.number < number < last:
                self._damage = "it is empty, and others follow it"
            if self._damage:
                self._damage = self._damage if last == 1 else f"segment {number} of {last}: {self._damage}"
                break
        digest = self._before.digest.hexdigest() if self._before.digest else ""
        return StreamHealth(self._rows, self._batches, digest, self._damage, tuple(self._segments))

    def give_up(self) -> None:
        """Leave the segment that is not finished, and the room that it takes on the disk."""
        self._batch, self._file = iter(()), None  # closes what is open
        self._part.unlink(missing_ok=True)

    def _finish(self, number: int, *, several: bool) -> None:
        if growing_path(self._folder, self._name, number).is_file():
            if self._number != number:
                self._open()
            self._end(several=several)
        else:
            self._adopt(sealed_path(self._folder, self._name, number))

    def _open(self) -> None:
        self._number = self._before.number + 1
        self._stream = StreamReader(growing_path(self._folder, self._name, self._number), self._name, self._before)
        self._batch, self._taken, self._file = iter(self._stream), 0, None
        sealed = sealed_path(self._folder, self._name, self._number)
        self._part = sealed.with_name(sealed.name + ".part")

    def _take(self) -> bool:
        """Take in one batch; False where there is none any more."""
        batch = next(self._batch, None)
        if self._file is None and self._stream.schema is not None:
            self._file = GrowingParquet(self._part, self._stream.schema)
        if batch is None or self._file is None:
            return False
        self._file.add(batch)
        self._taken += 1
        return True

    def _end(self, *, several: bool) -> None:
        """Take in the rest of a segment, and seal it."""
        while self._take():
            pass
        found, digest = self._stream.health, self._stream.digest
        self._rows, self._batches, self._damage = self._rows + found.rows, self._batches + found.batches, found.damage
        if self._file is None or digest is None:
            return
        place = {"segment": str(self._number), "previous": self._before.link, "link": self._stream.link}
        said = {f"doseproof.{key}": value for key, value in {**place, "digest": found.digest}.items()}
        self._file.close(said if several else None)
        sealed = sealed_path(self._folder, self._name, self._number if several else None)
        put_in_place(self._part, sealed)
        if parquet_digest(sealed, self._before.digest).hexdigest() != found.digest:
            raise EvidenceError(f"{sealed}: reads back differently from the stream that it was made of; check the disk")
        self._before = Before(self._number, self._stream.link, digest)
        if several:
            self._note(sealed, found.rows)

    def _adopt(self, path: Path) -> None:
        """Take a segment that was sealed while the run went on."""
        try:
            self._before = after_sealed(path, self._before)
        except EvidenceError as error:
            self._damage = str(error)
            return
        rows = parquet_rows(path)
        self._rows += rows
        self._note(path, rows)

    def _note(self, path: Path, rows: int) -> None:
        digest = self._before.digest.hexdigest() if self._before.digest else ""
        facts = (self._before.number, rows, digest, self._before.link)
        self._segments.append(SealedSegment(*facts, sha256_file(path), path.stat().st_size))
