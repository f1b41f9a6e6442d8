"""Lines that Sartorius, A&D and Radwag balances may send, and lines that they may not."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.balance import and_answers, mt_sics_answers, radwag_answers, sbi_answers
from drivers.balance.sbi_answers import Line, parse_line
from drivers.errors import DriverError, InstrumentError, NotStable, OverRange, ProtocolError


def sbi_line(line):
    found = parse_line(line)
    return (float(found.text), found.unit) if found.text else None


def of(weight):
    return None if math.isnan(weight.value) else (weight.value, weight.unit)


#: For each dialect: its parser, and a well-formed line for a value in g.
DIALECTS = {
    "mt-sics": (lambda line: of(mt_sics_answers.parse_weight(line)), lambda value: f"S S {value:>10} g"),
    "sbi-22": (sbi_line, lambda value: f"N     {'-' if value < 0 else '+'}{abs(value):>9} g  "),
    "sbi-16": (sbi_line, lambda value: f"{'-' if value < 0 else '+'}{abs(value):>9} g  "),
    "and": (
        lambda line: of(and_answers.parse_weight(line)),
        lambda value: f"ST,{'-' if value < 0 else '+'}{abs(value):08.4f}  g",
    ),
    "radwag": (
        lambda line: of(radwag_answers.parse_weight(line, b"SI")),
        lambda value: f"SI   {'-' if value < 0 else ' '}{abs(value):>9} g  ",
    ),
}
VALUES = st.decimals(min_value=-220, max_value=220, places=4)
dialects = pytest.mark.parametrize("dialect", DIALECTS)


@dialects
@given(value=VALUES)
def test_every_weight_is_read_exactly(dialect, value):
    parse, write = DIALECTS[dialect]
    assert parse(write(value).encode()) == (float(value), "g")


@dialects
@given(value=VALUES, data=st.data())
def test_a_line_that_lost_bytes_is_never_another_weight(dialect, value, data):
    parse, write = DIALECTS[dialect]
    line = write(value).encode()
    lost = data.draw(st.sets(st.integers(0, len(line) - 1), min_size=1, max_size=4))
    with contextlib.suppress(DriverError):
        assert parse(bytes(byte for at, byte in enumerate(line) if at not in lost)) is None


@dialects
@given(one=VALUES, other=VALUES, data=st.data())
def test_two_lines_run_together_are_never_a_weight(dialect, one, other, data):
    parse, write = DIALECTS[dialect]
    first, second = write(one).encode(), write(other).encode()
    cut = data.draw(st.integers(0, len(first) - 1))
    with contextlib.suppress(DriverError):
        assert parse(first[:cut] + second) == (float(other), "g")
    with pytest.raises(DriverError):
        parse(first + second)


@dialects
@given(line=st.binary(max_size=40) | st.text("STUNGgmk,+-. 0123456789EOL?^v", max_size=22).map(str.encode))
def test_any_line_is_a_weight_or_one_of_our_errors(dialect, line):
    with contextlib.suppress(DriverError):
        DIALECTS[dialect][0](line)


@given(st.binary(max_size=40))
def test_any_text_answer_is_a_text_or_one_of_our_errors(line):
    for read in (
        lambda: sbi_answers.parse_text(line, "the model"),
        lambda: and_answers.parse_text(line, "TN"),
        lambda: radwag_answers.parse_text(line, "NB"),
        lambda: str(radwag_answers.parse_tare(line)),
        lambda: radwag_answers.check_ending(line, "Z", "D") or "done",
    ):
        with contextlib.suppress(DriverError):
            assert isinstance(read(), str)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"N     +  12.3450 g  ", Line("12.3450", "g", "ok")),
        (b"G     - 220.0090 mg ", Line("-220.0090", "mg", "ok")),
        (b"G#    +       12 g  ", Line("12", "g", "ok")),
        (b"+  12.3450 g  ", Line("12.3450", "g", "ok")),
        (b"   12.3450    ", Line("12.3450", "", "ok")),
        (b"Stat        High    ", Line("", "", "overload")),
        (b"Stat        Low     ", Line("", "", "underload")),
        (b"      High    ", Line("", "", "overload")),
        (b"      --      ", Line("", "", "busy")),
        (b"Stat      Cal.Int.  ", Line("", "", "busy")),
    ],
)
def test_what_sbi_prints(line, found):
    assert parse_line(line) == found


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"Stat     ERR  54    ", "54"),
        (b"   ERR 101    ", "101"),
        (b"   Err  54    ", "54"),
        (b"Stat     APP.ERR    ", "APP"),
    ],
)
def test_errors_of_sbi_keep_their_code(line, code):
    with pytest.raises(InstrumentError) as caught:
        parse_line(line)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"N     +  12,3450 g  ",
        b"N     +  123.4[5]g  ",
        b"Qnt   +      253 pcs",
        b"N     +  12.3450 g",
        b"N     +  12.345  g  ",
        b"+  12.3450 g  +  12.",
        b"T     +  12.3450 g  ",
        b"N     +  12.34 50 g ",
    ],
)
def test_anything_else_from_sbi_is_refused(line):
    with pytest.raises(ProtocolError, match="balance: expected"):
        parse_line(line)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"ST,+00123.45  g", (123.45, "g", True, "ok")),
        (b"US,-00183.69  g", (-183.69, "g", False, "ok")),
        (b"ST,+0000.012 kg", (0.012, "kg", True, "ok")),
        (b"ST,+00000000 mg", (0.0, "mg", True, "ok")),
    ],
)
def test_what_an_and_balance_says(line, found):
    assert and_answers.parse_weight(line) == found


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"OL,+9999999E+19", "overload"),
        (b"OL,+999999E+19", "overload"),
        (b"OL,-9999999E+19", "underload"),
        (b"EC,E02", "busy"),
    ],
)
def test_no_weight_from_an_and_balance_is_a_status(line, status):
    found = and_answers.parse_weight(line)
    assert math.isnan(found.value)
    assert (found.stable, found.status) == (False, status)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"EC,E01", InstrumentError),
        (b"EC,E99", InstrumentError),
        (b"EC,E11", NotStable),
        (b"EC,E17", OverRange),
        (b"QT,+00000012 PC", ProtocolError),
        (b"ST,+00123.45 oz", ProtocolError),
        (b"ST,+0123.45  g", ProtocolError),
        (b"ST,+0012345   g", ProtocolError),
        (b"S S   53.15042 g", ProtocolError),
        (b"", ProtocolError),
    ],
)
def test_anything_else_from_an_and_balance_is_an_error(line, error):
    with pytest.raises(error):
        and_answers.parse_weight(line)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"SI      12.3450 g  ", (12.345, "g", True, "ok")),
        (b"SI ? -   0.0002 g  ", (-0.0002, "g", False, "ok")),
        (b"SI      12.3450 mg ", (12.345, "mg", True, "ok")),
    ],
)
def test_what_a_radwag_balance_says(line, found):
    assert radwag_answers.parse_weight(line, b"SI") == found


def test_a_radwag_balance_that_cannot_answer_now_is_busy():
    assert radwag_answers.parse_weight(b"SI I", b"SI").status == "busy"


@pytest.mark.parametrize(("mark", "status"), [(b"^", "overload"), (b"v", "underload")])
def test_radwag_out_of_range_is_a_status_whatever_stands_there(mark, status):
    for rest in (b"  220.0000 g  ", b"           g  "):
        assert radwag_answers.parse_weight(b"SI " + mark + rest.rjust(15), b"SI").status == status


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"ES", InstrumentError),
        (b"SI E", ProtocolError),
        (b"S       12.3450 g  ", ProtocolError),
        (b"SI      12.3450 ct ", ProtocolError),
        (b"SI      12,3450 g  ", ProtocolError),
        (b"SI     12.3450 g  ", ProtocolError),
        (b"", ProtocolError),
    ],
)
def test_anything_else_from_a_radwag_balance_is_an_error(line, error):
    with pytest.raises(error, match=r"expected .*, found"):
        radwag_answers.parse_weight(line, b"SI")
