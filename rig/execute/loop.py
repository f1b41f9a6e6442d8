"""The controller: sleep until the next thing is due, do it, look whether the run must end.

Everything that happens at a time is a task on one heap: draining a channel, telling the pump, keeping it
alive, ending a phase. Nothing else runs beside it but the record's writer thread.
"""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING

from drivers.clock import WallClock
from rig import events
from rig.errors import EvidenceError
from rig.execute.phases import ABORTED, BENCH_FAULT, COMPLETED, End

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.clock import Clock
    from rig.control import Control
    from rig.execute.journal import Journal
    from rig.record import RecordWriter

#: Host time between hand-overs to the disk, and between signs of life [s].
FLUSH_S = 0.1
PROGRESS_S = 0.25


class Loop:
    """A heap of timed tasks on the bench's clock.

    Args:
        clock: the bench's clock; the only thing that this loop sleeps on.
        writer: the record, flushed each 100 ms of host time.
        journal: where events go.
        control: polled on every turn.
        progress: gives the facts of a progress event.
    """

    def __init__(
        self,
        clock: Clock,
        writer: RecordWriter,
        journal: Journal,
        control: Control,
        progress: Callable[[float], dict[str, float | str]],
    ) -> None:
        self._clock = clock
        self._host = WallClock()
        self._writer = writer
        self._journal = journal
        self._control = control
        self._progress = progress
        self._heap: list[tuple[float, int, Callable[[float], float | None]]] = []
        self._order = itertools.count()
        self._shown = self._flushed = self._host.now()
        self._settled: tuple[str, str] | None = None
        self.end: End | None = None

    def at(self, due_s: float, task: Callable[[float], float | None]) -> None:
        """Call ``task`` when ``due_s`` has come."""
        heapq.heappush(self._heap, (due_s, next(self._order), task))

    def every(self, interval_s: float, task: Callable[[], object], first_s: float | None = None) -> None:
        """Call ``task`` at fixed intervals; turns that were slept through are left out, not caught up."""
        now = self._clock.now

        def turn(due_s: float) -> float:
            task()
            missed = int((now() - due_s) / interval_s)
            return due_s + (missed + 1) * interval_s

        self.at(self._clock.now() if first_s is None else first_s, turn)

    def settle(self, kind: str, cause: str) -> None:
        """Say as what the run will end, whatever else comes until it does; that is written down too."""
        self._settled = self._settled or (kind, cause)
        self._journal.note(events.FAULT, kind=kind, cause=cause)

    def finish(self, kind: str, cause: str = "") -> None:
        """End the run after the present task; the first cause stands."""
        if self.end is not None:
            return
        if kind != COMPLETED:
            self.settle(kind, cause)
        self.end = End(*(self._settled or (kind, cause)), self._clock.now())

    def spin(self) -> End:
        """Run until something calls :meth:`finish`, or the control says abort."""
        heap, sleep_until, host_now, control = self._heap, self._clock.sleep_until, self._host.now, self._control
        while self.end is None:
            due_s, order, task = heapq.heappop(heap)
            sleep_until(due_s)
            again = task(due_s)
            if again is not None:
                heapq.heappush(heap, (again, order, task))
            if control.aborted:
                self.finish(ABORTED, control.aborted)
            elif host_now() - self._flushed > FLUSH_S:
                self._tend()
        return self.end

    def _tend(self) -> None:
        """What is done now and then in host time: the disk, and a sign of life."""
        self._flushed = self._host.now()
        try:
            self._writer.flush()
        except EvidenceError as error:
            self.finish(BENCH_FAULT, str(error))
        if self._flushed - self._shown > PROGRESS_S:
            self._shown = self._flushed
            now = self._clock.now()
            self._journal.show(events.PROGRESS, now, **self._progress(now))
