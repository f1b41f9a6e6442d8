"""Mass to volume against published and computed values."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.air_density import air_density
from calibration.errors import DimensionError, ImplausibleError
from calibration.gravimetry import (
    collected_volume,
    mass_buoyancy_factor,
    needle_corrected_volume,
    restated_volume,
    volume_at_reference,
    z_factor,
)
from calibration.units import AIR_PRESSURE, DENSITY, EXPANSION, HUMIDITY, LENGTH, MASS, TEMPERATURE, VOLUME
from calibration.water_density import water_density


def air(t, p, h, form):
    return air_density(TEMPERATURE.quantity(t), AIR_PRESSURE.quantity(p), HUMIDITY.quantity(h), form=form)


@pytest.mark.parametrize(
    ("name", "form"), [("GRAV-05", "Spieweck"), ("GRAV-05", "CIPM-2007"), ("GRAV-07", "CIPM-2007")]
)
def test_z_factor(vector, name, form):
    given, expected, tolerance = vector(name)
    t, p = np.asarray(given["t_C"], float), np.asarray(given["p_hPa"], float)
    weights = DENSITY.quantity(float(given["rho_b"]))
    found = z_factor(
        water_density(TEMPERATURE.quantity(t)), air(t, p, given["RH_percent"], form), weights_density=weights
    )
    assert found.m_as("uL/mg") == pytest.approx(np.asarray(expected["Z_uL_per_mg"]), abs=tolerance["abs"])


def test_mass_buoyancy_factor(vector):
    given, expected, tolerance = vector("GRAV-09")
    sample, weights, around = (
        DENSITY.quantity(1000.0 * given[key]) for key in ("rho_sample_g_cm3", "rho_weights_g_cm3", "rho_air_g_cm3")
    )
    found = mass_buoyancy_factor(sample, around, weights_density=weights)
    assert found.m_as("") == pytest.approx(expected["MABC"], abs=tolerance["abs"])


def states(given):
    rooms = (given["adjust"], given["start"], given["end"])
    return [air(s["t_C"], s["p_hPa"], s["RH_percent"], "OIML R111") for s in rooms]


def test_a_pressure_front_is_corrected_on_the_load(vector):
    given, expected, tolerance = vector("GRAV-10")
    adjusted, first, last = states(given)
    found = collected_volume(
        MASS.quantity(given["R1_g"]),
        MASS.quantity(given["R2_g"]),
        fluid_density=water_density(TEMPERATURE.quantity(given["t_water_C"])),
        air_at_adjustment=adjusted,
        air_first=first,
        air_last=last,
        load_volume=VOLUME.quantity(given["V_load_mL"] * 1000.0),
        weights_density=DENSITY.quantity(float(given["rho_b"])),
    )
    assert found.m_as("uL") == pytest.approx(expected["V_uL"], abs=tolerance["abs"])


def test_the_z_factor_alone_takes_the_front_for_delivery(vector):
    given, expected, tolerance = vector("GRAV-10")
    factor = z_factor(water_density(TEMPERATURE.quantity(given["t_water_C"])), states(given)[2])
    found = MASS.quantity(given["R2_g"] - given["R1_g"]) * factor
    assert found.m_as("uL") == pytest.approx(expected["V_without_load_term_uL"], abs=tolerance["abs"])


def test_a_body_in_changing_air_has_not_gained_volume():
    """What the balance equation must undo: the reading of an unchanged vessel of water, from first principles."""
    mass_g, load_ml, first, last = 53.2, 53.0, 1.20, 1.17
    readings = [(mass_g - rho * load_ml * 1e-3) / (1.0 - 1.2 / 8000.0) for rho in (first, last)]
    found = collected_volume(
        *(MASS.quantity(reading) for reading in readings),
        fluid_density=DENSITY.quantity(998.0),
        air_at_adjustment=DENSITY.quantity(1.2),
        air_first=DENSITY.quantity(first),
        air_last=DENSITY.quantity(last),
        load_volume=VOLUME.quantity(load_ml * 1e3),
    )
    assert readings[1] - readings[0] == pytest.approx(1.59e-3, rel=0.01)
    assert found.m == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("weights", [8000.0, 8400.0, 2700.0])
def test_the_weights_of_the_adjustment_matter_by_their_own_buoyancy(weights):
    """A liter of liquid more, in air that does not change: rho V (1 - a/rho) = R (1 - a/rho_b)."""
    around, liquid = 1.2, 1000.0
    gained_g = 1000.0 * (1.0 - around / liquid) / (1.0 - around / weights)
    found = collected_volume(
        MASS.quantity(100.0),
        MASS.quantity(100.0 + gained_g),
        fluid_density=DENSITY.quantity(liquid),
        air_at_adjustment=DENSITY.quantity(around),
        air_first=DENSITY.quantity(around),
        air_last=DENSITY.quantity(around),
        load_volume=VOLUME.quantity(5e4),
        weights_density=DENSITY.quantity(weights),
    )
    assert found.m == pytest.approx(1e6, rel=1e-12)


def test_a_submerged_needle_makes_the_balance_read_high(vector):
    given, expected, tolerance = vector("GRAV-12")
    found = needle_corrected_volume(
        VOLUME.quantity(given["reading_uL"]),
        needle_diameter=LENGTH.quantity(given["needle_OD_mm"]),
        vessel_diameter=LENGTH.quantity(given["beaker_ID_mm"]),
    )
    assert found.m_as("uL") == pytest.approx(expected["V_uL"], abs=tolerance["abs"])


@pytest.mark.parametrize("needle_mm", [30.0, 1.6])
def test_a_needle_as_wide_as_its_vessel_leaves_no_room(needle_mm):
    with pytest.raises(ImplausibleError, match=r"expected less than the vessel.s 1\.6 mm"):
        needle_corrected_volume(
            VOLUME.quantity(1.0), needle_diameter=LENGTH.quantity(needle_mm), vessel_diameter=LENGTH.quantity(1.6)
        )


def test_where_densities_begin_and_end():
    """A fluid as dense as air has no volume to be weighed; weights of a kilogram a litre are just metal enough."""
    around = DENSITY.quantity(1.2)
    for correct in (z_factor, mass_buoyancy_factor):
        with pytest.raises(ImplausibleError, match=r"expected more than the air.s 1\.2 kg/m3, found 1\.2 kg/m3"):
            correct(around, around)
        assert correct(DENSITY.quantity(998.0), around, weights_density=DENSITY.quantity(1000.0)).m > 0.0
        with pytest.raises(ImplausibleError, match=r"1000 kg/m3 or more, found 999\.9 kg/m3"):
            correct(DENSITY.quantity(998.0), around, weights_density=DENSITY.quantity(999.9))


def test_needle_and_vessel_are_not_exchanged():
    with pytest.raises(ImplausibleError, match="outer diameter"):
        needle_corrected_volume(
            VOLUME.quantity(1.0), needle_diameter=LENGTH.quantity(30.0), vessel_diameter=LENGTH.quantity(1.6)
        )


def test_body_temperature_and_room_temperature_differ_by_half_a_percent():
    cold, warm = (water_density(TEMPERATURE.quantity(t)) for t in (22.0, 37.0))
    found = restated_volume(VOLUME.quantity(1000.0), density_then=cold, density_stated=warm)
    assert found.m_as("uL") == pytest.approx(1004.47, abs=0.01)


def test_an_instrument_referred_to_its_temperature():
    found = volume_at_reference(
        VOLUME.quantity(1000.0),
        temperature=TEMPERATURE.quantity(25.0),
        reference=TEMPERATURE.quantity(20.0),
        expansion=EXPANSION.parse("gamma", "2.4e-4 1/K"),
    )
    assert found.m_as("uL") == pytest.approx(998.8)


def test_densities_in_the_wrong_order_are_noticed():
    water, around = DENSITY.quantity(998.2), DENSITY.quantity(1.2)
    with pytest.raises(ImplausibleError, match="order of the arguments"):
        z_factor(around, water)
    with pytest.raises(ImplausibleError, match="weights_density"):
        z_factor(water, around, weights_density=DENSITY.quantity(8.0))
    with pytest.raises(DimensionError, match="air_density"):
        z_factor(water, MASS.quantity(1.2))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"air_first": DENSITY.quantity(998.0)}, "air_first: expected the density of air, 0.5 to 1.6 kg/m3, found 998"),
        ({"air_last": DENSITY.quantity(1.7)}, "air_last: expected the density of air"),
        ({"air_at_adjustment": DENSITY.quantity(8000.0)}, "air_at_adjustment: expected the density of air"),
        ({"load_volume": VOLUME.parse("load", "-5 mL")}, "load_volume: expected .* from zero up, found -5000 uL"),
    ],
)
def test_no_volume_is_collected_in_what_is_no_air_or_beside_a_load_below_zero(wrong, says):
    water, around = DENSITY.quantity(998.2), DENSITY.quantity(1.2)
    given = {
        "fluid_density": water, "air_at_adjustment": around, "air_first": around, "air_last": around,
        "load_volume": VOLUME.parse("load", "50 mL"),
    }  # fmt: skip
    with pytest.raises(ImplausibleError, match=says):
        collected_volume(MASS.quantity(50.0), MASS.quantity(50.1), **given | wrong)


def test_no_factor_of_buoyancy_in_what_is_no_air():
    water = DENSITY.quantity(998.2)
    for door in (z_factor, mass_buoyancy_factor):
        with pytest.raises(ImplausibleError, match="air_density: expected the density of air"):
            door(DENSITY.quantity(8000.0), water)
