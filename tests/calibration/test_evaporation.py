"""Evaporation: two legs, a rate with its own uncertainty, a sign that is kept."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.errors import ImplausibleError
from calibration.evaporation import (
    MG_H_PER_G_S,
    Leg,
    evaporated_mass,
    evaporation_between,
    leg_from_levels,
    leg_rate_mg_h,
)
from calibration.units import MASS, MASS_RATE, TIME


def leg(rate_mg_h, u_mg_h):
    return Leg(MASS_RATE.quantity(rate_mg_h), MASS_RATE.quantity(u_mg_h))


def test_the_rate_lies_between_the_legs_with_what_it_may_have_wandered():
    found = evaporation_between(leg(0.30, 0.02), leg(0.36, 0.03))
    assert found.rate.m == pytest.approx(0.33)
    assert found.u.m**2 == pytest.approx((0.02**2 + 0.03**2) / 4.0 + 0.06**2 / 12.0)


def test_an_hour_of_leg_leaves_three_percent_of_a_basal_rate():
    """0.1 mg of level noise, legs of 1 h: U = 3.2 % of 6.25 mg/h."""
    one = leg_from_levels(
        MASS.quantity(50.0), MASS.quantity(49.9997), TIME.parse("t", "1 h"), MASS.parse("u", "0.1 mg")
    )
    found = evaporation_between(one, one)
    assert one.rate.m == pytest.approx(0.3)
    assert 2.0 * found.u.m / 6.25 == pytest.approx(0.032, abs=0.0002)


def test_two_hours_of_leg_know_the_rate_twice_as_well():
    for hours, u_mg_h in ((1.0, 0.1414), (2.0, 0.0707)):
        one = leg_from_levels(
            MASS.quantity(50.0), MASS.quantity(50.0), TIME.quantity(3600.0 * hours), MASS.quantity(1e-4)
        )
        assert one.u.m == pytest.approx(u_mg_h, rel=1e-3)


def test_a_gram_a_second_is_3_6_kilograms_an_hour():
    assert MG_H_PER_G_S == 1000.0 * 3600.0


def test_a_leg_that_reads_a_gain_keeps_its_sign():
    found = leg_from_levels(MASS.quantity(50.0), MASS.quantity(50.0001), TIME.quantity(3600.0), MASS.quantity(1e-4))
    assert found.rate.m == pytest.approx(-0.1)
    assert evaporated_mass(found, TIME.parse("run", "24 h")).mass.m_as("mg") == pytest.approx(-2.4)


def test_what_evaporated_carries_the_uncertainty_of_the_rate_along_the_run():
    found = evaporated_mass(leg(4.2, 0.6), TIME.parse("run", "24 h"))
    assert (found.mass.m_as("mg"), found.u.m_as("mg")) == pytest.approx((100.8, 14.4))


@pytest.mark.parametrize("memory", [0.0, 0.9])
def test_a_leg_of_readings_finds_the_rate_within_its_uncertainty(memory):
    generator = np.random.default_rng(7)
    time_s, rates = np.arange(0.0, 3600.0, 5.0), []
    for _ in range(60):
        noise_g = 2e-5 * remembered(generator.normal(size=time_s.size), memory)
        rate, u, nu = leg_rate_mg_h(time_s, 50.0 - 0.3e-3 * time_s / 3600.0 + noise_g)
        rates.append((rate - 0.3) / u)
    assert nu > 2.0
    assert 0.6 < np.std(rates) < 1.4


def remembered(white, memory):
    values = white.copy()
    for i in range(1, white.size):
        values[i] = memory * values[i - 1] + math.sqrt(1.0 - memory**2) * white[i]
    return values


def test_a_leg_without_duration_is_refused():
    with pytest.raises(ImplausibleError, match="duration"):
        leg_from_levels(MASS.quantity(50.0), MASS.quantity(50.0), TIME.quantity(0.0), MASS.quantity(1e-4))
    with pytest.raises(ImplausibleError, match="u_level"):
        leg_from_levels(MASS.quantity(50.0), MASS.quantity(50.0), TIME.quantity(1.0), MASS.quantity(-1e-4))
