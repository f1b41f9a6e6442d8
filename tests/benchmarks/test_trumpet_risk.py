"""A trumpet fails few pumps that conform, and passes few of which one window does not."""

from __future__ import annotations

import pytest

FEW, MANY = 80, 2000


@pytest.fixture(scope="module")
def risk(script):
    return script("trumpet_risk")


def most(records):
    """2.5 %, and four standard deviations of a count."""
    return 0.025 * records + 4.0 * (0.025 * 0.975 * records) ** 0.5


def test_few_pumps_fail_of_which_every_window_is_at_the_limit(risk):
    found = risk.outcomes(risk.KINDS["white noise, 1 h"], FEW)
    assert found["fail"] <= most(FEW)
    assert found["fail by one"] > FEW / 2  # with the uncertainty of one, most of them did


def test_few_pumps_pass_of_which_one_window_is_at_the_limit(risk):
    found = risk.one_at_the_limit(risk.KINDS["walk and flicker, 2 h"], FEW // 3)
    assert found["pass"] <= most(FEW // 3)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(4))
def test_two_thousand_of_each(risk, number):
    kind = list(risk.KINDS.values())[number]
    assert risk.outcomes(kind, MANY)["fail"] <= most(MANY)
    assert risk.one_at_the_limit(kind, MANY)["pass"] <= most(MANY)
