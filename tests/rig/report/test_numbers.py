"""Numbers as a report prints them, and columns wide enough for what stands in them."""

import math

import pytest

from calibration.units import TEMPERATURE_DIFFERENCE, VOLUME
from rig.report.columns import page_width, shares, text_width
from rig.report.document import Column, Table
from rig.report.numbers import accepted_text, limits_text, measured, nu_text, quantity, risk_text, significant


@pytest.mark.parametrize(
    ("value", "expanded", "printed"),
    [
        (-0.03185, 0.0974, "−0.032 ± 0.097 %"),
        (18.5523, 0.716, "+18.55 ± 0.72 %"),
        (1.0, None, "+1 %"),
        (None, None, "not determined"),
    ],
)
def test_u_has_two_digits_and_the_value_its_decimals(value, expanded, printed):
    assert measured(value, expanded, "%") == printed


@pytest.mark.parametrize(("risk", "printed"), [(0.0, "< 0.1 %"), (0.0226, "2.3 %"), (0.99999, "> 99.9 %")])
def test_a_risk_promises_no_zero(risk, printed):
    assert risk_text(risk) == printed


def test_degrees_of_freedom_are_cut_and_many_are_many():
    assert [nu_text(nu) for nu in (8.99, 170.2, 2e9, math.inf)] == ["8", "170", "> 1000", "> 1000"]


def test_limits_keep_the_digits_of_their_kind():
    assert limits_text(-14.5, 14.5, "%") == "±14.5 %"
    assert limits_text(None, 5.0, "s") == "≤ 5 s"
    assert limits_text(-10.0, 12.0, "%") == "−10 to 12 %"


def test_small_numbers_are_powers_and_readable_ones_are_not():
    assert [significant(one, 2) for one in (1.6e-6, 0.00055, 35.0, 0.0)] == ["1.6 × 10⁻⁶", "0.00055", "35", "0"]


def test_units_are_spelled_as_in_the_files():
    assert quantity(VOLUME.parse("v", "20 mL")) == "20 mL"
    assert quantity(TEMPERATURE_DIFFERENCE.parse("u", "0.1 K")) == "0.1 K"


def test_decimal_points_of_a_column_meet():
    table = Table("t", (Column("x", "decimal"),), (("0.12",), ("10",), ("none",)))
    assert table.padding() == (("",), (".12",), ("",))


def test_one_long_answer_does_not_starve_the_question_beside_it():
    rows = [["question", "answer"], ["Has the balance been on for as long as its manual asks?", "word " * 60]]
    question, answer = shares(rows, page_width(2))
    assert question > text_width("question")
    assert question + answer == pytest.approx(page_width(2))


def test_an_id_is_never_narrower_than_itself():
    rows = [["id", "in words"], ["REQ-A-VERY-LONG-IDENTIFIER", "word " * 60]]
    assert shares(rows, page_width(2))[0] > text_width("REQ-A-VERY-LONG-IDENTIFIER")


def test_where_u_leaves_nothing_to_accept_it_says_so():
    assert accepted_text((1.95, -1.95), "%") == "none: U is too large"
    assert accepted_text((-14.4026, 14.4026), "%") == "±14.40 %"
    assert accepted_text((None, None), "%") == ""


@pytest.mark.parametrize(
    ("accept", "printed"),
    [
        ((-14.397, 14.397), "±14.39 %"),
        ((-9.8765, 11.2345), "−9.876 to 11.23 %"),
        ((0.123456, None), "≥ 0.1235 %"),
        ((None, 99.999), "≤ 99.99 %"),
        ((-14.4, 14.399999999999999), "±14.40 %"),
        ((0.0, 1234.56), "0.000 to 1234 %"),
    ],
)
def test_what_is_accepted_is_rounded_inward(accept, printed):
    assert accepted_text(accept, "%") == printed
