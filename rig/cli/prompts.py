"""Questions to the operator in the terminal, without ever holding up the run.

A thread of its own reads the answers while questions are open; the run polls what it finds. It reads the file
descriptor and not ``sys.stdin``, because a thread that waits inside ``sys.stdin`` when the program ends takes
the interpreter down with it.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from rig import events

if TYPE_CHECKING:
    from rich.console import Console

    from rig.control import Control
    from rig.events import Event

_CHUNK = 4096


class Prompter:
    """An observer that shows each prompt and hands the operator's answers to the control.

    Args:
        control: gets the answers.
        console: where questions are shown.
        operator: who answers, for the record.
        descriptor: of the file to read answers from (0 is standard input).
    """

    def __init__(self, control: Control, console: Console, operator: str, descriptor: int = 0) -> None:
        self._control = control
        self._console = console
        self._who = operator or "operator at the terminal"
        self._descriptor = descriptor
        self._open: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None
        self._pending = b""

    def __call__(self, event: Event) -> None:
        """Show a prompt, or forget one that is answered; returns at once."""
        if event.kind == events.PROMPT and self._control.unattended is None and "done_by" not in event.data:
            with self._lock:
                self._open.append((event.data["key"], event.data["text"]))
                if len(self._open) == 1:
                    self._show(required=event.data["required"])
            self._read()

    def _show(self, *, required: bool = True) -> None:
        """Ask the oldest open question; the answer has a line of its own, because the run goes on speaking."""
        wish = "" if required else " [optional]"
        hint = "answer and press Enter ('no' ends the run)" if required else "answer and press Enter; the run goes on"
        self._console.print(f"\n? {self._open[0][1]}{wish}", style="bold", markup=False, highlight=False)
        self._console.print(f"  {hint}:", markup=False)

    def _read(self) -> None:
        if self._reader is None or not self._reader.is_alive():
            self._reader = threading.Thread(target=self._answers, name="prompt-reader", daemon=True)
            self._reader.start()

    def _answers(self) -> None:
        with contextlib.suppress(OSError):
            while self._waiting():
                chunk = os.read(self._descriptor, _CHUNK)
                if not chunk:
                    self._control.abort("the terminal was closed while a question was open")
                    return
                self._take(chunk)

    def _take(self, chunk: bytes) -> None:
        *lines, self._pending = (self._pending + chunk).split(b"\n")
        for line in lines:
            with self._lock:
                if not self._open:
                    return
                key, _ = self._open[0]
                text = line.decode("utf-8", "replace").strip()
                if text:
                    self._open.pop(0)
                    self._control.answer(key, text, self._who)
                if self._open:
                    self._show()

    def _waiting(self) -> bool:
        with self._lock:
            return bool(self._open)
