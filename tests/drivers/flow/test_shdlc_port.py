"""SHDLC over a link: whole frames only, one deadline, every byte in the wire log, one tree of errors."""

from __future__ import annotations

import contextlib

import pytest
import serial
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sensirion_shdlc_driver import ShdlcConnection
from sensirion_shdlc_driver.errors import ShdlcTimeoutError

from drivers.errors import DriverError, InstrumentError, InstrumentTimeout, LinkLost, ProtocolError
from drivers.flow.shdlc_port import FLAG, REPLY_S, Cable
from drivers.serial_link import SerialLink

ASK = bytes.fromhex("7e 00 d0 01 03 2b 7e")
ANSWER = bytes.fromhex("7e 00 d0 00 01 7d5e b0 7e")  # the byte 7E, stuffed


@pytest.fixture
def cable(script, clock, wire):
    """A cable whose port plays a script."""
    links = []

    def make(*steps):
        played = script(steps)
        links.append(SerialLink(played.address, clock=clock, wire=wire.channel("flow"), terminator=FLAG))
        made = Cable(links[-1], clock)
        made.played = played
        return made

    yield make
    for link in links:
        link.close()


def test_an_answer_is_unstuffed_and_every_byte_is_written_down(cable, wire):
    assert cable((ASK, ANSWER)).ask(0xD0, b"\x03") == b"\x7e"
    entries = wire.drain()
    assert b"".join(data for *_, way, data in entries if way == ">") == ASK
    assert b"".join(data for *_, way, data in entries if way == "<") == ANSWER


def test_bytes_that_come_one_by_one_are_one_answer(cable):
    drip = [(0.01, bytes([byte])) for byte in ANSWER]
    assert cable((ASK, drip)).ask(0xD0, b"\x03") == b"\x7e"


def test_noise_and_flags_before_an_answer_are_passed_over(cable):
    for noise in (b"~~~", b"\x00\xff", b"\x01\x02~"):
        assert cable((ASK, noise + ANSWER)).ask(0xD0, b"\x03") == b"\x7e"


def test_what_came_before_the_question_is_no_answer(cable):
    other = bytes.fromhex("7e 00 d0 00 01 41 ed 7e")
    asked = cable((None, other), (ASK, ANSWER))
    assert asked.ask(0xD0, b"\x03") == b"\x7e"


def test_silence_is_a_timeout_on_the_bench_clock(cable, clock):
    start_s = clock.now()
    with pytest.raises(InstrumentTimeout, match="expected an answer"):
        cable((ASK, b"")).ask(0xD0, b"\x03")
    assert clock.now() - start_s == pytest.approx(REPLY_S, abs=0.1)


@pytest.mark.parametrize(
    "answer",
    [ANSWER[:1], ANSWER[:-1], ANSWER[1:], ANSWER[:-2] + b"~", ANSWER.replace(b"\xb0", b"\xb1"), b"~\x00\xd0~",
     bytes.fromhex("7e 00 d0 00 02 41 ec 7e"), bytes.fromhex("7e 00 d1 00 00 2e 7e"),
     bytes.fromhex("7e 01 d0 00 01 7d5e af 7e"), b"x" * 5000, b"\xff~" * 9],
)  # fmt: skip
def test_half_a_frame_a_damaged_one_and_anothers_are_protocol_errors(cable, answer):
    with pytest.raises(ProtocolError, match=r"expected .*found"):
        cable((ASK, answer)).ask(0xD0, b"\x03")


@pytest.mark.parametrize(("code", "words"), [(1, "wrong size"), (2, "no SCC1"), (4, "out of range"), (0x55, "see the")])
def test_an_error_code_is_the_instruments_own_error(cable, code, words):
    frame = bytes([0x00, 0xD0, code, 0x00])
    with pytest.raises(InstrumentError, match=f"command D0: .*{words}") as caught:
        cable((ASK, b"~" + frame + bytes([~sum(frame) & 0xFF]) + b"~")).ask(0xD0, b"\x03")
    assert caught.value.code == str(code)


def test_the_devices_error_flag_is_seen_with_an_answer(cable):
    asked = cable((ASK, bytes.fromhex("7e 00 d0 80 00 af 7e")))
    assert asked.ask(0xD0, b"\x03") == b""
    assert asked.flagged


@pytest.mark.parametrize("failure", [serial.SerialException("gone"), OSError(5, "gone"), "termios"])
def test_an_unplugged_cable_is_a_lost_link_whatever_is_raised(cable, monkeypatch, failure):
    if failure == "termios":
        termios = pytest.importorskip("termios", reason="termios is POSIX")
        failure = termios.error(5, "Input/output error")
    asked = cable()

    def gone(*_):
        raise failure

    monkeypatch.setattr(type(asked._connection.port._link._port), "write", gone)
    with pytest.raises(LinkLost):
        asked.ask(0xD0, b"\x03")


def test_a_timeout_of_the_library_itself_would_be_ours(cable, monkeypatch):
    def late(*_):
        raise ShdlcTimeoutError

    monkeypatch.setattr(ShdlcConnection, "transceive", late)
    with pytest.raises(InstrumentTimeout, match="command D0"):
        cable().ask(0xD0, b"\x03")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40) | st.lists(st.sampled_from(list(ANSWER)), max_size=16).map(bytes))
def test_whatever_comes_is_an_answer_or_one_of_our_errors(cable, answer):
    asked = cable((ASK, b"~" + answer))
    with contextlib.suppress(DriverError):
        assert isinstance(asked.ask(0xD0, b"\x03"), bytes)
    asked.played.coming.clear()
