r"""One question through each serial driver, against bare pyserial with the same bytes: on a pseudo-terminal and on TCP.

    python tests/benchmarks/serial_roundtrip.py [QUESTIONS]

The simulated bench is served in real time by another process. The driver gives a parsed reading with its time and
writes the wire log; the bare sides write the same question and read one line, unparsed: ``read_until`` of the library,
and a loop of ``read(in_waiting or 1)``, the tightest that can be written with it. They take turns on the same
instrument, so that all meet the same machine. Each question is timed by itself: the ratios are of the medians and of
the 99th percentiles. Aim: 1.3 at most against ``read_until``; 2 is returned where a median is beyond it.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import closing
from importlib.metadata import entry_points
from itertools import cycle
from statistics import quantiles

import serial

from drivers.clock import WallClock
from drivers.pump.mock_pump_frames import encode
from drivers.wire_log import WireLog
from fixtures.simulated.serving import served
from rig.bench_open import DRIVERS

QUESTIONS = 2000
#: Questions of one turn; few turns, since closing a TCP port of pyserial takes 0.3 s.
EACH = 200
BOUND = 1.3
HOST = WallClock()
#: Driver: name at the server, the questions of the bare side, line end, what the driver is asked.
CASES = {
    "mt-sics": ("balance", [b"SI\r\n"], b"\r\n", "drain"),
    "sbi": ("sbi", [b"\x1bP\r\n"], b"\r\n", "drain"),
    "and-balance": ("and-balance", [b"SI\r\n"], b"\r\n", "drain"),
    "radwag": ("radwag", [b"SI\r\n"], b"\r\n", "drain"),
    # the pump answers a repeated sequence number from memory: the number goes round here as in the driver
    "mock-pump": ("pump", [encode(f"{n:02X}", "HB") for n in range(1, 256)], b"\n", "keep_alive"),
}


def timed(ask):
    """Seconds of each of some questions."""
    spent = []
    for _ in range(EACH):
        begin = HOST.now()
        ask()
        spent.append(HOST.now() - begin)
    return spent


def library(port, end):
    """One line, as pyserial reads it."""
    return port.read_until(end)


def tight(port, end):
    """One line, with as few calls as pyserial allows."""
    line = port.read(port.in_waiting or 1)
    while not line.endswith(end):
        line += port.read(port.in_waiting or 1)
    return line


def bare(read, address, questions, end):
    """The bare library; neither a pseudo-terminal nor TCP has a baud rate or a parity."""
    with serial.serial_for_url(address, timeout=2.0) as port:

        def ask():
            port.write(next(questions))
            return read(port, end)

        if not ask().endswith(end):
            raise RuntimeError(f"{address}: no answer to the bare question")
        return timed(ask)


def compare(driver, address, count):
    """Times of the library, of the tight loop and of ours [s], for ``count`` questions each."""
    _, questions, end, method = CASES[driver]
    questions = cycle(questions)
    library_s, tight_s, ours_s = [], [], []
    factory = entry_points(group=DRIVERS)[driver].load()
    with closing(factory(address, clock=HOST, wire=WireLog(), options={})) as instrument:
        ask = getattr(instrument, method)
        for _ in range(max(2, count // EACH)):
            instrument.let_go()
            library_s += bare(library, address, questions, end)
            tight_s += bare(tight, address, questions, end)
            instrument.take_up()
            ask()
            ours_s += timed(ask)
    return library_s, tight_s, ours_s


def at(times_s, percent):
    """A percentile [us]."""
    return 1e6 * quantiles(times_s, n=100)[percent - 1]


def report(driver, way, *sides):
    """Print one row; the ratio of the medians of ours and the library."""
    (lib_50, lib_99), (tight_50, tight_99), (our_50, our_99) = ((at(one, 50), at(one, 99)) for one in sides)
    print(
        f"{driver:12} {way}: library {lib_50:4.0f} / {lib_99:4.0f} us, tight {tight_50:4.0f} / {tight_99:4.0f} us, "
        f"ours {our_50:4.0f} / {our_99:4.0f} us; "
        f"ours to library {our_50 / lib_50:.2f} / {our_99 / lib_99:.2f}, to tight {our_50 / tight_50:.2f}"
    )
    return our_50 / lib_50


def main(count: int) -> int:
    """Measure and print; 0 within the bound."""
    print(f"median / 99th percentile of {count} questions; bound {BOUND:g}")
    with tempfile.TemporaryDirectory() as folder, served("--pty", folder, "--tcp", "127.0.0.1") as ready:
        ratios = [
            report(driver, "TCP" if "://" in address else "pty", *compare(driver, address, count))
            for driver, (name, *_) in CASES.items()
            for address in ready[name]
        ]
    return 0 if max(ratios) <= BOUND else 2


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else QUESTIONS))
