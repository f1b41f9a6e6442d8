"""Ctrl-C and the system's request to stop: the run ends in order, the pump first."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from rig.control import Control

_REASONS = {signal.SIGINT: "operator pressed Ctrl-C", signal.SIGTERM: "the system asked the rig to stop (SIGTERM)"}


@contextlib.contextmanager
def aborts(control: Control) -> Iterator[None]:
    """While this lasts, Ctrl-C and SIGTERM abort the run instead of the program.

    The record is sealed and assessed under the same protection, so that a second Ctrl-C cannot cut it short.

    Args:
        control: of the run.
    """

    def abort(number: int, _frame: FrameType | None) -> None:
        if control.aborted:
            _say("stopping already: the pump is stopped and the record is being sealed, please wait")
            return
        control.abort(_REASONS[signal.Signals(number)])
        _say("stopping: the pump is being stopped, then the record is sealed")

    if threading.current_thread() is not threading.main_thread():
        yield  # a test's runner, say: signals belong to the main thread
        return
    before = {number: signal.signal(number, abort) for number in _REASONS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    """Without any buffer: a handler may stand in the middle of somebody else's writing."""
    with contextlib.suppress(OSError):
        os.write(2, f"\nrig: {text}\n".encode())
