"""What happens in a run goes to two places: the record, and those who watch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig import events
from rig.events import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivers.clock import Clock
    from rig.events import Observer
    from rig.record import RecordWriter


class Journal:
    """Notes events with the time of the bench's clock.

    Args:
        clock: the bench's clock.
        writer: the record.
        observers: called with every event, on the run's thread.
    """

    def __init__(self, clock: Clock, writer: RecordWriter, observers: Sequence[Observer]) -> None:
        self._clock = clock
        self._writer = writer
        self._observers = list(observers)

    def note(self, kind: str, /, **data: Any) -> None:
        """Keep an event in the record and tell the observers."""
        now = self._clock.now()
        self._writer.event(now, kind, **data)
        self.show(kind, now, **data)

    def show(self, kind: str, t_s: float, /, **data: Any) -> None:
        """Tell the observers only. One whose terminal or pipe is gone is told no more; the run goes on."""
        event = Event(t_s, kind, data)
        for observer in tuple(self._observers):
            try:
                observer(event)
            except OSError as error:
                self._observers.remove(observer)
                self._writer.event(t_s, events.NOTE, text=f"an observer was lost: {error}", who="the rig")
