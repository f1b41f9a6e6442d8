"""A question through our SCPI link against the same question through bare pyvisa, as a ratio in one process.

Both ask ``MEAS:VOLT? (@1)`` of the same simulated supply, which another process serves in real time on TCP and on a
pseudo-terminal. Ours confirms framing, keeps a deadline and writes the wire log; the bare one is
``query_ascii_values``,
which also gives a number. The turns alternate, and the best of each is taken.

    python tests/benchmarks/scpi_roundtrip.py [QUESTIONS]
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyvisa

from drivers.clock import WallClock
from drivers.scpi_link import ScpiLink
from drivers.wire_log import WireLog
from fixtures.simulated.serving import served

QUESTIONS = 2000
TURNS = 5
QUESTION = "MEAS:VOLT? (@1)"
HOST = WallClock()


def spent(ask: Callable[[], object], questions: int) -> float:
    """Seconds for one question."""
    begin = HOST.now()
    for _ in range(questions):
        ask()
    return (HOST.now() - begin) / questions


def bare(resource: str, questions: int) -> float:
    """The bare library."""
    manager = pyvisa.ResourceManager("@py")
    with manager.open_resource(
        resource, open_timeout=3000, read_termination="\n", write_termination="\n"
    ) as instrument:
        return spent(lambda: instrument.query_ascii_values(QUESTION)[0], questions)


def ours(resource: str, questions: int) -> float:
    """The link that all drivers use."""
    link = ScpiLink(resource, clock=HOST, wire=WireLog().channel("supply"))
    try:
        return spent(lambda: link.number(QUESTION), questions)
    finally:
        link.close()


def main(questions: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, served("--pty", folder, "--tcp", "127.0.0.1") as ready:
        addresses = ready["supply"]
        port = next(address for address in addresses if "://" in address).rpartition(":")[2]
        names = {"TCP": f"TCPIP0::127.0.0.1::{port}::SOCKET", "pty": f"ASRL{Path(folder) / 'supply'}::INSTR"}
        for transport, name in names.items():
            turns = [(bare(name, questions), ours(name, questions)) for _ in range(TURNS)]
            without, with_us = (min(column) for column in zip(*turns, strict=True))
            print(f"{transport}: bare pyvisa {without * 1e6:7.1f} us, ours {with_us * 1e6:7.1f} us")
            print(f"{transport}: ratio {with_us / without:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else QUESTIONS)
