"""Ctrl-C, a closed terminal and the system's request to stop: the run ends in order, the pump first."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import threading
from typing import TYPE_CHECKING

from rig import events

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from rig.control import Control
    from rig.events import Event

_REASONS = {signal.SIGINT: "operator pressed Ctrl-C", signal.SIGTERM: "the system asked the rig to stop (SIGTERM)"}
#: Sent when the terminal is closed or the line to it breaks; Windows has none.
_HANG_UP = getattr(signal, "SIGHUP", None)
if _HANG_UP is not None:
    _REASONS[_HANG_UP] = "the terminal was closed (SIGHUP)"


class Ended:
    """An observer that knows whether the run itself is over."""

    def __init__(self) -> None:
        self.is_over = False

    def __call__(self, event: Event) -> None:
        """Take note of the end."""
        self.is_over = self.is_over or event.kind == events.ENDED


@contextlib.contextmanager
def aborts(control: Control) -> Iterator[Ended]:
    """While this lasts, Ctrl-C, a closed terminal and SIGTERM abort the run instead of the program.

    The record is sealed and assessed under the same protection, so that a second Ctrl-C cannot cut it short. What
    the program was started to ignore (``nohup``) stays ignored.

    Args:
        control: of the run.

    Yields:
        an observer for the run: once it has ended there is nothing left to stop.
    """
    ended = Ended()

    def abort(number: int, _frame: FrameType | None) -> None:
        if number == _HANG_UP:
            _leave_terminal()
        if ended.is_over:
            _say("the run has ended and its record is sealed; what is left takes a moment, please wait")
            return
        if control.aborted:
            _say("stopping already: the pump is stopped and the record is being sealed, please wait")
            return
        control.abort(_REASONS[signal.Signals(number)])
        _say("stopping: the pump is stopped, then the record is sealed; please wait")

    if threading.current_thread() is not threading.main_thread():
        yield ended  # a test's runner, say: signals belong to the main thread
        return
    heard = [number for number in _REASONS if number != _HANG_UP or signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, abort) for number in heard}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave_terminal() -> None:
    """Write to nowhere what would go to the terminal that is gone, so that the record is still sealed in peace."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        # a terminal that has hung up no longer says that it is one, but stays a character device
        if stat.S_ISCHR(os.fstat(descriptor).st_mode):
            os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _say(text: str) -> None:
    """Without any buffer: a handler may stand in the middle of somebody else's writing."""
    with contextlib.suppress(OSError):
        os.write(2, f"\nrig: {text}\n".encode())
