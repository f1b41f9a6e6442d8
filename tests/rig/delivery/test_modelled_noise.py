"""A balance that walks: its record without flow is what makes U hold the truth; the legs alone do not know."""

import numpy as np
import pytest

from calibration.noise_fit import fit_noise
from rig.delivery.legs import evaporation_of, leg_of, noise_from
from rig.delivery.modelled import ModelledNoise
from rig.delivery.setup import Setup
from rig.delivery.volume import Air, Delivery

HOUR, STEP_S = 3600.0, 10.0
BEGIN_S, END_S = 2 * HOUR, 10 * HOUR
#: Everything but noise is known: what is left of U is what the noise and the legs say.
SETUP = Setup(1.19, 8000.0, 997.77, 1e-6, 53.0, 1e-6, 30.0, 1e-9, 1e-9, 1.0, 1e-9, 1e-9)
EVAPORATION_G_H = 3e-4


def walked(rng, hours):
    """Readings that scatter by 0.02 mg on a balance that walks 0.1 mg in the root of an hour."""
    time_s = np.arange(0.0, hours * HOUR, STEP_S)
    walk_g = np.cumsum(rng.normal(size=len(time_s))) * 1e-4 * np.sqrt(STEP_S / HOUR)
    return time_s, walk_g + 2e-5 * rng.normal(size=len(time_s)) - EVAPORATION_G_H * time_s / HOUR


def misses(seed, model):
    """Error of six hours without flow between legs of two hours, and U; in uL."""
    time_s, reading_g = walked(np.random.default_rng(seed), 12.0)
    legs = {"before": time_s < BEGIN_S, "after": time_s > END_S}
    found = [(name, *leg_of(time_s[leg], 1e3 * reading_g[leg], name, model)) for name, leg in legs.items()]
    noise = noise_from([one for _, _, one in found], time_s, 1e3 * reading_g, 600.0)
    noise = noise if model is None else ModelledNoise.of(model, time_s, 600.0)
    gone = evaporation_of([leg[:2] for leg in found], SETUP)
    air = Air(time_s[:1], np.array([1.19]), 1e-9, "declared")
    volume = Delivery(time_s, reading_g, air, SETUP, gone, noise, 600.0).difference_ul(3 * HOUR, 9 * HOUR)
    return abs(volume.value), 2 * volume.u


def coverage(model):
    return np.mean([error <= expanded for error, expanded in (misses(seed, model) for seed in range(300))])


@pytest.fixture(scope="module")
def model():
    return fit_noise(*walked(np.random.default_rng(99), 24.0), seed=7)


def test_with_a_noise_model_u_holds_the_truth_in_95_of_100(model):
    assert coverage(model) >= 0.94


def test_without_one_it_does_not_which_is_why_there_is_one():
    assert coverage(None) < 0.8


def test_covariance_and_budget_tell_the_same(model):
    time_s, reading_g = walked(np.random.default_rng(3), 12.0)
    air, gone = Air(time_s[:1], np.array([1.19]), 1e-9, "declared"), evaporation_of([], SETUP)
    found = Delivery(time_s, reading_g, air, SETUP, gone, ModelledNoise.of(model, time_s, 600.0), 600.0)
    _, covariance = found.levels_ul(np.array([3 * HOUR, 9 * HOUR]))
    u = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    assert u == pytest.approx(found.difference_ul(3 * HOUR, 9 * HOUR).u, rel=0.02)
