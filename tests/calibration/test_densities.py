"""Densities of water, air and other fluids against published values."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.air_density import air_density, air_density_kg_m3
from calibration.errors import BareNumberError, CalibrationError, ImplausibleError, UnitError
from calibration.fluid import MeasuredFluid, Water
from calibration.units import (
    AIR_PRESSURE,
    DENSITY,
    DENSITY_DIFFERENCE,
    HUMIDITY,
    RATIO,
    TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
)
from calibration.water_density import water_density, water_density_kg_m3


def room(t, p, h):
    return TEMPERATURE.quantity(t), AIR_PRESSURE.quantity(p), HUMIDITY.quantity(h)


def test_water_is_tanaka(vector):
    given, expected, tolerance = vector("GRAV-01")
    found = water_density(TEMPERATURE.quantity(np.array(given["t_C"])))
    assert found.m_as("kg/m**3") == pytest.approx(expected["rho_kg_m3"], abs=tolerance["abs"])
    assert water_density_kg_m3(given["t_C"]) == pytest.approx(found.m)


@pytest.mark.parametrize("temperature_c", [-0.1, 40.1, float("nan")])
def test_water_outside_the_formula_is_refused(temperature_c):
    with pytest.raises(ImplausibleError, match="between 0 and 40 degC"):
        water_density_kg_m3([20.0, temperature_c])


def test_ice_water_and_forty_degrees_belong_to_the_formula():
    """Tanaka 2001, table: 999.8428 kg/m3 at 0 degC and 992.2152 kg/m3 at 40 degC."""
    assert water_density_kg_m3([0.0, 40.0]) == pytest.approx([999.8428, 992.2152], abs=2e-4)


def test_the_temperature_that_is_outside_is_named():
    with pytest.raises(ImplausibleError, match="found 41 degC"):
        water_density_kg_m3([20.0, 41.0, 21.0])


def test_dissolved_air_makes_water_a_little_lighter():
    pure, saturated = (water_density(TEMPERATURE.quantity(20.0), air_saturated=a) for a in (False, True))
    assert (saturated - pure).m == pytest.approx(-0.0025, abs=1e-4)


def test_air_is_cipm_2007(vector):
    given, expected, tolerance = vector("GRAV-02")
    state = room(given["t_C"], given["p_hPa"], given["RH_percent"])
    found = air_density(*state, x_co2=RATIO.quantity(given["xCO2"] * 100.0))
    assert found.m_as("kg/m**3") == pytest.approx(expected["rho_air_kg_m3"], abs=tolerance["abs"])
    assert air_density(*state) == found
    assert air_density_kg_m3(given["t_C"], given["p_hPa"], given["RH_percent"]) == pytest.approx(found.m)


@pytest.mark.parametrize(("form", "key"), [("OIML R111", "OIML_R111"), ("Spieweck", "Spieweck")])
def test_simplified_air(vector, form, key):
    given, expected, tolerance = vector("GRAV-04")
    t, p, h = np.array(given["t_p_h"], dtype=float).T
    found = air_density(*room(t, p, h), form=form).m_as("kg/m**3")
    assert found == pytest.approx(expected[key], abs=tolerance["abs"])
    assert found == pytest.approx(air_density_kg_m3(t, p, h), abs=3.1e-4)


def test_carbon_dioxide_makes_air_heavier():
    usual, breathed = (air_density_kg_m3(20.0, 1013.25, 50.0, x) for x in (0.0004, 0.0014))
    assert breathed / usual - 1.0 == pytest.approx(1.4446e-3 / 3.48374, rel=0.01)


def test_air_doors_refuse_what_cannot_be():
    with pytest.raises(ImplausibleError, match="pressure"):
        air_density(TEMPERATURE.quantity(20.0), AIR_PRESSURE.quantity(10.0), HUMIDITY.quantity(50.0))
    with pytest.raises(BareNumberError, match="humidity"):
        air_density(TEMPERATURE.quantity(20.0), AIR_PRESSURE.quantity(1000.0), 50.0)
    with pytest.raises(UnitError, match="'OIML R111'"):
        air_density(*room(20.0, 1000.0, 50.0), form="ideal gas")


SALINE = MeasuredFluid(
    name="saline",
    measured=DENSITY.quantity(1004.6),
    u=DENSITY_DIFFERENCE.quantity(0.05),
    at=TEMPERATURE.quantity(20.0),
    within=TEMPERATURE_DIFFERENCE.quantity(5.0),
)


def test_a_measured_fluid_expands_like_water_nearby():
    there, warmer = (SALINE.density(TEMPERATURE.quantity(t)).m for t in (20.0, 22.0))
    assert there == pytest.approx(1004.6)
    assert warmer / there == pytest.approx(float(water_density_kg_m3(22.0) / water_density_kg_m3(20.0)))
    assert Water().density(TEMPERATURE.quantity(20.0)).m == pytest.approx(998.2067, abs=1e-4)


def test_a_measured_fluid_is_not_guessed_far_away():
    with pytest.raises(CalibrationError, match="within 5 K of 20 degC"):
        SALINE.density(TEMPERATURE.quantity(37.0))
