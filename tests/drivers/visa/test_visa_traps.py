"""What pyvisa and pyvisa-py do that nobody expects, each trap met by the link."""

from __future__ import annotations

import socket
import sys

import pytest
import pyvisa
import serial
from pyvisa_py.protocols.rpc import RPCError

from drivers.errors import InstrumentTimeout, LinkLost, NotSupported, ProtocolError, WrongInstrument
from drivers.posix import TERMINAL_ERRORS
from drivers.visa_link import OPEN_TIMEOUT_MS

ME = b"Maker,M1,SIM-1,1.0\n"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def test_a_refused_socket_opens_in_pyvisa_and_not_here(link):
    address = f"TCPIP0::127.0.0.1::{free_port()}::SOCKET"
    pyvisa.ResourceManager("@py").open_resource(address, open_timeout=1000).close()
    with pytest.raises(LinkLost, match=r"expected .* found"):
        link(address)


def test_a_peer_that_closes_is_a_lost_link_and_no_slow_answer(link, serve):
    server = serve(ME, None)
    opened = link(server.address)
    server.listener.close()
    for _ in range(2):
        with pytest.raises(LinkLost):
            opened.ask("READ?")


def test_a_slow_answer_is_a_timeout_and_the_link_goes_on(link, serve):
    opened = link(serve(ME, b"", ME, b"2\n").address)
    with pytest.raises(InstrumentTimeout, match=r"within 0.3 s, found silence"):
        opened.ask("ONE?")
    assert opened.number("TWO?") == 2.0


def test_a_stale_answer_is_never_the_next_one(link, resource, world):
    """pyvisa-py #376: after a timeout the next query would return this answer."""
    opened = link(resource("supply"), clock=world.clock)
    world.wire("supply").delay(5.0, end_s=world.clock.now() + 1.0)
    with pytest.raises(InstrumentTimeout):
        opened.ask("VOLT? (@1)")
    world.clock.sleep_until(10.0)
    assert [opened.ask(f"CURR? (@{n})") for n in (1, 2, 1)] == ["+1.00000000E+00"] * 3
    assert opened.number("*OPC?") == 1.0


def test_a_late_answer_to_a_probe_is_told_from_an_answer(link, serve):
    opened = link(serve(ME, b"", ME + ME, b"7\n").address)
    with pytest.raises(InstrumentTimeout):
        opened.ask("ONE?")
    assert opened.number("TWO?") == 7.0


def test_another_instrument_that_answers_after_a_timeout_is_refused(link, serve):
    opened = link(serve(ME, b"", b"Maker,M1,SIM-2,1.0\n").address)
    with pytest.raises(WrongInstrument, match=r"expected .*SIM-1.* found .*SIM-2"):
        opened.ask("ONE?")


def test_part_of_an_answer_is_quoted_and_never_given(link, serve):
    opened = link(serve(ME, b"+1.2", ME).address)
    with pytest.raises(ProtocolError, match=r"found b'\+1.2'"):
        opened.number("READ?")


@pytest.mark.parametrize(
    "escape",
    [
        ConnectionRefusedError("no"),
        BrokenPipeError("no"),
        serial.SerialException("no"),
        *(error(5, "no") for error in TERMINAL_ERRORS),
        NotImplementedError("no"),
        RuntimeError("Connection was dropped by server."),
        RPCError("no"),
        pyvisa.errors.InvalidSession(),
        pyvisa.errors.VisaIOError(pyvisa.constants.StatusCode.error_connection_lost),
    ],
    ids=lambda escape: type(escape).__name__,
)
def test_what_escapes_pyvisa_is_a_lost_link(link, resource, monkeypatch, escape):
    opened = link(resource("supply"))

    def fail(*_):
        raise escape

    monkeypatch.setattr(opened._link._resource, "write_raw", fail)
    with pytest.raises(LinkLost):
        opened.ask("*OPC?")


def test_a_bare_exception_at_opening_is_a_lost_link(link, monkeypatch):
    def fail(*_, **__):
        raise Exception("could not connect: timeout")  # noqa: TRY002 - as pyvisa-py does

    monkeypatch.setattr(pyvisa.ResourceManager, "open_resource", fail)
    with pytest.raises(LinkLost, match="could not connect"):
        link("TCPIP0::127.0.0.1::5025::SOCKET")


@pytest.mark.parametrize(
    "address",
    [
        "GARBAGE::1",
        "USB0::0x0957::0x1507::MY1::INSTR",  # PyUSB, which is not installed
        "GPIB0::7::INSTR",
        "ASRL/dev/there/is/none::INSTR",
    ],
)
def test_an_address_that_visa_does_not_open_is_a_lost_link(link, address):
    with pytest.raises(LinkLost, match=r"expected to open it through VISA .*, found"):
        link(address)


def test_a_serial_device_server_in_raw_mode_is_an_address_of_visa_too(link, world):
    opened = link(f"ASRLsocket://127.0.0.1:{world.ports['supply']}::INSTR")
    assert (opened.identity.serial_number, opened.number("*OPC?")) == ("SIM-PSU-0001", 1.0)


def test_open_timeout_is_passed_and_resources_are_never_listed(link, resource, monkeypatch):
    seen, sound = [], pyvisa.ResourceManager.open_resource

    def open_resource(self, *arguments, **keywords):
        seen.append(keywords)
        return sound(self, *arguments, **keywords)

    monkeypatch.setattr(pyvisa.ResourceManager, "open_resource", open_resource)
    monkeypatch.setattr(pyvisa.ResourceManager, "list_resources", lambda *_: pytest.fail("it blocks for a second"))
    link(resource("supply"))
    assert seen == [{"open_timeout": OPEN_TIMEOUT_MS}]


def test_both_terminations_are_set(link, resource):
    opened = link(resource("supply"))._link._resource
    assert (opened.read_termination, opened.write_termination) == ("\n", "\n")


def test_without_pyvisa_the_message_says_what_to_install(link, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyvisa", None)
    with pytest.raises(NotSupported, match=r"pip install 'doseproof\[visa\]'"):
        link("TCPIP0::127.0.0.1::5025::SOCKET")


def test_a_backend_that_is_not_there_is_named(link):
    with pytest.raises(NotSupported, match="@no_such_backend"):
        link("TCPIP0::127.0.0.1::5025::SOCKET", library="@no_such_backend")


def test_in_process_the_deadline_is_on_the_simulated_clock(link, world):
    opened = link("ASRLsim://simulated/counter::INSTR", clock=world.clock, timeout_s=2.0)
    world.wire("counter").mute()
    before_s = world.clock.now()
    with pytest.raises(InstrumentTimeout):
        opened.ask("*OPC?")
    assert world.clock.now() - before_s == pytest.approx(4.0)  # the question, and the probe after it


def test_on_tcp_no_simulated_time_passes(link, resource, world):
    assert link(resource("dmm"), clock=world.clock).ask("*OPC?") == "1"
    assert world.clock.now() == 0.0


def test_a_dropped_tcp_link_comes_back_and_is_asked_who_it_is(link, resource, world):
    opened = link(resource("supply"))
    world.wire("supply").drop()
    with pytest.raises(LinkLost):
        for _ in range(3):
            opened.ask("*OPC?")
    world.wire("supply").replug()
    opened.reconnect(5.0)
    assert (opened.ask("*OPC?"), opened.generation) >= ("1", 2)


def test_every_message_is_in_the_wire_log(link, resource, log):
    link(resource("supply")).ask("*OPC?")
    assert [data for _, _, _, data in log.drain()][-2:] == [b"*OPC?\n", b"1\n"]
