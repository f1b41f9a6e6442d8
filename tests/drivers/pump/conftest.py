"""A mock pump that answers as a test says."""

import pytest

from drivers.pump.mock_pump import open_mock_pump


@pytest.fixture
def pump(script, clock, wire, frame):
    """Opens a pump; each step is a pair of texts without sequence number, answered in order."""
    opened = []

    def make(*steps):
        cf = ("CF", "OK 7812500 16 50 15000 2000 1000000 D 0")
        texts = [("ID", "OK DP-MP1 SIM-MP-0001 1.1.0 4F2A"), cf, *steps]
        played = script([(frame(f">{n:02X} {ask}"), frame(f"<{n:02X} {said}")) for n, (ask, said) in enumerate(texts)])
        opened.append(open_mock_pump(played.address, clock=clock, wire=wire, options={}))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
