"""A scripted serial port, a clock that only waiting moves, and the frames of the mock pump, for driver tests.

``script(steps)`` gives the address of a port that expects exactly these exchanges: ``(sent, received)`` pairs in
order, where ``received`` is bytes, or a list of ``(delay_s, bytes)``; ``sent`` is None for what comes unasked.
At the end of the test the script must have been played to its end, with nothing unexpected sent.
"""

from __future__ import annotations

import binascii
import sys
import types
import typing
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pytest
import serial
from serial.serialutil import SerialBase, SerialException, to_bytes

from drivers.clock import TimeBase
from drivers.errors import DriverError
from drivers.protocol_replay import add_handler
from drivers.replay_tape import Tape
from drivers.wire_log import WireLog

PACKAGE = "doseproof_test_ports"


class FakeClock:
    """Monotonic seconds that move only when somebody waits."""

    def __init__(self):
        self.t_s = 100.0

    def now(self):
        return self.t_s

    def utc(self):
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.t_s)

    def sleep_until(self, deadline_s):
        self.t_s = max(self.t_s, deadline_s)

    def wait(self, deadline_s, ready):
        if not ready():
            self.sleep_until(deadline_s)
        return ready()

    def time_base(self):
        return TimeBase("fake", synchronised=None)


class Script:
    """What one scripted port expects and answers."""

    def __init__(self, clock, steps):
        self.clock = clock
        self.steps = list(steps)
        self.coming = []  # (due_s, bytes)
        self.wrong = []
        self.absent_until_s = 0.0
        self.opened = 0
        self.gone = False
        self.settings = {}
        self._unasked()

    def sent(self, data):
        if not self.steps or self.steps[0][0] != data:
            self.wrong.append((data, self.steps[0][0] if self.steps else None))
            return
        self._schedule(self.steps.pop(0)[1])
        self._unasked()

    def _unasked(self):
        while self.steps and self.steps[0][0] is None:
            self._schedule(self.steps.pop(0)[1])

    def _schedule(self, received):
        due_s = self.clock.now()
        for delay_s, data in [(0.0, received)] if isinstance(received, bytes) else received:
            due_s += delay_s
            self.coming.append((due_s, data))

    def waiting(self):
        return b"".join(data for due_s, data in self.coming if due_s <= self.clock.now())

    def take(self, size):
        here = self.waiting()
        later = [item for item in self.coming if item[0] > self.clock.now()]
        self.coming = ([(0.0, here[size:])] if here[size:] else []) + later
        return here[:size]

    def finish(self):
        assert not self.wrong, f"sent, expected: {self.wrong}"
        assert not self.steps, f"never sent: {self.steps}"
        assert not self.coming, f"never read: {self.coming}"


class Serial(SerialBase):
    """The port behind ``script://NUMBER``."""

    scripts: typing.ClassVar[dict] = {}

    def open(self):
        self.script = self.scripts[self.name]
        if self.script.clock.now() < self.script.absent_until_s:
            raise SerialException("no such port")
        self.script.opened += 1
        self.script.settings = {"baudrate": self.baudrate, "parity": self.parity, "exclusive": self.exclusive}
        self.is_open = True

    def close(self):
        self.is_open = False

    def _reconfigure_port(self):
        pass

    def _alive(self):
        if not self.is_open:
            raise serial.PortNotOpenError
        if self.script.gone:
            raise OSError(5, "Input/output error")

    @property
    def in_waiting(self):
        self._alive()
        return len(self.script.waiting())

    def read(self, size=1):
        self._alive()
        if not self.script.waiting():
            due_s = min((due_s for due_s, _ in self.script.coming), default=float("inf"))
            self.script.clock.sleep_until(min(due_s, self.script.clock.now() + self.timeout))
        return self.script.take(size)

    def write(self, data):
        self._alive()
        self.script.sent(to_bytes(data))
        return len(data)


class Taped:
    """Calls of a driver, each with what came of it and its mark in the wire log, to be made again on a tape."""

    def __init__(self, opener, link, clock, log):
        self.opener, self.link, self.clock, self.log = opener, link, clock, log
        self.calls, self.outcomes, self.entries = [], [], []
        self.instrument = None
        self("open")

    def __call__(self, call, *arguments):
        """Make a call of the live driver; what came of it: an answer, or the name of an error."""
        made = self.opener if call == "open" else getattr(self.instrument, call)
        outcome, raised = self.told(made, *((self.link, self.clock, self.log) if call == "open" else arguments))
        if call == "open":
            self.instrument, outcome = outcome, raised
        self.log.channel(self.link).called(self.clock.now(), f"{call} ! {raised}".rstrip("! ").encode())
        self.calls.append((call, arguments))
        self.outcomes.append(outcome)
        return outcome

    @staticmethod
    def told(function, *arguments):
        try:
            return function(*arguments), ""
        except DriverError as error:
            return type(error).__name__, type(error).__name__

    @property
    def recorded(self):
        """The rows of all drains as columns."""
        rows = [
            row for (call, _), rows in zip(self.calls, self.outcomes, strict=True) if call == "drain" for row in rows
        ]
        rows = [row for row in rows if isinstance(row, tuple)]  # and no letters of the name of an error
        names = ["t_s", *(column.name for column in getattr(self.instrument, "columns", ()))]
        return dict(zip(names, map(np.array, zip(*rows, strict=True)), strict=True)) if rows else {}

    def again(self, opener=None, recorded=None, change=lambda data: data):
        """The outcomes of the same calls on a tape; ``change`` alters what was received."""
        self.entries += [entry for entry in self.log.drain() if entry[1] == self.link]
        entries = [(t_s, way, change(data) if way == "<" else data) for t_s, _, way, data in self.entries]
        add_handler()
        with Tape(self.link, entries, lambda: self.recorded if recorded is None else recorded) as tape:
            outcomes, made = [], None
            try:
                for call, arguments in self.calls:
                    assert tape.begin_call().partition(" ")[0] == call
                    if call == "open":
                        made, raised = self.told(opener or self.opener, tape.address, tape.clock, WireLog())
                        outcomes.append(raised)
                    else:
                        outcomes.append(self.told(getattr(made, call), *arguments)[0])
                    tape.end_call()
                assert not tape.left()
            finally:
                tape.stop()
                if hasattr(made, "close"):
                    made.close()
        return outcomes


@pytest.fixture
def taped():
    """``taped(opener, link, clock, log)`` opens a driver by ``opener(address, clock, wire)``; see :class:`Taped`."""
    made = []

    def make(*arguments):
        made.append(Taped(*arguments))
        return made[-1]

    yield make
    for one in made:
        if hasattr(one.instrument, "close"):
            one.instrument.close()


@pytest.fixture(scope="session", autouse=True)
def _script_urls():
    package, handler = types.ModuleType(PACKAGE), types.ModuleType(f"{PACKAGE}.protocol_script")
    package.__path__ = []
    handler.Serial = Serial
    sys.modules[PACKAGE], sys.modules[f"{PACKAGE}.protocol_script"] = package, handler
    serial.protocol_handler_packages.append(PACKAGE)
    yield
    serial.protocol_handler_packages.remove(PACKAGE)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def wire():
    return WireLog()


@pytest.fixture
def script(clock):
    """Makes a scripted port: ``script(steps)`` gives the script, whose ``address`` is to be opened."""
    made = []
    numbers = count()

    def make(steps=()):
        one = Script(clock, steps)
        one.address = f"script://{next(numbers)}"
        Serial.scripts[one.address] = one
        made.append(one)
        return one

    yield make
    for one in made:
        one.finish()
    Serial.scripts.clear()


@pytest.fixture
def frame():
    """Completes a frame of the mock pump, independently of the driver: ``frame("<01 OK R")``."""

    def complete(text, crc=None):
        data = text.encode("ascii")
        return data + b"*%04X\n" % (binascii.crc_hqx(data, 0xFFFF) if crc is None else crc)

    return complete
