"""Looks of a run, made without keeping its loop waiting.

A look over weeks of readings takes longer than a pump waits for a sign of its host. So in real time it is made on a
thread of its own while the loop goes on, and is asked for until it is there. On a simulated bench time stands still
meanwhile: it is made at once, and a run repeated gives the same record.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivers.clock import Clock
    from rig.execute.phases import Looks

#: Between two questions whether a look is there [s].
POLL_S: Final = 0.2


class Looking:
    """Makes looks when they are due.

    Args:
        looks: what they are.
        clock: of the bench.
        waits: whether time stands still meanwhile.
        found: called on the run's thread with the facts of each look.
    """

    def __init__(self, looks: Looks, clock: Clock, found: Callable[[Mapping[str, Any]], None], *, waits: bool) -> None:
        self._looks = looks
        self._clock = clock
        self._found = found
        self._worker = None if waits else ThreadPoolExecutor(1, thread_name_prefix="look")

    def task(self, number: int, *, wanted: Callable[[], bool]) -> Callable[[float], float | None]:
        """The task of one look; it is dropped once it is not wanted any more."""
        made: list[Future[Mapping[str, Any]]] = []

        def look(due_s: float) -> float | None:
            if not wanted():
                return None
            if not made:
                made.append(self._make(number))
            if not made[0].done():
                return due_s + POLL_S
            self._found(made[0].result())
            return None

        return look

    def close(self) -> None:
        """Begin no more; one that is being made is left to itself."""
        if self._worker is not None:
            self._worker.shutdown(wait=False, cancel_futures=True)

    def _make(self, number: int) -> Future[Mapping[str, Any]]:
        now_s = self._clock.now()
        self._looks.prepare()
        if self._worker is not None:
            return self._worker.submit(self._looks, number, now_s)
        made: Future[Mapping[str, Any]] = Future()
        made.set_result(self._looks(number, now_s))
        return made
