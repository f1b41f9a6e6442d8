"""The run on the terminal: a bar with the time left, and a line for what matters.

On a terminal the bar lives on stderr; in a log file there is a line for each phase and each event instead, so
that a nightly log stays readable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from drivers.clock import WallClock
from rig import events
from rig.words import event_text, span_text

if TYPE_CHECKING:
    from rig.events import Event

#: Of the loop itself: faults are always worth a line, the pump's every word is not.
_SHOWN = {
    events.PHASE, events.FAULT, events.ANSWER, events.NOTE, events.WITNESS, events.DEVICE, events.LOOKS, events.LOOK,
}  # fmt: skip
_WARNING = {events.FAULT, events.WITNESS}


class Watch:
    """An observer of one run.

    Args:
        console: where to show it (stderr).
        unattended: nobody is asked, so the questions are shown like everything else.
    """

    def __init__(self, console: Console, *, unattended: bool = False) -> None:
        self.console = console
        self._unattended = unattended
        self._host = WallClock()
        self._bar: Progress | None = None
        self._task = TaskID(0)
        self._began_s: float | None = None
        self._until_s = 0.0
        self._origin_s = 0.0
        self._asking = False

    @property
    def host_s(self) -> float:
        """How long the run itself took, on the host's clock; 0 if it never began."""
        return 0.0 if self._began_s is None else self._until_s - self._began_s

    def __call__(self, event: Event) -> None:
        """Show one event; returns at once."""
        if event.kind == events.STARTED:
            self._start(event)
        if event.kind != events.ENDED:
            self._until_s = self._host.now()
        if event.kind in {events.PROMPT, events.ENDED}:
            self._asking = bool(event.data.get("required"))
            self.close()
            if event.kind == events.PROMPT and self._unattended:
                self._line(event)
        elif event.kind == events.PROGRESS and not self._asking:
            self._progress(event.data)
        elif event.kind == events.CALIBRATION:
            self.console.print(event_text(event.kind, event.data), style="yellow", markup=False, highlight=False)
        elif event.kind in _SHOWN:
            self._asking = self._asking and event.kind not in {events.ANSWER, events.PHASE}
            self._line(event)

    def close(self) -> None:
        """Take the bar away; it comes back with the next sign of life."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _start(self, event: Event) -> None:
        self._began_s = self._host.now()
        self._origin_s = event.t_s
        if not self.console.is_terminal:
            self.console.print(f"[{span_text(0.0)}] {event_text(event.kind, event.data)}", markup=False)

    def _line(self, event: Event) -> None:
        if event.kind == events.PHASE and event.data["edge"] == "end":
            return
        style = "yellow" if event.kind in _WARNING else "dim"
        text = f"[{span_text(event.t_s - self._origin_s)}] {event_text(event.kind, event.data)}"
        self.console.print(text, style=style, markup=False, highlight=False)

    def _progress(self, data: Any) -> None:
        if not self.console.is_terminal:
            return
        if self._bar is None:
            self._bar = _new_bar(self.console)
            self._task = self._bar.add_task("", total=data["total_s"], left="", here="")
            self._bar.start()
        done = max(0.0, data["total_s"] - data["left_s"])
        self._bar.update(
            self._task,
            completed=done,
            description=data["phase"],
            left=span_text(data["left_s"]),
            here=self._left_here(done, data["left_s"]),
        )

    def _left_here(self, done_s: float, left_s: float) -> str:
        """Time left on the host's clock, where that differs from the bench's."""
        speed = done_s / self.host_s if self.host_s > 0 else 1.0
        return f", about {span_text(left_s / speed)} here" if speed > 2 else ""


def _new_bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[left]} left{task.fields[here]}"),
        console=console,
        transient=True,
    )
