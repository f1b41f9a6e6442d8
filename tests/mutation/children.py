"""A mutant lives in a process of its own, forked from a warm one; what it did comes back through a pipe."""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

#: Memory that a mutant may take beyond what it inherited.
MEMORY_BYTES = 4 * 2**30
#: Processor time that importing and collecting may take.
BEFORE_TESTS_S = 60.0
TIMEOUTS = {signal.SIGALRM, signal.SIGPROF}


@dataclass(frozen=True)
class Fate:
    """What became of a mutant.

    ``killed`` by a test, ``timeout``, ``crash`` (ended by a signal, as when it takes all memory); ``survived``,
    ``uncovered`` (no test runs it), ``broken`` (this harness failed); ``unborn`` where it cannot be made in this way.
    """

    verdict: str
    test: str = ""


class Report:
    """The child's end of the pipe: says its fate and ends the process at once."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def __call__(self, verdict: str, test: str = "") -> None:
        os.write(self._pipe, json.dumps([verdict, test]).encode())
        os._exit(0)


def in_child(work: Callable[[Report], None]) -> Fate:
    """Fork, work, and hear of it; a child that ends without a word, or not in time, has been noticed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _live(work, Report(writing))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if said:
        return Fate(*json.loads(said))
    return Fate("timeout" if os.WIFSIGNALED(status) and os.WTERMSIG(status) in TIMEOUTS else "crash")


def alarm(seconds: float) -> None:
    """End this process after so much processor time, or after ten times as much by the clock if it only waits."""
    for number, timer, most in (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, 10.0 * seconds),
    ):
        signal.signal(number, signal.SIG_DFL)
        signal.setitimer(timer, most)


def _live(work: Callable[[Report], None], report: Report) -> None:
    """Within a limit of memory, and of time before the first test; what it prints is nobody's."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    most = _memory_bytes() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    alarm(BEFORE_TESTS_S)
    try:
        work(report)
    except BaseException as error:  # noqa: BLE001 (not a test's failure: those are reported where they happen)
        report("broken", repr(error)[:200])
    report("survived")


def _memory_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
