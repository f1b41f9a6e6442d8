"""The MT-SICS driver against written-down exchanges."""

from __future__ import annotations

import math

import pytest

from calibration.units import MASS, TIME
from drivers.balance.mt_sics import open_mt_sics
from drivers.errors import (
    InstrumentError,
    InstrumentTimeout,
    LinkLost,
    NotStable,
    NotSupported,
    OverRange,
    ProtocolError,
    WrongInstrument,
)

WEIGHT = b"S S   53.15042 g\r\n"
OPENING = [
    (b"SI\r\n", WEIGHT),
    (b"I4\r\n", b'I4 A "SIM-BAL-0001"\r\n'),
    (b"I2\r\n", b'I2 A "XPR205 XPR 220.0090 g"\r\n'),
    (b"I3\r\n", b'I3 A "2.10 10.28.0.493.142"\r\n'),
]
OFF = [(b"M03\r\n", b"M03 A 0\r\n"), (b"C0\r\n", b'C0 A 0 0 ""\r\n')]
SECOND = TIME.parse("t", "1 s")


@pytest.fixture
def balance(script, clock, wire):
    """Opens a balance whose exchanges after the opening are ``steps``."""
    opened = []

    def make(*steps):
        played = script([*OPENING, *steps])
        opened.append(open_mt_sics(played.address, clock=clock, wire=wire, options={}))
        opened[-1].played = played
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def test_opening_identifies_the_balance(balance):
    opened = balance()
    assert str(opened.identity) == "Mettler-Toledo XPR205, serial number SIM-BAL-0001, firmware 2.10 10.28.0.493.142"
    assert opened.played.settings == {"baudrate": 9600, "parity": "N", "exclusive": True}


def test_nothing_is_ever_reset_zeroed_or_tared_unasked(balance, wire):
    opened = balance((b"SI\r\n", WEIGHT), *OFF, (b"SI\r\n", WEIGHT))
    opened.prepare()
    opened.drain()
    sent = {data for _, _, direction, data in wire.drain() if direction == ">"}
    assert sent == {b"SI\r\n", b"I4\r\n", b"I2\r\n", b"I3\r\n", b"M03\r\n", b"C0\r\n"}


def test_a_stream_left_running_is_ended_and_not_taken_for_an_answer(script, clock, wire):
    stream = [(b"SI\r\n", [(0.0, WEIGHT), (0.0, WEIGHT)]), (b"I4\r\n", b'S D   53.15042 g\r\nI4 A "B01"\r\n')]
    played = script([*stream, *OPENING[2:]])
    with open_mt_sics(played.address, clock=clock, wire=wire, options={}) as opened:
        assert opened.identity.serial_number == "B01"


def test_a_stream_without_end_is_an_error(script, clock, wire):
    played = script([OPENING[0], (b"I4\r\n", WEIGHT * 50)])
    with pytest.raises(ProtocolError, match="weights without end"):
        open_mt_sics(played.address, clock=clock, wire=wire, options={})


def test_an_option_is_refused(script, clock, wire):
    with pytest.raises(NotSupported, match="this driver knows: line"):
        open_mt_sics(script().address, clock=clock, wire=wire, options={"speed": 1})


def test_a_row_holds_exactly_what_the_balance_wrote(balance, clock):
    opened = balance((b"SI\r\n", [(0.02, WEIGHT)]), (b"SI\r\n", b"S D   53.15050 g\r\n"))
    assert opened.drain() == [(pytest.approx(100.02), 53.15042, True, "ok")]
    assert opened.drain() == [(pytest.approx(100.02), 53.1505, False, "ok")]


@pytest.mark.parametrize(("line", "status"), [(b"S I", "busy"), (b"S +", "overload"), (b"S -", "underload")])
def test_a_row_without_a_mass_says_why(balance, line, status):
    ((_, mass_g, stable, found),) = balance((b"SI\r\n", line + b"\r\n")).drain()
    assert math.isnan(mass_g)
    assert (stable, found) == (False, status)


def test_a_silent_balance_and_a_garbled_one_are_different_errors(balance):
    steps = [(b"SI\r\n", line) for line in (b"", b"S S     12.", b"S S\xb0  53.15042 g\r\n")]
    opened = balance(steps[0], OPENING[1], steps[1], OPENING[1], steps[2])
    with pytest.raises(InstrumentTimeout):
        opened.drain()
    for _ in range(2):
        with pytest.raises(ProtocolError):
            opened.drain()


def test_settings_that_are_off_leave_no_note(balance):
    opened = balance((b"SI\r\n", WEIGHT), *OFF)
    opened.prepare()
    assert opened.notes == []


def test_zero_tracking_and_automatic_adjustment_are_refused(balance):
    on = [(b"M03\r\n", b"M03 A 1\r\n"), (b"C0\r\n", b'C0 A 1 0 ""\r\n')]
    opened = balance((b"SI\r\n", WEIGHT), on[0], (b"SI\r\n", WEIGHT), OFF[0], on[1])
    with pytest.raises(InstrumentError, match="automatic zero tracking is on: it swallows a slow flow"):
        opened.prepare()
    with pytest.raises(InstrumentError, match="automatic adjustment is on"):
        opened.prepare()


def test_what_cannot_be_checked_is_noted(balance):
    opened = balance((b"SI\r\n", b"S S   53150.42 mg\r\n"), (b"M03\r\n", b"ES\r\n"), (b"C0\r\n", b"C0 I\r\n"))
    opened.prepare()
    assert [note.split(";")[0] for note in opened.notes] == [
        "host unit is mg",
        "automatic zero tracking could not be checked (M03: this model does not know the command)",
        "automatic adjustment could not be checked (C0: it answered b'C0 I')",
    ]


def test_a_reading_is_a_quantity_or_an_error(balance):
    opened = balance(*[(b"SI\r\n", line) for line in (WEIGHT, b"S I\r\n", b"S +\r\n")])
    assert opened.read() == MASS.parse("m", "53.15042 g")
    with pytest.raises(NotStable):
        opened.read()
    with pytest.raises(OverRange, match="overload"):
        opened.read()


def test_a_stable_reading_is_waited_for(balance):
    assert balance((b"S\r\n", [(0.9, WEIGHT)])).read_stable(SECOND) == MASS.parse("m", "53.15042 g")


def test_no_stable_reading_in_time_is_told_from_silence(balance):
    opened = balance((b"S\r\n", b""), (b"SI\r\n", WEIGHT), (b"S\r\n", b""), (b"SI\r\n", b""))
    with pytest.raises(NotStable, match="within 1"):
        opened.read_stable(SECOND)
    with pytest.raises(InstrumentTimeout):
        opened.read_stable(SECOND)


def test_zero_and_tare_are_confirmed_by_the_balance(balance):
    opened = balance((b"Z\r\n", b"Z A\r\n"), (b"T\r\n", b"T S   10.00000 g\r\n"))
    opened.zero()
    assert opened.tare() == MASS.parse("m", "10 g")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"I", NotStable),
        (b"+", OverRange),
        (b"-", OverRange),
        (b"X", ProtocolError),
        (b"S   10.00000 g", ProtocolError),
    ],
)
def test_a_zero_that_was_not_set_is_an_error(balance, line, error):
    with pytest.raises(error):
        balance((b"Z\r\n", b"Z " + line + b"\r\n")).zero()


def test_after_a_replug_another_balance_is_refused(balance):
    other = [OPENING[0], (b"I4\r\n", b'I4 A "B02"\r\n'), *OPENING[2:]]
    opened = balance(*OPENING, *other)
    opened.played.gone = True
    with pytest.raises(LinkLost):
        opened.drain()
    opened.played.gone = False
    opened.reconnect(SECOND)
    with pytest.raises(WrongInstrument, match="serial number B02"):
        opened.reconnect(SECOND)
