"""Noise is made with known coefficients, and the fit must find them; a line through it must not matter."""

import numpy as np
import pytest

from calibration.errors import ImplausibleError
from calibration.noise_fit import fit_noise
from calibration.noise_model import NoiseModel
from calibration.record_noise import NoiseProperties, noise_table


def made(seed, *, walk_mg=0.0, white_mg=0.02, lag=0.0, hours=24.0, drift_mg_h=0.0, step_s=3.0):
    rng = np.random.default_rng(seed)
    time_s = np.arange(0.0, hours * 3600.0, step_s)
    walk = np.cumsum(rng.normal(size=len(time_s))) * walk_mg * np.sqrt(step_s / 3600.0)
    noise = rng.normal(size=len(time_s)) * white_mg
    for i in range(1, len(noise) if lag else 0):
        noise[i] = lag * noise[i - 1] + np.sqrt(1 - lag**2) * noise[i]
    return time_s, 53.0 + 1e-3 * (walk + noise + drift_mg_h * time_s / 3600.0)


def walk_mg(model):
    return 1e3 * np.sqrt(3600.0 * model.walk_g2_s)


def test_a_walk_is_found_as_often_too_large_as_too_small():
    found = [walk_mg(fit_noise(*made(seed, walk_mg=0.1), seed=1)) ** 2 for seed in range(20)]
    assert np.mean(found) == pytest.approx(0.01, rel=0.2)


def test_white_noise_alone_makes_no_walk_worth_a_name():
    model = fit_noise(*made(3), seed=1)
    assert model.reading_g == pytest.approx(2e-5, rel=0.02)
    assert model.growth_g2(24 * 3600.0, 600.0) < (5e-6) ** 2


def test_the_correlation_of_neighbours_is_found():
    model = fit_noise(*made(4, lag=0.5), seed=1)
    assert model.lag_one == pytest.approx(0.5, abs=0.08)


def test_drift_and_evaporation_are_not_noise():
    calm, drifting = (fit_noise(*made(5, walk_mg=0.05, drift_mg_h=drift), seed=1) for drift in (0.0, -3.0))
    assert drifting.walk_g2_s == pytest.approx(calm.walk_g2_s, rel=1e-6, abs=0.0)


def test_the_same_readings_and_seed_give_the_same_digits():
    readings = made(6, walk_mg=0.1, hours=6.0)
    assert fit_noise(*readings, seed=2) == fit_noise(*readings, seed=2)


@pytest.mark.parametrize("hours", [0.0, 0.5, 3.0])
def test_a_record_that_is_too_short_is_refused(hours):
    with pytest.raises(ImplausibleError, match="record as long as a run"):
        fit_noise(*made(7, hours=hours), seed=1)


def test_a_record_with_holes_is_refused():
    time_s, mass_g = made(8)
    kept = (time_s < 10_000) | (time_s > 30_000)
    with pytest.raises(ImplausibleError, match="minutes empty"):
        fit_noise(time_s[kept], mass_g[kept], seed=1)


def test_a_slope_wanders_as_the_model_says():
    """6/5 of the walk over the length of a leg, by itself: 0.11 mg/h for one hour at 0.1 mg in the root of an hour."""
    model = NoiseModel(1e-9, 0.0, 3.0, 0.0, 0.0, 1e-8 / 3600.0, 50.0, 86400.0)
    slopes = [np.polyfit(*made(seed, walk_mg=0.1, white_mg=0.0, hours=1.0), 1)[0] for seed in range(400)]
    told = np.sqrt(model.slope_g2_s2(made(0, hours=1.0)[0]))
    assert np.std(slopes) == pytest.approx(told, rel=0.1)


def test_what_a_file_says_reads_back_as_the_model():
    model = fit_noise(*made(9, walk_mg=0.1), seed=1)
    stood = {"load": "53 g", "load_volume": "53 mL", "needle_outer_diameter": "1.6 mm", "readings": 9}
    again = NoiseProperties(**noise_table(model), **stood, record_digest="0" * 64).model()
    assert again.walk_g2_s == pytest.approx(model.walk_g2_s, rel=1e-9, abs=0.0)
    assert (again.nu, again.length_s) == (model.nu, model.length_s)
