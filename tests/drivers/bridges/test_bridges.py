"""Serial device servers and virtual ports that others wrote (ser2net, socat) between a driver and its instrument.

What a lab's serial device server does to a driver: bytes go through in portions of its own, binary ones too, and its
end is a lost link and no slow answer.
"""

from __future__ import annotations

import termios
from pathlib import Path

import pytest

from calibration.units import TIME
from drivers.errors import LinkLost
from drivers.scpi_link import ScpiLink
from drivers.wire_log import WireLog

#: After it the sensor has measured something new [s].
INTERVAL_S = 0.15
AWAY = TIME.parse("replug", "10 s")
#: Driver, simulated instrument, what it is asked. The frames of the sensor are binary.
CASES = {
    "mt-sics": ("balance", "drain", "SIM-BAL-0001"),
    "mock-pump": ("pump", "state", "SIM-MP-0001"),
    "slf3x": ("flow", "drain", "SIM-FLW-0001"),
}
#: pyserial 3.5 starts its reader in a way that Python has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")


@pytest.mark.parametrize(
    ("kind", "driver"),
    [("raw", "slf3x"), ("raw", "mock-pump"), ("rfc2217", "slf3x"), ("socat", "mt-sics"), ("socat", "mock-pump")],
)
def test_an_instrument_is_read_through_a_bridge(bridge, opened, clock, kind, driver):
    name, ask, serial_number = CASES[driver]
    instrument = opened(driver, bridge(kind, name).address)
    assert instrument.identity.serial_number == serial_number
    instrument.prepare()
    for _ in range(3):
        clock.sleep_until(clock.now() + INTERVAL_S)
        assert getattr(instrument, ask)()


@pytest.mark.parametrize(
    ("kind", "driver"),
    [("raw", "mt-sics"), ("rfc2217", "mt-sics"), ("rfc2217", "mock-pump"), ("socat", "slf3x")],
)
def test_the_end_of_a_bridge_is_a_lost_link_and_its_return_the_same_instrument(bridge, opened, clock, kind, driver):
    name, ask, serial_number = CASES[driver]
    built = bridge(kind, name)
    instrument = opened(driver, built.address)
    built.break_down()
    with pytest.raises(LinkLost):
        getattr(instrument, ask)()
    built.build()
    instrument.reconnect(AWAY)
    instrument.prepare()
    clock.sleep_until(clock.now() + INTERVAL_S)
    assert getattr(instrument, ask)()
    assert instrument.identity.serial_number == serial_number


def test_through_visa_a_server_of_rfc2217_does_not_open(bridge, opened, clock):
    """pyvisa-py sets a write timeout, which pyserial 3.5 refuses there."""
    built = bridge("rfc2217", "balance")
    opened("mt-sics", built.address).close()
    with pytest.raises(LinkLost, match="write_timeout is currently not supported"):
        ScpiLink(f"ASRL{built.address}::INSTR", clock=clock, wire=WireLog().channel("supply"))


def test_over_rfc2217_the_line_is_set_at_the_server(bridge, opened, served):
    opened("mt-sics", bridge("rfc2217", "balance").address, line="19200 8N1")
    with Path(served["balance"][0]).open("rb", buffering=0) as line:
        assert termios.tcgetattr(line)[4:6] == [termios.B19200, termios.B19200]
