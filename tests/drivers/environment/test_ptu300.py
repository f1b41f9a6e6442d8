"""The PTU300 driver: its lines in any order and spacing, with echo and prompt and without."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.units import AIR_PRESSURE, HUMIDITY, TEMPERATURE
from drivers.environment.ptu300 import open_ptu300
from drivers.environment.ptu300_answers import Reading, parse_information, parse_reading, without_prompt
from drivers.errors import InstrumentError, InstrumentTimeout, ProtocolError

MESSAGE = b"P= 1013.2 hPa T= 31.1 'C RH= 38.3 %RH\r\n"
INFORMATION = (
    b"PTU300 / 2.06\r\nSerial number  : SIM-ENV-0001\r\nBatch number   : A0350002\r\n"
    b'Output format  : 6.1 "P=" P " " U6 3.1 "T=" T " " U3 3.1 "RH=" RH " " U4 \\r \\n\r\nStart mode     : STOP\r\n'
)


@pytest.fixture
def transmitter(script, clock, wire):
    opened = []

    def make(*steps, information=INFORMATION):
        played = script([(b"?\r", information), *steps])
        opened.append(open_ptu300(played.address, clock=clock, wire=wire, options={}))
        opened[-1].played = played
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def test_opening_identifies_the_transmitter(transmitter):
    opened = transmitter()
    assert str(opened.identity) == "Vaisala PTU300, serial number SIM-ENV-0001, firmware 2.06"
    assert opened.played.settings["baudrate"] == 4800


def test_echo_and_prompt_are_skipped_everywhere(transmitter):
    opened = transmitter((b"SEND\r", b"SEND\r\n" + MESSAGE + b">"), information=b">?\r\n" + INFORMATION + b">")
    assert opened.drain() == [(pytest.approx(100.5, abs=0.06), 31.1, 1013.2, 38.3)]


def test_an_echo_on_the_same_line_is_skipped(transmitter):
    assert transmitter((b"SEND\r", b">send\r" + MESSAGE)).drain()[0][1:] == (31.1, 1013.2, 38.3)


def test_a_reading_is_three_quantities(transmitter):
    found = transmitter((b"SEND\r", MESSAGE)).read()
    wanted = [(TEMPERATURE, "31.1 degC"), (AIR_PRESSURE, "1013.2 hPa"), (HUMIDITY, "38.3 %")]
    assert list(found) == [kind.parse("x", text) for kind, text in wanted]


def test_a_wrong_output_format_is_refused_before_the_run(transmitter):
    with pytest.raises(ProtocolError, match="set the default output format"):
        transmitter((b"SEND\r", b"RH= 38.3 %RH T= 31.1 'C\r\n")).prepare()


def test_silence_and_another_instrument_are_different_errors(script, clock, wire):
    for answer, error in ((b"", InstrumentTimeout), (b"ES\r\n", ProtocolError)):
        with pytest.raises(error):
            open_ptu300(script([(b"?\r", answer)]).address, clock=clock, wire=wire, options={})


def test_an_echo_without_an_answer_is_silence(transmitter):
    with pytest.raises(InstrumentTimeout):
        transmitter((b"SEND\r", b"SEND\r\n")).drain()


@pytest.mark.parametrize(
    "line",
    [
        b"P= 1013.2 hPa T= 31.1 'C RH= 38.3 %RH",
        b"RH=38.3%RH T=31.1'C P=1013.2hPa",
        b"  T=  31.10 'C   P= 1013.20 hPa RH=  38.300 %RH  ",
    ],
)
def test_order_and_spacing_do_not_matter(line):
    assert parse_reading(line) == (31.1, 1013.2, 38.3)


def test_frost_is_negative():
    assert parse_reading(b"P= 1013.2 hPa T= -1.5 'C RH= 38.3 %RH").temperature_c == -1.5


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"P= 1013.2 hPa T= 31.1 'C",
        b"P= 1013.2 hPa P= 1013.2 hPa T= 31.1 'C RH= 38.3 %RH",
        b"P= 1013.2 mmHg T= 31.1 'C RH= 38.3 %RH",
        b"P= 1013.2 'C T= 31.1 hPa RH= 38.3 %RH",
        b"P= 1013.2 hPa T= 88.0 'F RH= 38.3 %RH",
        b"P= 10x3.2 hPa T= 31.1 'C RH= 38.3 %RH",
        b"P= 1013.2 hPa T= 31.1 'C RH= 38.3 %RHX",
        b"P= 1013.2 hPa T= 31.1 'C RH= 38.3 %RH 7",
    ],
)
def test_anything_else_is_refused_and_quoted(line):
    with pytest.raises(ProtocolError, match="environment: expected"):
        parse_reading(line)


def test_asterisks_are_the_transmitters_own_error():
    with pytest.raises(InstrumentError, match="could not be measured"):
        parse_reading(b"P= 1013.2 hPa T= **.* 'C RH= 38.3 %RH")


def test_information_needs_model_and_serial_number():
    assert parse_information([b"PTU300 / 2.06"]) is None
    assert parse_information([b"Serial number : A1", b">PTU303 / 1.0"]) == ("PTU303", "A1", "1.0")


def test_the_prompt_goes_and_the_message_stays():
    assert without_prompt(b">>  send\r" + MESSAGE[:-2]) == MESSAGE[:-2]


@given(st.binary(max_size=60) | st.text("PTRH=. -0123456789hPa'C%", max_size=60).map(str.encode))
def test_any_line_is_a_reading_or_one_of_our_errors(line):
    with contextlib.suppress(ProtocolError, InstrumentError):
        assert isinstance(parse_reading(line), Reading)
    assert parse_information([line]) is None


@given(st.permutations([b"P=%8.2f hPa", b"T=%6.1f 'C", b"RH=%5.1f %%RH"]), st.integers(-200, 600), st.integers(0, 1000))
def test_what_a_transmitter_can_show_is_read_exactly(order, temperature, humidity):
    values = {b"P": 1001.25, b"T": temperature / 10, b"R": humidity / 10}
    line = b" ".join(each % values[each[:1]] for each in order)
    assert parse_reading(line) == (temperature / 10, 1001.25, humidity / 10)
