"""HiSLIP and VXI-11: our drivers through the unmodified pyvisa-py client to a simulated instrument."""

from __future__ import annotations

import gc
import socket

import pytest
import pyvisa
from pyvisa.constants import StatusCode

from calibration.units import TIME, VOLTAGE
from drivers.clock import WallClock
from drivers.errors import DriverError, InstrumentTimeout, LinkLost
from drivers.meter.scpi_dmm import open_scpi_dmm
from drivers.supply.scpi_supply import open_scpi_supply
from fixtures.simulated.hislip import HislipServer
from fixtures.simulated.vxi11 import Vxi11Server

PATTERNS = {"hislip": "TCPIP0::127.0.0.1::hislip0,{}::INSTR", "vxi11": "TCPIP0::127.0.0.1,{}::inst0::INSTR"}
LONG = "*IDN?" + ";*IDN?" * 60


@pytest.fixture(params=PATTERNS)
def protocol(request):
    return request.param


@pytest.fixture
def serve_lan(protocol, world):
    """Puts an instrument of the world on the protocol."""
    servers = []

    def make(name):
        server = {"hislip": HislipServer, "vxi11": Vxi11Server}[protocol](world.devices[name], world.clock.now)
        server.address = PATTERNS[protocol].format(server.port)
        servers.append(server)
        return server

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def open_lan(serve_lan, log):
    """Opens a driver on an instrument of the world: the driver, and the server."""
    opened = []

    def make(factory, name, **options):
        server = serve_lan(name)
        opened.append(factory(server.address, clock=WallClock(), wire=log, options={"timeout": "0.3 s", **options}))
        return opened[-1], server

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def bare(serve_lan):
    """A session of bare pyvisa, and the server."""
    server = serve_lan("supply")
    session = pyvisa.ResourceManager("@py").open_resource(server.address, open_timeout=3000, timeout=300)
    session.read_termination = session.write_termination = "\n"
    with session:
        yield session, server


def test_a_multimeter_says_who_it_is_and_what_it_measures(open_lan, open_it):
    meter, _ = open_lan(open_scpi_dmm, "dmm", function="resistance")
    meter.prepare()
    ((_, resistance_ohm),) = meter.drain()
    assert meter.identity.serial_number == "SIM-DMM-0001"
    assert resistance_ohm == pytest.approx(350.0, abs=0.1)


def test_a_supply_is_set_and_read(open_lan):
    supply, _ = open_lan(open_scpi_supply, "supply")
    supply.prepare()
    assert supply.set_voltage(VOLTAGE.parse("battery", "3.3 V")) == VOLTAGE.quantity(3.3)
    supply.set_output(on=True)
    ((_, voltage_v, _, output_on),) = supply.drain()
    assert (voltage_v, output_on) == (pytest.approx(3.3, abs=0.01), True)


def test_an_answer_that_comes_too_late_is_never_the_next_one(open_lan):
    supply, server = open_lan(open_scpi_supply, "supply")
    server.hold()
    with pytest.raises(InstrumentTimeout):
        supply.read()
    server.release()
    volts, amperes = supply.read()
    assert (volts.units, amperes.units) == (VOLTAGE.quantity(1).units, amperes.units)
    assert supply.set_voltage(VOLTAGE.parse("battery", "3.1 V")) == VOLTAGE.quantity(3.1)


def test_a_cut_connection_is_a_lost_link_and_comes_back(open_lan):
    supply, server = open_lan(open_scpi_supply, "supply")
    server.drop()
    with pytest.raises(LinkLost):
        for _ in range(2):
            supply.read()
    supply.reconnect(TIME.parse("patience", "5 s"))
    assert supply.drain()
    assert supply.identity.serial_number == "SIM-PSU-0001"


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # pyvisa-py forgets the socket of a VXI-11 link
def test_where_nobody_listens_nothing_opens(protocol, link):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(LinkLost, match=r"expected .* found"):
        link(PATTERNS[protocol].format(port))
    gc.collect()


@pytest.mark.nightly
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # from pyvisa-py, of a socket left open
@pytest.mark.parametrize("sound", range(0, 24, 2))
def test_noise_in_place_of_the_protocol_is_an_error_of_ours(serve_lan, noisy, protocol, log, monkeypatch, sound):
    """Wherever it begins: in the handshake, the identity, the settings, the readings."""
    monkeypatch.setattr("drivers.visa_link.OPEN_TIMEOUT_MS", 600)
    address = PATTERNS[protocol].format(noisy(serve_lan("dmm").port, sound, sound))
    with (
        pytest.raises(DriverError, match=r"expected .*, found"),
        open_scpi_dmm(address, clock=WallClock(), wire=log, options={"timeout": "0.2 s"}) as meter,
    ):
        meter.prepare()
        for _ in range(40):
            meter.drain()


def test_after_a_timeout_a_device_clear_puts_the_client_in_step(bare):
    session, server = bare
    server.hold()
    with pytest.raises(pyvisa.errors.VisaIOError) as silence:
        session.query("VOLT? (@1)")
    assert silence.value.error_code == StatusCode.error_timeout
    session.clear()
    server.release()
    assert session.query("*OPC?") == "1"
    assert session.query("SYST:ERR?") == '+0,"No error"'


def test_an_answer_that_was_not_read_is_lost_and_the_instrument_says_so(bare):
    session, server = bare
    server.hold()
    with pytest.raises(pyvisa.errors.VisaIOError):
        session.query("VOLT? (@1)")
    server.release()
    assert session.query("*OPC?") == "1"
    assert session.query("SYST:ERR?") == '-410,"Query INTERRUPTED"'


def test_the_status_byte_tells_that_an_answer_waits(bare):
    session, _ = bare
    session.write("*IDN?")
    assert any(session.read_stb() & 0x10 for _ in range(1000))  # HiSLIP asks on a connection of its own
    session.read()
    session.write("BAD:THING 1")
    assert any(session.read_stb() & 0x14 == 0x04 for _ in range(1000))


def test_long_messages_come_in_parts(bare, protocol):
    session, _ = bare
    if protocol == "hislip":
        session.set_visa_attribute(pyvisa.constants.ResourceAttribute.tcpip_hislip_max_message_kb, 1)
    session.chunk_size = 100
    assert len(session.query(LONG).split(";")) == 61
