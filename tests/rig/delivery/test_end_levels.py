"""V(t2) - V(t1) by generalised least squares: right where a slope is wrong, and U holds the truth."""

import numpy as np
import pytest

from calibration.errors import DoseproofError
from calibration.noise_model import NoiseModel
from rig.delivery.constant_rate import constant_rate
from rig.delivery.corners import Corner
from rig.delivery.legs import evaporation_of, leg_of
from rig.delivery.modelled import ModelledNoise
from rig.delivery.setup import Setup
from rig.delivery.volume import Air, Delivery

HOUR, WINDOW_S, STEP_S = 3600.0, 600.0, 10.0
WALK = NoiseModel(2e-5, 0.0, STEP_S, 0.0, 0.0, 2.8e-12, 50.0, 86400.0)
STILL = NoiseModel(2e-5, 0.0, STEP_S, 0.0, 0.0, 0.0, 50.0, 86400.0)
QUIET = NoiseModel(2e-5, 0.0, STEP_S, 0.0, 0.0, 2.8e-14, 50.0, 86400.0)
SETUP = Setup(1.19, 8000.0, 997.77, 1e-6, 53.0, 1e-6, 30.0, 1e-9, 1e-9, 1.0, 1e-9, 1e-9)
G_S = 6.25e-3 / HOUR
BUOYANCY = (1 - 1.19 / 8000.0) / (1 - 1.19 / 997.77)
MG_UL = SETUP.fluid_kg_m3 / 1000.0


def noise(model, time_s, rng):
    walk = np.cumsum(rng.normal(size=len(time_s))) * np.sqrt(model.walk_g2_s * STEP_S)
    return walk + model.reading_g * rng.normal(size=len(time_s))


def delivery(model, time_s, reading_g, legs_s, corners=()):
    mass_mg = 1e3 * reading_g * BUOYANCY
    masks = [(time_s >= begin) & (time_s <= end) for begin, end in legs_s]
    legs = [(str(n), leg_of(time_s[one], mass_mg[one], str(n), model)[0]) for n, one in enumerate(masks)]
    air = Air(time_s[:1], np.array([1.19]), 1e-9, "declared")
    gone, modelled = evaporation_of(legs, SETUP), ModelledNoise.of(model, time_s, WINDOW_S)
    made = Delivery(time_s, reading_g, air, SETUP, gone, modelled, WINDOW_S, legs_s=tuple(legs_s))
    return made.with_corners(*corners)


def stalled(begin_h):
    """A day at 0.15 mL/day between legs of 2 h, in which the pump stands still for an hour."""
    time_s = np.arange(0.0, 28.2 * HOUR, STEP_S)
    ran_s = np.clip(time_s - 2 * HOUR, 0.0, 24.1 * HOUR) - np.clip(time_s - (begin_h + 2.05) * HOUR, 0.0, HOUR)
    return time_s, G_S * ran_s + noise(QUIET, time_s, np.random.default_rng(4))


@pytest.mark.parametrize(("begin_h", "slope_says"), [(11.5, -6.1), (21.5, -1.9)], ids=["middle", "near the end"])
def test_a_stall_of_an_hour_is_4_percent_of_a_day_and_a_slope_is_refused(begin_h, slope_says):
    time_s, reading_g = stalled(begin_h)
    legs = ((0.0, 1.9 * HOUR), (26.2 * HOUR, 28.2 * HOUR))
    begin, end = 2.05 * HOUR, 26.05 * HOUR
    found = delivery(QUIET, time_s, reading_g, legs).difference_ul(begin, end)
    programmed_ul = 24 * 6.25 / MG_UL * BUOYANCY
    assert 100 * (found.value / programmed_ul - 1) == pytest.approx(-4.17, abs=300 * found.u / programmed_ul)
    during = (time_s >= begin) & (time_s <= end)
    plain = np.polyfit(time_s[during], reading_g[during], 1)[0]
    assert 100 * (plain / G_S - 1) == pytest.approx(slope_says, abs=0.25)
    slope = constant_rate(QUIET, time_s[during], reading_g[during], WINDOW_S)
    assert slope.p < 1e-9
    with pytest.raises(DoseproofError, match="expected a constant rate, found residuals that noise does not explain"):
        slope.checked()


def test_lack_of_fit_lets_95_of_100_constant_rates_pass():
    time_s = np.arange(0.0, 6 * HOUR, STEP_S)
    rates = [
        constant_rate(WALK, time_s, G_S * time_s + noise(WALK, time_s, np.random.default_rng(seed)), WINDOW_S)
        for seed in range(60)
    ]
    assert np.mean([one.accepted for one in rates]) >= 0.85
    misses = np.array([(one.rate_g_s - G_S) / one.u_g_s for one in rates])
    assert misses.std() == pytest.approx(1.0, abs=0.3)


@pytest.mark.parametrize("model", [WALK, STILL], ids=["walk", "still"])
def test_levels_and_legs_together_scatter_as_their_uncertainty_says(model):
    errors = []
    for seed in range(40):
        time_s = np.arange(0.0, 10 * HOUR, STEP_S)
        reading_g = noise(model, time_s, np.random.default_rng(seed)) - 3e-4 * time_s / HOUR
        made = delivery(model, time_s, reading_g, ((0.0, 2 * HOUR), (8 * HOUR, 10 * HOUR)))
        increment = made.increment(3 * HOUR, 7 * HOUR)
        lost_g = 4e-3 * increment.evaporation_mg_h[0]
        errors.append((BUOYANCY * increment.value_g + lost_g) / increment.u_noise_g)
    assert np.std(errors) == pytest.approx(1.0, abs=0.3)
    assert abs(np.mean(errors)) < 0.5


def test_the_budget_has_increment_and_evaporation_with_their_correlation():
    time_s = np.arange(0.0, 10 * HOUR, STEP_S)
    made = delivery(
        WALK, time_s, noise(WALK, time_s, np.random.default_rng(1)), ((0.0, 2 * HOUR), (8 * HOUR, 10 * HOUR))
    )
    increment = made.increment(3 * HOUR, 7 * HOUR)
    found = made.difference_ul(3 * HOUR, 7 * HOUR)
    assert found.components[0].name in {"increment_g", "evaporation_mg_h"}
    assert found.value * MG_UL == pytest.approx(1e3 * increment.value_g + 4 * increment.evaporation_mg_h[0], rel=2e-3)
    assert increment.u_noise_g * 1e3 <= found.u * MG_UL * 1.001


def test_a_level_that_shares_readings_with_a_leg_stands_by_itself():
    time_s = np.arange(0.0, 10 * HOUR, STEP_S)
    reading_g = noise(WALK, time_s, np.random.default_rng(1))
    legs = ((0.0, 2 * HOUR), (8 * HOUR, 10 * HOUR))
    made = delivery(WALK, time_s, reading_g, legs, [Corner(2 * HOUR, calm_before=True)])
    assert made.increment(2 * HOUR, 7 * HOUR).evaporation_mg_h is None
    assert made.increment(3 * HOUR, 3 * HOUR + 300.0).evaporation_mg_h is None
    assert made.increment(3 * HOUR, 7 * HOUR).evaporation_mg_h is not None
