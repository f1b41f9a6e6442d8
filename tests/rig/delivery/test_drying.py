"""Air that strays from what it was in the evaporation legs: how much more or less may have evaporated."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.noise_model import NoiseModel
from fixtures.synthetic.bench import HOUR_S, Run
from fixtures.synthetic.study import coverage, study
from fixtures.synthetic.untold import evaporates_by_day
from rig.delivery.drying import Drying, saturation_deficit_pa

LEGS_S = ((0.0, 3600.0), (18000.0, 21600.0))
TIME_S = np.arange(0.0, 21601.0, 60.0)
NOISE = NoiseModel(2e-5, 0.3, 10.0, 0.0, 0.0, 0.0, math.inf, 86400.0)
SIX_HOURS = Run("1 mL/day, 6 h", 1000.0 / 24.0, 6.0, 1.0)


def test_the_deficit_is_what_the_steam_tables_leave_at_half_humidity():
    """Saturation at 20 degC is 2339.2 Pa (IAPWS-95; W. Wagner and A. Pruss, J. Phys. Chem. Ref. Data 31 (2002) 387)."""
    assert saturation_deficit_pa(20.0, 50.0) == pytest.approx(2339.2 / 2, rel=3e-4)
    assert saturation_deficit_pa(20.0, 100.5) == 0.0


@given(st.floats(5.0, 40.0), st.floats(0.0, 95.0))
def test_a_steady_room_adds_nothing(temperature, humidity):
    air = Drying.seen(TIME_S, np.full_like(TIME_S, saturation_deficit_pa(temperature, humidity)), LEGS_S)
    assert air.strayed_s(3600.0, 18000.0) == pytest.approx(0.0, abs=1e-6)


def test_a_room_that_is_twice_as_dry_between_the_legs_may_take_as_much_again():
    dry = np.where((TIME_S > 3600.0) & (TIME_S < 18000.0), 2000.0, 1000.0)
    air = Drying.seen(TIME_S, dry, LEGS_S)
    assert air.strayed_s(7200.0, 14400.0) == pytest.approx(7200.0)
    assert air.strayed_s(TIME_S[:3], TIME_S[:3] + 7200.0).shape == (3,)


def test_legs_in_saturated_air_divide_by_no_error_of_a_sensor():
    humid = np.where((TIME_S > 3600.0) & (TIME_S < 18000.0), 1000.0, 1e-9)
    assert Drying.seen(TIME_S, humid, LEGS_S).strayed_s(7200.0, 14400.0) == pytest.approx(19.0 * 7200.0)
    assert Drying.seen(TIME_S, 0.0 * TIME_S, LEGS_S).strayed_s(7200.0, 14400.0) == 0.0


def test_declared_air_strays_by_its_half_widths_all_along():
    assert Drying.declared(0.2, 0.0, 21600.0).strayed_s(3600.0, 7200.0) == pytest.approx(720.0)


@pytest.mark.parametrize("phase", np.linspace(0.0, 2.0 * math.pi, 6, endpoint=False).tolist())
def test_u_holds_evaporation_by_day_and_night_where_the_room_saw_it(phase):
    """Without the room 80 % of them are held, over all phases; at the worst two 65 %."""
    time_s = np.arange(0.0, SIX_HOURS.legs_s[1][1], 60.0)
    wave = 1.0 + 0.3 * np.sin(2.0 * math.pi * time_s / (24.0 * HOUR_S) + phase)
    seen = Drying.seen(time_s, 1000.0 * wave, SIX_HOURS.legs_s)
    made = study(SIX_HOURS, NOISE, 500, 4, untold=evaporates_by_day(0.3, phase), drying=seen)
    assert coverage(made) >= 0.94 - 2.0 * math.sqrt(0.94 * 0.06 / 500)
