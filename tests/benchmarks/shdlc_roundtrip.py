"""What one question to an SCC1 cable costs through our driver, against the bare library: on a pseudo-terminal and TCP.

Run it: ``python tests/benchmarks/shdlc_roundtrip.py``. The simulated cable is served by another process. The two take
turns, so that both meet the same machine. Aim: at most 1.3 times the bare library.

On TCP our link goes through ``socket://`` of pyserial, which does not say how many bytes wait: they are read one by
one. The library reads its socket whole.
"""

from __future__ import annotations

import statistics
import tempfile
from contextlib import closing
from urllib.parse import urlsplit

from sensirion_shdlc_driver import ShdlcConnection, ShdlcSerialPort, ShdlcTcpPort

from drivers.clock import WallClock
from drivers.flow.shdlc_port import FLAG, Cable
from drivers.serial_link import SerialLink
from drivers.wire_log import WireLog
from fixtures.simulated.serving import served

ROUNDS, EACH = 40, 50
CLOCK = WallClock()
WIRE = WireLog()


def bare_port(address):
    """The library's own port."""
    if address.startswith("socket:"):
        return ShdlcTcpPort(urlsplit(address).hostname, urlsplit(address).port)
    return ShdlcSerialPort(port=address, baudrate=115200)


def timed(ask):
    """Seconds for one question, the mean of some."""
    start_s = CLOCK.now()
    for _ in range(EACH):
        ask()
    return (CLOCK.now() - start_s) / EACH


def bare(address):
    with closing(bare_port(address)) as port:
        connection = ShdlcConnection(port)
        return timed(lambda: connection.transceive(0, 0x24, b"", 0.5))


def ours(address):
    with SerialLink(address, clock=CLOCK, wire=WIRE.channel("flow"), terminator=FLAG, baudrate=115200) as link:
        cable = Cable(link, CLOCK)
        return timed(lambda: cable.ask(0x24))


def compare(address):
    pairs = [(bare(address), ours(address)) for _ in range(ROUNDS)]
    theirs_s, ours_s = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for other, one in pairs)
    way = "TCP" if address.startswith("socket:") else "pty"
    print(f"{way}: library {1e6 * theirs_s:.0f} us, ours {1e6 * ours_s:.0f} us a question, ratio {ratio:.2f} (<= 1.3)")


with tempfile.TemporaryDirectory() as folder, served("--tcp", "127.0.0.1", "--pty", f"{folder}/bench") as ready:
    for each in ready["flow"]:
        compare(each)
