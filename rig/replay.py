"""Drive the drivers from the wire log of a record, and see whether they give the same readings again.

    replayed = replay_record(Record.open(folder))
    [channel.name for channel in replayed if channel.differences]

No instrument is opened and no world: each driver of the record's bench file gets a tape of what crossed its link
(:mod:`drivers.replay_tape`), and the calls that the run made of it (:mod:`rig.execute.calls`) are made again. It must
send the same bytes, raise the same errors, and give the same rows: values to the last bit. Times are those of the
bytes; a row may be as much later as the host took between its last byte and its reading of the clock, nothing at all in
simulated time. There are tapes for serial lines, for VISA resources and for NI-DAQmx; a driver on anything else, or one
whose client library (pyvisa, nidaqmx) is missing here, is named as not replayed.

Long reads of NI-DAQmx are in the wire log with the digest of their samples only; the samples are then those of the
recorded stream, and what is compared is that they have this digest.
"""

from __future__ import annotations

import contextlib
import functools
import math
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final

from calibration.errors import DoseproofError
from drivers.arrays import rows_of
from drivers.errors import DriverError
from drivers.protocol_replay import add_handler
from drivers.replay_tape import Tape, TapeError
from drivers.wire_log import WireLog
from rig.bench import parse_bench
from rig.bench_open import DRIVERS
from rig.errors import EvidenceError
from rig.execute.calls import DRAIN, DRAIN_ARRAYS, OPEN, read_call

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from drivers.interfaces import Instrument, Row
    from drivers.replay_tape import TapeEntry
    from rig.bench_tables import InstrumentTable
    from rig.record import Record

#: How much later than its last byte a row may say that it was read [s].
LATER_S: Final = 0.1
#: Of one channel so many differences are told one by one.
TOLD: Final = 10


@dataclass
class ReplayedChannel:
    """What came of one channel.

    Attributes:
        name: of the channel.
        rows: how many readings the drivers gave.
        calls: how many calls were made.
        later_s: the most that a row's recorded time was after that of its last byte [s].
        differences: a line each; empty where everything came out the same.
        not_replayed: why there was no replay; empty where there was one.
        note: what else is worth knowing.
    """

    name: str
    rows: int = 0
    calls: int = 0
    later_s: float = 0.0
    differences: list[str] = field(default_factory=list)
    not_replayed: str = ""
    note: str = ""


def replay_record(record: Record) -> list[ReplayedChannel]:
    """Replay every channel of a record.

    Raises:
        EvidenceError: the record has no wire log.
        FileError: its bench file is not one that can be read today.
    """
    path = record.input_path("bench.toml")
    bench = parse_bench(path.read_text(encoding="utf-8"), str(path))
    tapes = _tapes(record)
    add_handler()
    found = []
    for name, table in bench.instruments().items():
        columns = functools.partial(_columns, record, name)
        player = _Player(name, table, Tape(table.address, tapes.get(table.address, ()), columns))
        found.append(player.play(functools.partial(_rows, record, name)))
    return found


class _Player:
    def __init__(self, name: str, table: InstrumentTable, tape: Tape) -> None:
        self.found = ReplayedChannel(name)
        self._table = table
        self._tape = tape
        self._rows: list[Row] = []
        self._instrument: Instrument | None = None

    def play(self, recorded: Callable[[], Sequence[Row]]) -> ReplayedChannel:
        """Make all calls again and compare the readings, which are asked for only if there is something to compare."""
        with self._tape, contextlib.ExitStack() as stack:
            try:
                while not self.found.not_replayed and (call := self._tape.begin_call()) is not None:
                    self._call(call, stack)
            except TapeError as error:
                self.found.differences.append(str(error))
                return self.found
        if not self.found.not_replayed:
            self._judge(recorded())
        return self.found

    def _call(self, text: str, stack: contextlib.ExitStack) -> None:
        """Make one call; opening is the first."""
        call, arguments, wanted = read_call(text)
        raised = ""
        try:
            if call == OPEN:
                self._open(stack)
            elif self._instrument is not None:
                answer = getattr(self._instrument, call)(*arguments)
                self._rows += _rows_in(call, answer)
        except DriverError as error:
            raised = type(error).__name__
        if self.found.not_replayed:
            return
        self._tape.end_call()
        self.found.calls += 1
        if raised != wanted:
            self.found.differences.append(
                f"t = {self._tape.clock.now():.6f} s: {call}: expected {wanted or 'an answer'}, found {raised or 'one'}"
            )

    def _open(self, stack: contextlib.ExitStack) -> None:
        table = self._table
        factory = entry_points(group=DRIVERS)[table.driver].load()
        try:
            made: Instrument = factory(
                self._tape.address, clock=self._tape.clock, wire=WireLog(), options=table.options
            )
        except TapeError:
            raise
        except DoseproofError as error:
            if self._tape.opened:
                raise
            self.found.not_replayed = f"its driver finds no tape for its transport ({type(error).__name__}: {error})"
            return
        stack.callback(made.close)
        stack.callback(self._tape.stop)  # what a driver still sends when it lets go was never recorded
        self._instrument = made

    def _judge(self, recorded: Sequence[Row]) -> None:
        found = self.found
        found.rows = len(self._rows)
        if not found.calls:
            found.not_replayed = "the wire log holds no calls of its driver"
            return
        if left := self._tape.left():
            found.note = f"the last {len(left)} entries of its wire belong to a call that never ended"
        if len(self._rows) != len(recorded):
            found.differences.append(f"expected {len(recorded)} rows, found {len(self._rows)}")
        self._compare(recorded)

    def _compare(self, recorded: Sequence[Row]) -> None:
        found, untold = self.found, 0
        for index, (old, new) in enumerate(zip(recorded, self._rows, strict=False)):
            later_s = old[0] - new[0]
            found.later_s = max(found.later_s, later_s)
            if _same(old[1:], new[1:]) and 0 <= later_s <= LATER_S:
                continue
            untold += len(found.differences) >= TOLD
            if len(found.differences) < TOLD:
                found.differences.append(f"row {index}: expected {old}, found {new}")
        if untold:
            found.differences.append(f"and {untold} more rows")


def _rows_in(call: str, answer: Any) -> list[Row]:
    """The readings that a call gave, as rows."""
    if call == DRAIN_ARRAYS:
        return rows_of(answer)
    return list(answer) if call == DRAIN else []


def _same(old: Row, new: Row) -> bool:
    return len(old) == len(new) and all(a == b or _both_nan(a, b) for a, b in zip(old, new, strict=True))


def _both_nan(a: Any, b: Any) -> bool:
    return isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b)


def _tapes(record: Record) -> dict[str, list[TapeEntry]]:
    """The wire log, link by link."""
    if not record.health["wire"].rows:
        raise EvidenceError(f"{record.folder}: expected a wire log, found an empty one; there is nothing to replay")
    tapes: dict[str, list[TapeEntry]] = {}
    columns = record.stream("wire")
    for t_s, link, direction, data in zip(
        *(columns[name].tolist() for name in ("t_s", "link", "direction", "data")), strict=True
    ):
        tapes.setdefault(link, []).append((t_s, direction, data))
    return tapes


def _columns(record: Record, channel: str) -> dict[str, NDArray[Any]]:
    """The recorded stream of a channel; empty where it has no rows."""
    if channel not in record.health or not record.health[channel].rows:
        return {}
    return record.stream(channel)


def _rows(record: Record, channel: str) -> list[Row]:
    """The recorded rows of a channel, as a driver gives them."""
    return list(zip(*(values.tolist() for values in _columns(record, channel).values()), strict=True))
