"""What the wire log costs a transaction: one line sent, one received, against a link whose log does nothing.

    python tests/benchmarks/wire_log_cost.py [TRANSACTIONS]

Two numbers: the two notes by themselves, and the difference that they make to a query over ``loop://``, where the best
of several turns in this process is compared. The bound is 1 us; 2 is returned where the notes cost more.
"""

from __future__ import annotations

import sys

from drivers.clock import WallClock
from drivers.serial_link import SerialLink
from drivers.wire_log import WireLog

TRANSACTIONS = 20_000
TURNS = 7
BOUND_US = 1.0
HOST = WallClock()


class Nothing:
    """A wire channel that forgets."""

    def sent(self, t_s, data):
        """Forget."""

    def received(self, t_s, data):
        """Forget."""

    def failed(self, t_s, what):
        """Forget."""


def notes_us(count: int) -> float:
    """The two notes of a transaction, without the loop around them [us]."""
    log = WireLog()
    sent, received = log.channel("x").sent, log.channel("x").received
    begin = HOST.now()
    for _ in range(count):
        sent(1.0, b"SI\r\n")
        received(1.0, b"S S   53.00012 g\r\n")
    noted = HOST.now()
    for _ in range(count):
        pass
    return 1e6 * (2 * noted - begin - HOST.now()) / count


def query_us(wire, count: int) -> float:
    """One query over a loop-back port [us]."""
    with SerialLink("loop://", clock=HOST, wire=wire) as link:
        begin = HOST.now()
        for _ in range(count):
            link.query(b"SI\r\n", 1.0)
        return 1e6 * (HOST.now() - begin) / count


def main(count: int) -> int:
    """Print; 0 within the bound."""
    notes = min(notes_us(10 * count) for _ in range(TURNS))
    pairs = [(query_us(WireLog().channel("x"), count // 4), query_us(Nothing(), count // 4)) for _ in range(TURNS)]
    with_log, without = map(min, zip(*pairs, strict=True))
    print(f"wire log: {notes:.2f} us a transaction (bound {BOUND_US:g} us)")
    print(f"query over loop://: {with_log:.1f} us with it, {without:.1f} us without")
    return 0 if notes <= BOUND_US else 2


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else TRANSACTIONS))
