"""Sums in braces, and what is none."""

import pytest

from rig.campaign.template import TemplateError, filled

KNOWN = {"m": 30.0, "t0": 1.25, "e": -0.02}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{m}", 30),
        ("{1 + m / 100}", 1.3),
        ("{-m}", -30),
        ("{floor(m / 7)}", 4),
        ("{t0 + m / 60} h", "1.75 h"),
        ("{(1 + e) * 2} to {m}", "1.96 to 30"),
        ("no braces", "no braces"),
        (True, True),
    ],
)
def test_a_sum_is_worked_out(text, value):
    made = filled(text, KNOWN)
    assert made == value
    assert type(made) is type(value)


def test_lists_and_tables_are_gone_through():
    assert filled({"stall": [["{t0} h", "2 h"]], "n": 5}, KNOWN) == {"stall": [["1.25 h", "2 h"]], "n": 5}


@pytest.mark.parametrize("text", ["{x}", "{1 +}", "{m / 0}", "{m ** 2}", "{__import__('os')}", "{'a'}", "{}"])
def test_what_is_no_sum_is_refused_with_the_names_that_there_are(text):
    with pytest.raises(TemplateError, match="e, m, t0"):
        filled(text, KNOWN)
