"""Draining one instrument, and deciding when its silence is a fault.

A lab's instrument that fails once leaves a gap and an event; failing three times in a row, or losing its
wire, ends the run as a fault of the bench. The device under test is another matter: when it falls silent or
resets, the witnesses go on to the planned end, so that the data can show what that did to the patient.

What a witness gives goes to the record as it comes, rows or arrays; the loop looks at the last reading only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drivers.arrays import last_row, length_of
from drivers.errors import DriverError, LinkLost
from drivers.interfaces import ArraySource
from rig import events

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.interfaces import Instrument, Pump, Row
    from rig.execute.journal import Journal
    from rig.record import RecordWriter

#: Failures in a row after which an instrument of the lab counts as broken.
PATIENCE = 3


class WitnessChannel:
    """One lab instrument: its readings go to the record, its failures to the journal.

    Args:
        name: of the channel.
        instrument: to drain.
        writer: the record.
        journal: where failures are noted.
        broken: called with the cause when the instrument counts as broken.

    Attributes:
        usable: the last row that the instrument itself called good; None before the first.
    """

    def __init__(
        self, name: str, instrument: Instrument, writer: RecordWriter, journal: Journal, broken: Callable[[str], None]
    ) -> None:
        self.name = name
        self._record = _recording(name, instrument, writer)
        self._journal = journal
        self._broken = broken
        self._failures = 0
        names = [column.name for column in instrument.columns]
        self._status = names.index("status") + 1 if "status" in names else None
        self.usable: Row | None = None

    def drain(self) -> None:
        """Take what is due; never raises a driver's error."""
        try:
            last = self._record()
        except DriverError as error:
            self._failed(error)
            return
        if last is None:
            return
        if self._status is not None and last[self._status] != "ok":
            self._unusable(str(last[self._status]))
        else:
            self.usable, self._failures = last, 0

    def _unusable(self, status: str) -> None:
        self._failures += 1
        self._journal.note(events.WITNESS, channel=self.name, problem=status, in_a_row=self._failures)
        if self._failures >= PATIENCE:
            self._broken(f"{self.name}: {status} {self._failures} times in a row")

    def _failed(self, error: DriverError) -> None:
        self._failures += 1
        kind = type(error).__name__
        self._journal.note(events.WITNESS, channel=self.name, problem=kind, text=str(error), in_a_row=self._failures)
        if isinstance(error, LinkLost) or self._failures >= PATIENCE:
            times = f" {self._failures} times in a row" if self._failures > 1 else ""
            self._broken(f"{self.name}: {kind}{times}: {error}")


def _recording(name: str, instrument: Instrument, writer: RecordWriter) -> Callable[[], Row | None]:
    """What drains an instrument into the record, as arrays where it gives them, and answers the last reading."""
    if isinstance(instrument, ArraySource):
        drain_arrays, pieces = instrument.drain_arrays, writer.arrays(name)

        def record_arrays() -> Row | None:
            if not length_of(new := drain_arrays()):
                return None
            pieces.append(new)
            return last_row(new)

        return record_arrays
    drain, rows = instrument.drain, writer.rows(name)

    def record_rows() -> Row | None:
        new = drain()
        rows.extend(new)
        return new[-1] if new else None

    return record_rows


class DeviceChannel:
    """The device under test: its claims go to the record; what it does by itself goes to the journal.

    Attributes:
        lost: why the device is not asked any more; empty while it answers.
    """

    def __init__(self, pump: Pump, rows: list[Row], journal: Journal, gone: Callable[[str], None]) -> None:
        self._pump = pump
        self._rows = rows
        self._journal = journal
        self._gone = gone
        self._failures = 0
        self.lost = ""
        names = [column.name for column in pump.columns]
        self._watched = tuple(names.index(name) + 1 for name in ("state", "alarms", "boots"))
        self._before: tuple[Any, ...] | None = None

    def drain(self) -> None:
        """Take what the pump has sent; never raises a driver's error."""
        new = self._attempt(self._pump.drain)
        if new:
            self._rows.extend(new)
            state, alarms, boots = self._watched
            for row in new:
                seen = (row[state], row[alarms], row[boots])
                if seen != self._before:
                    self._changed(seen)

    def tell(self, request: Callable[[], object]) -> bool:
        """Ask something of the pump; the answer is whether it did it."""
        done: list[object] = []
        self._attempt(lambda: done.append(request()))
        return bool(done)

    def _attempt(self, request: Callable[[], Any]) -> Any:
        if self.lost:
            return None
        try:
            answer = request()
        except DriverError as error:
            self._failed(error)
            return None
        self._failures = 0
        return answer

    def _failed(self, error: DriverError) -> None:
        self._failures += 1
        kind = type(error).__name__
        self._journal.note(events.DEVICE, problem=kind, text=str(error), in_a_row=self._failures)
        if isinstance(error, LinkLost) or self._failures >= PATIENCE:
            self.lost = f"{kind}: {error}"
            self._gone(self.lost)

    def _changed(self, seen: tuple[Any, ...]) -> None:
        state, alarms, boots = seen
        if self._before is not None:
            reset = boots != self._before[2]
            self._journal.note(events.DEVICE, state=state, alarms=alarms, boots=boots, reset=reset)
        self._before = seen
