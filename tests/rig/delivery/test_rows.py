"""Many records at once give what each gives alone: the study of the verdict's risk stands on it."""

import numpy as np
import pytest

from calibration.noise_model import NoiseModel
from rig.delivery.collected import Air, collected_ul
from rig.delivery.legs import evaporation_of, leg_of, noise_from
from rig.delivery.modelled import ModelledNoise
from rig.delivery.rows import delivery_of_rows, differences_ul
from rig.delivery.setup import Setup
from rig.delivery.volume import Delivery

HOUR, WINDOW_S = 3600.0, 300.0
SETUP = Setup(1.19, 8000.0, 997.77, 0.1, 53.0, 0.5, 30.0, 1.6, 1e-5, 1.0, 1e-5, 1e-5)
AIR = Air(np.array([0.0, 8 * HOUR]), np.array([1.19, 1.17]), 1e-3, "measured")
LEGS = ((0.0, HOUR), (4 * HOUR, 5 * HOUR))
ENDS = (1.5 * HOUR, 3.5 * HOUR)
TIME_S = np.arange(0.0, 5 * HOUR, 10.0)
WALKS = NoiseModel(2e-5, 0.3, 10.0, 1e-8, 4e-10, 9e-10 / HOUR, 50.0, 86400.0)


def readings(rows):
    rng = np.random.default_rng(1)
    flow_g = np.clip(TIME_S - HOUR, 0.0, 3 * HOUR) * 6.25e-3 / HOUR
    lost_g = rng.uniform(0.0, 5e-4, (rows, 1)) * TIME_S / HOUR
    return 53.0 + flow_g - lost_g + rng.uniform(1e-5, 5e-5, (rows, 1)) * rng.normal(size=(rows, TIME_S.size))


def alone(reading_g, model):
    mass_mg = collected_ul(SETUP, AIR, TIME_S, reading_g) * SETUP.fluid_kg_m3 / 1000.0
    parts = {"before": slice(0, 360), "after": slice(1440, 1800)}
    legs = [(name, *leg_of(TIME_S[part], mass_mg[part], name, model)) for name, part in parts.items()]
    told = noise_from([noise for _, _, noise in legs], TIME_S, mass_mg, WINDOW_S)
    noise = told if model is None else ModelledNoise.of(model, TIME_S, WINDOW_S)
    evaporation = evaporation_of([(name, leg) for name, leg, _ in legs], SETUP)
    return Delivery(TIME_S, reading_g, AIR, SETUP, evaporation, noise, WINDOW_S, legs_s=LEGS).difference_ul(*ENDS)


@pytest.mark.parametrize("model", [None, WALKS], ids=["noise of the legs", "noise model"])
def test_each_row_is_what_its_record_says_alone(model):
    many = readings(6)
    found = differences_ul(delivery_of_rows(TIME_S, many, AIR, SETUP, LEGS, WINDOW_S, model), *ENDS)
    for row, reading_g in enumerate(many):
        one = alone(reading_g, model)
        assert found.value[row] == pytest.approx(one.value, rel=1e-11)
        assert (found.u[row], found.nu_eff[row]) == pytest.approx((one.u, one.nu_eff), rel=1e-11)


def test_rows_differ_where_their_records_do():
    found = differences_ul(delivery_of_rows(TIME_S, readings(6), AIR, SETUP, LEGS, WINDOW_S), *ENDS)
    assert np.unique(found.u).size == 6
    assert (np.abs(found.value / found.value.mean() - 1.0) < 0.2).all()


def test_draws_of_a_difference_say_what_its_budget_says():
    one = Delivery(
        TIME_S, readings(1)[0], AIR, SETUP, evaporation_of([], SETUP), noise_from([], TIME_S, TIME_S, 60.0), WINDOW_S
    )
    drawn, told = one.difference_draws_ul(*ENDS, draws=100_000, seed=3), one.difference_ul(*ENDS)
    assert drawn.mean() == pytest.approx(told.value, abs=4 * told.u / 300)
    assert drawn.std() == pytest.approx(told.u, rel=0.02)
    assert (drawn == one.difference_draws_ul(*ENDS, draws=100_000, seed=3)).all()
