"""A simulated bench served by a process of its own, and programs of others between it and our drivers."""

from __future__ import annotations

import socket
import subprocess
from importlib.metadata import entry_points

import pytest

from drivers.clock import WallClock
from drivers.errors import LinkLost
from drivers.wire_log import WireLog
from fixtures.simulated.serving import served
from tests.missing import program

PATIENCE_S = 10.0
#: Telnet with RFC 2217, and raw; ``local``: a pseudo-terminal has no modem lines.
SER2NET = """%YAML 1.1
---
connection: &one
  accepter: {accepter}tcp,127.0.0.1,{port}
  connector: serialdev,{device},9600n81,local
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="module", name="served")
def _served(tmp_path_factory):
    """Addresses of simulated instruments: a pseudo-terminal, then TCP."""
    folder = tmp_path_factory.mktemp("served")
    with served("--pty", str(folder), "--tcp", "127.0.0.1") as ready:
        yield ready


class Bridge:
    """A program between driver and instrument.

    Attributes:
        address: what the driver opens.
    """

    def __init__(self, command, address):
        self.command, self.address = command, address
        self.build()

    def build(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def break_down(self):
        self.process.kill()
        self.process.wait(PATIENCE_S)


def ser2net(kind, device, folder):
    port = free_port()
    accepter, scheme, tail = {
        "raw": ("", "socket", ""),
        "rfc2217": ("telnet(rfc2217),", "rfc2217", "?ign_set_control"),
    }[kind]
    file = folder / "ser2net.yaml"
    file.write_text(SER2NET.format(accepter=accepter, port=port, device=device), encoding="utf-8")
    return Bridge([program("ser2net"), "-n", "-d", "-c", file], f"{scheme}://127.0.0.1:{port}{tail}")


def socat(tcp, folder):
    """The other way round: a pseudo-terminal here for an instrument on TCP."""
    here = folder / "port"
    there = tcp.removeprefix("socket://")
    return Bridge([program("socat"), f"PTY,link={here},raw,echo=0", f"TCP:{there}"], str(here))


@pytest.fixture
def bridge(served, tmp_path):
    """``bridge(kind, instrument)``: ``raw`` and ``rfc2217`` through ser2net, ``socat``."""
    built = []

    def make(kind, instrument):
        pty, tcp = served[instrument]
        built.append(socat(tcp, tmp_path) if kind == "socat" else ser2net(kind, pty, tmp_path))
        return built[-1]

    yield make
    for one in built:
        one.break_down()


@pytest.fixture
def clock():
    return WallClock()


@pytest.fixture
def opened(clock):
    """Opens a driver as soon as the bridge stands."""
    made = []

    def make(driver, address, **options):
        deadline_s = clock.now() + PATIENCE_S
        while True:
            try:
                factory = entry_points(group="doseproof.drivers")[driver].load()
                made.append(factory(address, clock=clock, wire=WireLog(), options=options))
                return made[-1]
            except LinkLost:
                if clock.now() > deadline_s:
                    raise
            clock.sleep_until(clock.now() + 0.05)

    yield make
    for one in made:
        one.close()
