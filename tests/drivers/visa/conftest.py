"""SCPI instruments of an open world, in process and on TCP, and a server that does what a test tells it."""

from __future__ import annotations

import contextlib
import random
import socket
import threading

import pytest

from drivers.clock import WallClock
from drivers.scpi_link import ScpiLink
from drivers.wire_log import WireLog
from fixtures.simulated.world import open_world

SERVED = ("supply", "dmm", "pressure")


@pytest.fixture
def log():
    return WireLog()


@pytest.fixture
def world():
    with open_world({"ports": dict.fromkeys(SERVED, 0)}) as opened:
        yield opened


@pytest.fixture
def resource(world):
    """The VISA name of an instrument on TCP."""
    return lambda name: f"TCPIP0::127.0.0.1::{world.ports[name]}::SOCKET"


@pytest.fixture
def open_it(world, log):
    """Opens a driver in process: ``open_it(open_scpi_dmm, "dmm", function="current")``."""
    opened = []

    def make(factory, name, **options):
        address = f"ASRLsim://simulated/{name}::INSTR"
        opened.append(factory(address, clock=world.clock, wire=log, options=options))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def link(log, serve):  # which is to go last
    """Opens a link in real time, with a short patience."""
    opened = []

    def make(address, clock=None, timeout_s=0.3, **keywords):
        keywords = {"clock": clock or WallClock(), "wire": log.channel("x"), "timeout_s": timeout_s, **keywords}
        opened.append(ScpiLink(address, **keywords))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


class Server:
    """Says what it is told: for each line received the next answer, None for closing the connection."""

    def __init__(self, answers):
        self.answers, self.heard = list(answers), []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"TCPIP0::127.0.0.1::{self.listener.getsockname()[1]}::SOCKET"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while self.answers:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                for line in lines:
                    self.heard.append(line)
                    if not self.answers or (answer := self.answers.pop(0)) is None:
                        break
                    connection.sendall(answer)

    def close(self):
        with contextlib.suppress(OSError):  # wakes the thread that accepts; the test may have closed it
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(2.0)


class NoisyLine:
    """Lets a server's first portions pass, and puts noise in place of all that follow.

    Attributes:
        port: where a client finds it.
    """

    def __init__(self, server_port, sound, seed):
        self.server_port, self.sound, self.random = server_port, sound, random.Random(seed)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.server_port))
                for ends in ((client, server, lambda data: data), (server, client, self.spoilt)):
                    threading.Thread(target=self.pump, args=ends, daemon=True).start()

    def spoilt(self, data):
        self.sound -= 1
        return data if self.sound >= 0 else self.random.randbytes(len(data))

    def pump(self, source, sink, change):
        with contextlib.suppress(OSError), source, sink:
            while data := source.recv(65536):
                sink.sendall(change(data))

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.fixture
def noisy():
    """``noisy(port, sound, seed)``: a :class:`NoisyLine` in front of a server."""
    made = []

    def make(*arguments):
        made.append(NoisyLine(*arguments))
        return made[-1].port

    yield make
    for one in made:
        one.close()


@pytest.fixture
def serve():
    made = []

    def make(*answers):
        made.append(Server(answers))
        return made[-1]

    yield make
    for one in made:
        one.close()
