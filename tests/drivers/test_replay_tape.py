"""A tape answers as the instrument once did, to a driver that asks as it once asked, and to no other."""

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import InstrumentTimeout, LinkLost
from drivers.protocol_replay import add_handler
from drivers.replay_tape import Tape, TapeError
from drivers.serial_link import SerialLink
from drivers.wire_log import WireLog

ASKED = [(10.0, ">", b"SI\r\n"), (10.02, "<", b"S S   1."), (10.03, "<", b"5 g\r\n"), (10.03, "=", b"drain")]


@pytest.fixture
def play():
    """Opens a link on a tape of these entries, with the first call begun."""
    add_handler()
    closing = []

    def start(entries):
        tape = Tape("balance", entries)
        closing.append(tape.__enter__())
        tape.begin_call()
        link = SerialLink(tape.address, clock=tape.clock, wire=WireLog().channel("x"))
        closing.append(link.__enter__())
        return tape, link

    yield start
    for each in reversed(closing):
        each.__exit__(None, None, None)


def test_the_answer_comes_in_the_pieces_and_at_the_time_of_then(play):
    tape, link = play(ASKED)

    assert link.query(b"SI\r\n", 2.0) == b"S S   1.5 g"
    assert tape.clock.now() == 10.03
    tape.end_call()
    assert not tape.left()


def test_another_question_is_a_difference_with_time_and_bytes(play):
    _, link = play(ASKED)

    with pytest.raises(TapeError, match=r"t = 10.000000 s: expected b'SI\\r\\n' sent, found b'S\\r\\n' sent"):
        link.query(b"S\r\n", 2.0)


def test_a_question_too_many_is_a_difference(play):
    _, link = play(ASKED)
    link.query(b"SI\r\n", 2.0)

    with pytest.raises(TapeError, match="expected the call ended"):
        link.write(b"SI\r\n")


def test_what_nobody_asks_for_is_a_difference(play):
    tape, link = play(ASKED)
    link.write(b"SI\r\n")

    with pytest.raises(TapeError, match=r"expected b'S S   1.' received, found the call ended before"):
        tape.end_call()


def test_silence_is_silence_again_and_the_late_answer_is_late_again(play):
    late = [(10.0, ">", b"SI\r\n"), (12.3, "<", b"S S 1 g\r\n"), (12.4, ">", b"SI\r\n"), (12.5, "=", b"drain")]
    tape, link = play(late)

    with pytest.raises(InstrumentTimeout):
        link.query(b"SI\r\n", 2.0)
    tape.clock.sleep_until(12.3)
    with pytest.raises(InstrumentTimeout):
        link.query(b"SI\r\n", 2.0)
    assert link.discarded == len(b"S S 1 g\r\n")


def test_bytes_of_the_next_call_do_not_come_before_it(play):
    tape, link = play([(1.0, "<", b"a\r\n"), (1.0, "=", b"drain"), (1.001, "<", b"b\r\n"), (1.001, "=", b"drain")])

    assert link.lines_ready() == [b"a"]
    assert link.lines_ready() == []
    tape.end_call()
    assert tape.begin_call() == "drain"
    assert link.lines_ready() == [b"b"]


def test_listening_before_the_first_byte_does_not_make_the_answer_late(play):
    tape, link = play(ASKED)
    with pytest.raises(InstrumentTimeout):
        link.read_line(0.5)

    link.query(b"SI\r\n", 2.0)
    tape.end_call()

    assert tape.clock.now() == 10.03


def test_a_tape_that_was_taken_out_is_not_found():
    add_handler()
    tape = Tape("gone", ASKED)

    with pytest.raises(LinkLost, match="no tape plays"):
        SerialLink(tape.address, clock=tape.clock, wire=WireLog().channel("x"))


def test_a_closed_port_is_closed(play):
    tape, _ = play(ASKED)
    port = serial.serial_for_url(tape.address)
    port.close()

    with pytest.raises(serial.SerialException):
        port.read()


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=20), st.integers(1, 30))
def test_however_it_is_read_every_byte_comes_once_and_in_order(pieces, size):
    entries = [(1.0 + 0.01 * n, "<", piece) for n, piece in enumerate(pieces)]
    with Tape("any", [*entries, (9.0, "=", b"drain")]) as tape:
        tape.begin_call()
        taken = b"".join(tape.receive(size, 0.05) for _ in range(500))
        tape.end_call()
    assert taken == b"".join(pieces)


FAILED = [
    (1.0, ">", b"*IDN?"),
    (1.3, "!", b"read InstrumentTimeout: silence"),
    (1.4, "<", b"late"),
    (1.4, "=", b"open"),
]


def test_a_failure_comes_at_its_place_and_time_and_only_to_who_failed_then():
    with Tape("any", FAILED) as tape:
        tape.begin_call()
        assert tape.failed("read") is None
        tape.send(b"*IDN?")
        assert (tape.failed("write"), tape.waiting()) == (None, 0)
        assert tape.failed("read") == "InstrumentTimeout: silence"
        assert (tape.clock.now(), tape.message(), tape.clock.now()) == (1.3, b"late", 1.4)
        tape.end_call()


def test_a_failure_that_nobody_met_is_a_difference():
    with Tape("any", FAILED) as tape:
        tape.begin_call()
        tape.send(b"*IDN?")
        with pytest.raises(TapeError, match="expected b'read InstrumentTimeout: silence' failed, found the call ended"):
            tape.end_call()


def test_the_first_difference_is_told_however_a_driver_goes_on():
    with Tape("any", ASKED) as tape:
        tape.begin_call()
        for sent in (b"first", b"SI\r\n", b"second"):
            with pytest.raises(TapeError, match="found b'first' sent"):
                tape.send(sent)


def test_waiting_for_an_answer_that_never_came_is_a_difference_and_nothing_after_the_end():
    with Tape("any", [(1.0, "=", b"drain")]) as tape:
        tape.begin_call()
        with pytest.raises(TapeError, match="expected the call ended, found the driver waiting for an answer"):
            tape.message()
        tape.stop()
        assert tape.message() == b""
