"""Densities, buoyancy and the needle: from a reading to a volume, against published values."""

from __future__ import annotations

import numpy as np

from calibration.air_density import air_density
from calibration.gravimetry import collected_volume, mass_buoyancy_factor, needle_corrected_volume, z_factor
from calibration.units import AIR_PRESSURE, DENSITY, HUMIDITY, LENGTH, MASS, RATIO, TEMPERATURE, VOLUME
from calibration.water_density import water_density
from tests.held_against.row import Row, compared
from tests.held_against.vectors import vector

TOLERANCE = "vector"


def rows() -> list[Row]:
    return [water(), air(), simplified_air(), rounded_z(), exact_z(), buoyancy(), front(), needle()]


def water() -> Row:
    given, expected, tolerance = vector("GRAV-01")
    found = water_density(TEMPERATURE.quantity(np.array(given["t_C"]))).m_as("kg/m**3")
    values = (compared("", "kg/m3", expected["rho_kg_m3"], found, tolerance["abs"]),)
    return Row("density of water, 4 to 37 degC", (water_density,), "Tanaka 2001", values, TOLERANCE, "GRAV-01")


def around(t, p, h, form, **more):
    return air_density(TEMPERATURE.quantity(t), AIR_PRESSURE.quantity(p), HUMIDITY.quantity(h), form=form, **more)


def air() -> Row:
    given, expected, tolerance = vector("GRAV-02")
    state = given["t_C"], given["p_hPa"], given["RH_percent"]
    found = around(*state, "CIPM-2007", x_co2=RATIO.quantity(100.0 * given["xCO2"])).m_as("kg/m**3")
    values = (compared("", "kg/m3", expected["rho_air_kg_m3"], found, tolerance["abs"]),)
    return Row("density of air", (air_density,), "CIPM-2007 (Picard 2008)", values, TOLERANCE, "GRAV-02")


def simplified_air() -> Row:
    given, expected, tolerance = vector("GRAV-04")
    state = np.array(given["t_p_h"], float).T
    values = tuple(
        compared(form, "kg/m3", expected[key], around(*state, form).m_as("kg/m**3"), tolerance["abs"])
        for form, key in (("OIML R111", "OIML_R111"), ("Spieweck", "Spieweck"))
    )
    return Row("density of air, simplified", (air_density,), "OIML R111 E.3; Spieweck", values, TOLERANCE, "GRAV-04")


def factor_of(given, form):
    t, p = np.asarray(given["t_C"], float), np.asarray(given["p_hPa"], float)
    room, weights = around(t, p, given["RH_percent"], form), DENSITY.quantity(float(given["rho_b"]))
    return z_factor(water_density(TEMPERATURE.quantity(t)), room, weights_density=weights).m_as("uL/mg")


def rounded_z() -> Row:
    given, expected, tolerance = vector("GRAV-05")
    values = tuple(
        compared(form, "uL/mg", expected["Z_uL_per_mg"], factor_of(given, form), tolerance["abs"])
        for form in ("Spieweck", "CIPM-2007")
    )
    return Row("Z factor", (z_factor,), "table of ISO 8655-6", values, TOLERANCE, "GRAV-05")


def exact_z() -> Row:
    given, expected, tolerance = vector("GRAV-07")
    found = factor_of(given, "CIPM-2007")
    values = (compared("", "uL/mg", expected["Z_uL_per_mg"], found, tolerance["abs"]),)
    return Row("Z factor, all digits", (z_factor,), "balance equation, by hand", values, TOLERANCE, "GRAV-07")


def buoyancy() -> Row:
    given, expected, tolerance = vector("GRAV-09")
    names = ("rho_sample_g_cm3", "rho_weights_g_cm3", "rho_air_g_cm3")
    sample, weights, room = (DENSITY.quantity(1000.0 * given[name]) for name in names)
    found = mass_buoyancy_factor(sample, room, weights_density=weights).m_as("")
    values = (compared("", "", expected["MABC"], found, tolerance["abs"]),)
    return Row("buoyancy factor of a mass", (mass_buoyancy_factor,), "NIST SOP 2", values, TOLERANCE, "GRAV-09")


def front() -> Row:
    given, expected, tolerance = vector("GRAV-10")
    rooms = (given["adjust"], given["start"], given["end"])
    adjusted, first, last = (around(s["t_C"], s["p_hPa"], s["RH_percent"], "OIML R111") for s in rooms)
    liquid, weights = water_density(TEMPERATURE.quantity(given["t_water_C"])), DENSITY.quantity(float(given["rho_b"]))
    whole = collected_volume(
        MASS.quantity(given["R1_g"]),
        MASS.quantity(given["R2_g"]),
        fluid_density=liquid,
        air_at_adjustment=adjusted,
        air_first=first,
        air_last=last,
        load_volume=VOLUME.quantity(1000.0 * given["V_load_mL"]),
        weights_density=weights,
    ).m_as("uL")
    alone = (MASS.quantity(given["R2_g"] - given["R1_g"]) * z_factor(liquid, last)).m_as("uL")
    values = (
        compared("with the load", "uL", expected["V_uL"], whole, tolerance["abs"]),
        compared("Z alone", "uL", expected["V_without_load_term_uL"], alone, tolerance["abs"]),
    )
    says = "balance equation, by hand"
    return Row(
        "volume under a pressure front of 20 hPa", (collected_volume, z_factor), says, values, TOLERANCE, "GRAV-10"
    )


def needle() -> Row:
    given, expected, tolerance = vector("GRAV-12")
    found = needle_corrected_volume(
        VOLUME.quantity(given["reading_uL"]),
        needle_diameter=LENGTH.quantity(given["needle_OD_mm"]),
        vessel_diameter=LENGTH.quantity(given["beaker_ID_mm"]),
    ).m_as("uL")
    values = (compared("", "uL", expected["V_uL"], found, tolerance["abs"]),)
    return Row("immersed needle", (needle_corrected_volume,), "geometry, by hand", values, TOLERANCE, "GRAV-12")
