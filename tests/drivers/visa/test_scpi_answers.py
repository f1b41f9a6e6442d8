"""What a SCPI instrument can say, and what is no answer."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import NotStable, OverRange, ProtocolError
from drivers.scpi_answers import error_of, flag, identity, number, without_header


@pytest.mark.parametrize("text", ['+0,"No error"', '0,"No error"', "0, No error", "0", ' +0 , "No error" '])
def test_no_error_has_many_wordings(text):
    assert error_of("x", text) is None


def test_an_error_has_code_and_text():
    assert error_of("x", '-222,"Data out of range"') == (-222, "Data out of range")


@pytest.mark.parametrize("text", ["+9.90000000E+37", "9.9E37", "-9.9E+37"])
def test_overload_is_over_range(text):
    with pytest.raises(OverRange, match="overload"):
        number("x", "READ?", text)


def test_not_a_number_is_no_value():
    with pytest.raises(NotStable):
        number("x", "READ?", "+9.91000000E+37")


@pytest.mark.parametrize(
    "text", ["", "1.2.3", "nan", "inf", "1,2", "1.0 V", "0x1", "1_0", "\N{ARABIC-INDIC DIGIT ONE}", "1e", "--1"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ProtocolError, match="expected a number"):
        number("x", "READ?", text)


def test_flags_have_four_wordings():
    assert [flag("x", "OUTP?", text) for text in ("1", "ON", "0", "OFF")] == [True, True, False, False]
    with pytest.raises(ProtocolError):
        flag("x", "OUTP?", "2")


def test_an_identity_needs_model_and_serial_number():
    assert identity("x", "A,B,C,1.0,2.0").firmware == "1.0,2.0"
    for text in ("A,B,C", "A,,C,D", "A,B,,D", "S S 1.0 g"):
        with pytest.raises(ProtocolError):
            identity("x", text)


@pytest.mark.parametrize("header", [":SENS1:PRES", "SENS1:PRES", "SENS:PRES", "sens:pres"])
def test_an_echoed_header_may_be_written_in_many_ways(header):
    assert without_header("x", ":SENS1:PRES?", f"{header} 35.29") == "35.29"


@pytest.mark.parametrize("text", ["35.29", "SOUR1:PRES 35.29", "SENS1:PRES", "SENS1:PRES:INL 1,1"])
def test_another_header_is_another_answer(text):
    with pytest.raises(ProtocolError):
        without_header("x", ":SENS1:PRES?", text)


@given(st.text(max_size=40) | st.text('+-.,eE0123456789 "', max_size=40))
def test_any_text_is_an_answer_or_one_of_our_errors(text):
    for parse in (lambda: number("x", "?", text), lambda: error_of("x", text), lambda: identity("x", text)):
        with contextlib.suppress(ProtocolError, OverRange, NotStable):
            parse()


@given(st.floats(-1e30, 1e30))
def test_what_an_instrument_shows_is_read_exactly(value):
    assert number("x", "?", f"{value:+.16E}") == value
