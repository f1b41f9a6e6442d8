"""Lines that an MT-SICS balance may send, and lines that it may not."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.balance.mt_sics_answers import Weight, parse_text, parse_weight
from drivers.balance.mt_sics_settings import SETTINGS, NotChecked, refusal
from drivers.errors import InstrumentError, ProtocolError


@pytest.mark.parametrize(
    ("line", "grams", "stable"),
    [
        (b"S S     100.00 g", 100.0, True),
        (b"S D   53.15042 g", 53.15042, False),
        (b"S S   -0.00001 g", -0.00001, True),
        (b"S S  220.00904 g", 220.00904, True),
        (b"S S   53150.42 mg", 53.15042, True),
        (b"S S    0.05315 kg", 53.15, True),
        (b"S S          0 g", 0.0, True),
    ],
)
def test_a_weight_is_what_the_balance_wrote(line, grams, stable):
    found = parse_weight(line)
    assert (found.stable, found.status) == (stable, "ok")
    assert found.grams == pytest.approx(grams, rel=1e-15)


def test_a_weight_in_grams_is_not_changed_by_a_digit():
    assert parse_weight(b"S S   53.15047 g").grams == float("53.15047")


@pytest.mark.parametrize(("line", "status"), [(b"S +", "overload"), (b"S -", "underload"), (b"S I", "busy")])
def test_no_weight_is_a_status_and_not_a_number(line, status):
    found = parse_weight(line)
    assert math.isnan(found.grams)
    assert (found.stable, found.status) == (False, status)


@pytest.mark.parametrize(
    "line",
    [
        b"S S    53.1504 g".replace(b"    ", b"   "),
        b"S S     12.",
        b"S S   53.15042",
        b"S S   53.15042 oz",
        b"S S   53,15042 g",
        b"S S   5 .15042 g",
        b"S X   53.15042 g",
        b"T S   53.15042 g",
        b"S S   53.15042 gS S   53.15042 g",
        b"S S 1.00000e+1 g",
        b"",
        b"S",
        b"S  ",
        b"SI +",
    ],
)
def test_anything_else_is_refused_and_quoted(line):
    with pytest.raises(ProtocolError, match="balance: expected a weight"):
        parse_weight(line)


@pytest.mark.parametrize(("line", "code"), [(b"ES", "ES"), (b"ET", "ET"), (b"EL", "EL"), (b"S S Error 10b", "10b")])
def test_the_balances_own_errors_keep_their_code(line, code):
    with pytest.raises(InstrumentError, match=rf"expected .*, found b'{line.decode()}'") as caught:
        parse_weight(line)
    assert caught.value.code == code


def test_identity_texts_are_unquoted():
    assert parse_text(b'I2 A "XPR205 XPR 220.0090 g"', "I2") == "XPR205 XPR 220.0090 g"
    assert parse_text(b'I4 A ""', "I4") == ""
    for line in (b'I4 A "B01', b"I4 A", b'I3 A "B01"', b'I4 I "B01"', b'I4 A "B" "C"'):
        with pytest.raises(ProtocolError):
            parse_text(line, "I4")
    with pytest.raises(InstrumentError):
        parse_text(b"ES", "I4")


def test_a_setting_is_off_on_or_unknown():
    tracking, adjustment = SETTINGS
    assert refusal(tracking, b"M03 A 0") is None
    assert refusal(adjustment, b'C0 A 0 0 ""') is None
    assert refusal(tracking, b"M03 A 1").code == "M03"
    assert "automatic adjustment is on" in str(refusal(adjustment, b'C0 A 1 0 ""'))


@pytest.mark.parametrize("line", [b"ES", b"EL", b"M03 I", b"M03 L", b"M03 A", b"C0 A 0", b"S S   53.15042 g", b""])
def test_a_setting_that_cannot_be_asked_is_never_taken_for_off(line):
    with pytest.raises(NotChecked, match="could not be checked"):
        refusal(SETTINGS[0], line)


@given(st.binary(max_size=40) | st.text("S IDT+-.0123456789gmk", max_size=20).map(str.encode))
def test_any_line_is_a_weight_or_one_of_our_errors(line):
    with contextlib.suppress(ProtocolError, InstrumentError):
        assert isinstance(parse_weight(line), Weight)
    with contextlib.suppress(ProtocolError, InstrumentError):
        assert isinstance(parse_text(line, "I4"), str)


@given(st.decimals(min_value=-220, max_value=220, places=5), st.sampled_from("SD"))
def test_every_weight_that_the_balance_can_show_is_read_exactly(value, status):
    line = f"S {status} {value:>10} g".encode()
    assert parse_weight(line) == (float(value), "g", status == "S", "ok")
