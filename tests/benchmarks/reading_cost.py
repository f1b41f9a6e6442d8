"""What a recorded reading costs on the run loop, against a bare Python loop on the same in-memory instrument.

Both ask the simulated balance once a simulated second through pyserial. The bare loop writes ``SI``, reads a line,
parses it, stamps it and writes a CSV row, as a script at the bench would; the run loop does what every run does:
driver, wire log, guards, chained record on disk. Each is the best of several turns in this process.

    python tests/benchmarks/reading_cost.py [READINGS]
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import serial

from drivers.balance.mt_sics import open_mt_sics
from drivers.clock import WallClock
from drivers.wire_log import WireLog
from fixtures.simulated.world import World, open_world
from rig.control import Control
from rig.execute.channels import WitnessChannel
from rig.execute.journal import Journal
from rig.execute.loop import Loop
from rig.execute.phases import COMPLETED
from rig.record import RecordWriter

READINGS = 40_000
TURNS = 5
ADDRESS = "sim://simulated/balance"
HOST = WallClock()


@contextmanager
def bare_port(world: World, folder: Path) -> Iterator[tuple[Any, Any]]:
    with (
        serial.serial_for_url(ADDRESS, timeout=1.0) as port,
        (folder / "readings.csv").open("w", newline="", encoding="utf-8") as file,
    ):
        yield port, csv.writer(file)


def bare_readline(world: World, folder: Path, readings: int) -> float:
    """The loop that everybody writes first: pyserial's ``readline`` reads byte by byte."""
    with bare_port(world, folder) as (port, rows):
        begin = HOST.now()
        for second in range(readings):
            world.clock.sleep_until(second + 1.0)
            port.write(b"SI\r\n")
            words = port.readline().split()
            rows.writerow((world.clock.now(), float(words[2]), words[1] == b"S"))
        return (HOST.now() - begin) / readings


def bare_at_once(world: World, folder: Path, readings: int) -> float:
    """The fastest sensible one: everything that is there, in one read."""
    with bare_port(world, folder) as (port, rows):
        begin = HOST.now()
        for second in range(readings):
            world.clock.sleep_until(second + 1.0)
            port.write(b"SI\r\n")
            words = port.read(port.in_waiting or 1).split()
            rows.writerow((world.clock.now(), float(words[2]), words[1] == b"S"))
        return (HOST.now() - begin) / readings


def recorded(world: World, folder: Path, readings: int) -> float:
    """The run loop with this one witness, from the first reading until the record is on the disk."""
    wire, control = WireLog(), Control()
    balance = open_mt_sics(ADDRESS, clock=world.clock, wire=wire, options={})
    writer = RecordWriter(folder / "record", start={}, inputs={}, channels={"balance": balance.COLUMNS}, wire=wire)
    journal = Journal(world.clock, writer, [])
    loop = Loop(world.clock, writer, journal, control, lambda _: {})
    channel = WitnessChannel("balance", balance, writer, journal, lambda cause: loop.finish("x", cause))
    loop.every(1.0, channel.drain)
    loop.at(world.clock.now() + readings - 0.5, lambda _: loop.finish(COMPLETED))
    begin = HOST.now()
    loop.spin()
    writer.close()
    spent = HOST.now() - begin
    balance.close()
    return spent / readings


def best(measure: Callable[[World, Path, int], float], readings: int) -> float:
    """The best of several turns [s a reading]; each in a world of its own."""
    found = []
    for _ in range(TURNS):
        with open_world({}) as world, tempfile.TemporaryDirectory() as folder:
            found.append(measure(world, Path(folder), readings))
    return min(found)


def main(readings: int) -> None:
    """Measure and print."""
    ours, line, once = (best(measure, readings) for measure in (recorded, bare_readline, bare_at_once))
    print(f"recorded reading on the run loop   {ours * 1e6:7.2f} us")
    print(f"bare loop with readline()          {line * 1e6:7.2f} us   ratio {ours / line:.2f}")
    print(f"bare loop, one read for all bytes  {once * 1e6:7.2f} us   ratio {ours / once:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else READINGS)
