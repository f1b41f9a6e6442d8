"""Write a record while the run lasts: the loop only appends to lists, one thread writes and one waits for the disk.

What comes slowly is appended as rows, what comes fast as arrays; the record is the same.

    writer = RecordWriter(folder, start=facts, inputs={"protocol.toml": data}, channels={"balance": columns})
    rows = writer.rows("balance")         # a plain list; the loop extends it
    rows.append((t_s, 53.1, True, "ok"))
    portions = writer.arrays("daq")       # such a list for a channel that comes as arrays
    portions.append({"t_s": times_s, "pressure_v": volts})
    writer.event(t_s, "phase", name="delivery")
    writer.flush()                        # hand over to the thread; returns at once
    writer.close()                        # streams ended and on the disk
    seal_streams(folder, writer.sealers)  # the rest of what was sealed beside the writing

A full or removed disk shows itself as :class:`~rig.errors.EvidenceError` from :meth:`RecordWriter.flush`.
"""

from __future__ import annotations

import json
import queue
import threading
from typing import TYPE_CHECKING, Any, Final

from drivers.wire_log import WireLog
from rig.errors import EvidenceError
from rig.record.columns import EVENTS, WIRE
from rig.record.disk import sync_folder, write_whole
from rig.record.follower import Follower
from rig.record.rolling import RollingStream
from rig.record.segments import DEFAULT_LIMITS, SegmentLimits
from rig.record.syncer import Syncer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from drivers.arrays import Arrays
    from drivers.interfaces import Column, Row
    from rig.record.stream_sealer import StreamSealer

    #: What is handed to the thread at one time: streams, how to write to them, and what.
    _Batch = list[tuple[RollingStream, Callable[[Any], None], list[Any]]]

#: :meth:`RecordWriter.settle` waits so long [s of host time]; shorter than the dead-man of any pump.
SETTLE_S: Final = 1.0


class RecordWriter:
    """The record of a run that has not ended.

    Args:
        folder: where it goes; must not exist yet.
        start: what is known before the first reading (kept as ``start.json``).
        inputs: the files that the run was made from, by their name below ``inputs/``.
        channels: columns of every channel, by its name.
        wire: where the links write their bytes; drained at each flush.
        limits: when a stream goes on in another file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        start: Mapping[str, Any],
        inputs: Mapping[str, bytes],
        channels: Mapping[str, Sequence[Column]],
        wire: WireLog | None = None,
        limits: SegmentLimits = DEFAULT_LIMITS,
    ) -> None:
        self.folder = folder
        self._wire = wire or WireLog()
        try:
            folder.mkdir(parents=True)
            (folder / "streams").mkdir()
            for name, data in inputs.items():
                target = folder / "inputs" / name
                target.parent.mkdir(parents=True, exist_ok=True)
                write_whole(target, data)
            every = {**channels, "wire": WIRE, "events": EVENTS}
            self._streams = {name: RollingStream(folder, name, columns, limits) for name, columns in every.items()}
            write_whole(folder / "start.json", _pretty(start))  # last: from now on this is a record
            sync_folder(folder)
        except OSError as error:
            raise EvidenceError(
                f"the record {folder} could not be created: {error}; give a new folder on a disk with room"
            ) from error
        self._rows: dict[str, list[Row]] = {"wire": [], "events": []}
        self._arrays: dict[str, list[Arrays]] = {}
        self._queue: queue.SimpleQueue[_Batch | threading.Event | None] = queue.SimpleQueue()
        self._failed: Exception | None = None
        self._syncer = Syncer()
        self._storing = False
        self._follower = Follower(self._streams, lambda: self._storing or not self._queue.empty())
        self._thread = threading.Thread(target=self._work, name="record-writer", daemon=True)
        self._thread.start()

    @property
    def sealers(self) -> Mapping[str, StreamSealer]:
        """Where sealing stands in each stream that could be followed: for :func:`rig.record.seal.seal_streams`."""
        return self._follower.sealers

    def rows(self, channel: str) -> list[Row]:
        """The list to which the loop appends this channel's rows; the same list for the whole run.

        Raises:
            EvidenceError: there is no such channel, or it comes as arrays.
        """
        self._check(channel, self._arrays, "arrays")
        return self._rows.setdefault(channel, [])

    def arrays(self, channel: str) -> list[Arrays]:
        """The list to which the loop appends this channel's portions of arrays; nobody may write into them any more.

        Raises:
            EvidenceError: there is no such channel, or it comes as rows.
        """
        self._check(channel, self._rows, "rows")
        return self._arrays.setdefault(channel, [])

    def event(self, t_s: float, kind: str, /, **data: Any) -> None:
        """Note what happened; ``data`` must be plain JSON."""
        self._rows["events"].append((t_s, kind, json.dumps(data, sort_keys=True)))

    def flush(self) -> None:
        """Hand everything so far to the thread.

        Raises:
            EvidenceError: the disk failed since the last call; what was written before is intact.
        """
        if self._failure is not None:
            raise EvidenceError(
                f"the record {self.folder} could not be written any further: {self._failure}; "
                "what was written before stays readable"
            ) from self._failure
        self._rows["wire"].extend(self._wire.drain())
        streams = self._streams
        full: _Batch = [(streams[name], streams[name].write, rows) for name, rows in self._rows.items() if rows]
        full += [(streams[name], streams[name].write_arrays, pieces) for name, pieces in self._arrays.items() if pieces]
        if full:
            self._queue.put([(stream, write, pieces.copy()) for stream, write, pieces in full])
        for _, _, pieces in full:
            pieces.clear()

    def settle(self, longest_s: float | None = SETTLE_S) -> None:
        """Bring everything so far into the files, so that it can be read; the disk itself may be later.

        Args:
            longest_s: to wait for it [s of host time]; None for as long as it takes.

        Raises:
            EvidenceError: the disk failed, or did not take it in time.
        """
        self.flush()
        written = threading.Event()
        self._queue.put(written)
        in_time = written.wait(longest_s)
        if self._failure is not None:
            self.flush()  # says so
        if not in_time:
            raise EvidenceError(f"the record {self.folder} was not written within {longest_s:g} s: the disk is slow")

    def close(self) -> None:
        """Flush, end every stream and wait for the disk.

        Raises:
            EvidenceError: the disk failed.
        """
        if self._thread.is_alive():
            try:
                if self._failure is None:
                    self.flush()
            finally:
                self._queue.put(None)
                self._thread.join()
                self._follower.close()
        if self._failure is not None:
            self.flush()  # says so

    def _check(self, channel: str, others: Mapping[str, Any], kind: str) -> None:
        """Each channel comes one way only, so that its order is that of one list."""
        if channel not in self._streams:
            raise EvidenceError(f"expected a channel of this record ({', '.join(self._streams)}), found {channel!r}")
        if channel in others:
            raise EvidenceError(f"{channel}: expected one way into the record, found two; this channel comes as {kind}")

    def _work(self) -> None:
        while (batch := self._queue.get()) is not None:
            if isinstance(batch, threading.Event):
                self._bring_in(batch)
            elif self._failure is None:
                self._store(batch)
        self._syncer.close()
        for stream in self._streams.values():
            try:
                stream.close()
            except Exception as error:  # noqa: BLE001 - the other streams are to be closed in any case
                self._failed = self._failed or error

    @property
    def _failure(self) -> Exception | None:
        return self._failed or self._syncer.failure

    def _bring_in(self, written: threading.Event) -> None:
        try:
            for stream in self._streams.values():
                stream.flush()
        except Exception as error:  # noqa: BLE001 - as below
            self._failed = error
        finally:
            written.set()

    def _store(self, batch: _Batch) -> None:
        self._storing = True
        try:
            for _, write, pieces in batch:
                write(pieces)
            self._syncer.ask(stream for stream, _, _ in batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, the loop must hear of it and stop the pump
            self._failed = error
        finally:
            self._storing = False


def _pretty(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()
