"""Every kind of value: how large it may be, and what each spelling of its unit is worth, by hand from the SI."""

from __future__ import annotations

import math

import pytest

from calibration.errors import ImplausibleError
from calibration.units import KINDS

VOLUMES_UL = {"nL": 1e-3, "uL": 1.0, "mL": 1e3, "L": 1e6}
MASSES_G = {"ug": 1e-6, "mg": 1e-3, "g": 1.0, "kg": 1e3}
DRUGS_UG = {"ng": 1e-3, "ug": 1.0, "mcg": 1.0, "mg": 1e3}
PER_H = {"s": 3600.0, "min": 60.0, "h": 1.0, "day": 1.0 / 24.0}
MMHG_PA = 133.322387415  # conventional: 13595.1 kg/m3 x 9.80665 m/s2 x 1 mm
PRESSURES_PA = {"Pa": 1.0, "hPa": 100.0, "kPa": 1000.0, "mbar": 100.0, "mmHg": MMHG_PA}


def ratios(tops, bottoms, unit=1.0):
    return {f"{top}/{bottom}": a * b / unit for top, a in tops.items() for bottom, b in bottoms.items()}


def scaled(table, unit):
    return {name: value / unit for name, value in table.items()}


#: Lowest and highest plausible value, and what one of each spelling is, in the unit that kernels want.
TABLE = {
    "TIME": (0.0, 3.2e9, {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "day": 86400.0, "days": 86400.0}),
    "VOLUME": (-1e7, 1e7, VOLUMES_UL),
    "FLOW": (-1e7, 1e7, ratios(VOLUMES_UL, PER_H)),
    "MASS": (-1e4, 1e4, MASSES_G),
    "MASS_RATE": (-1e5, 1e5, ratios(MASSES_G, PER_H, 1e-3)),
    "DENSITY": (0.5, 25000.0, {"kg/m3": 1.0, "g/mL": 1000.0}),
    "SPECIFIC_VOLUME": (0.01, 2000.0, {"uL/mg": 1.0, "mL/g": 1.0}),
    "EXPANSION": (-0.01, 0.01, {"1/K": 1.0}),
    "DENSITY_DIFFERENCE": (-1000.0, 1000.0, {"kg/m3": 1.0, "g/mL": 1000.0}),
    "DRUG_AMOUNT": (0.0, 1e6, DRUGS_UG),
    "DOSE_RATE": (0.0, 1e5, ratios(DRUGS_UG, PER_H, 1.0 / 24.0)),
    "CONCENTRATION": (1.0, 1e5, ratios(DRUGS_UG, {"mL": 1.0})),
    "CONCENTRATION_DIFFERENCE": (-1e5, 1e5, ratios(DRUGS_UG, {"mL": 1.0})),
    "PRESSURE": (-101.325, 1000.0, scaled(PRESSURES_PA, 1000.0)),
    "AIR_PRESSURE": (500.0, 1150.0, scaled(PRESSURES_PA, 100.0)),
    "AIR_PRESSURE_DIFFERENCE": (-650.0, 650.0, scaled(PRESSURES_PA, 100.0)),
    "TEMPERATURE": (-20.0, 100.0, {"degC": 1.0, "\N{DEGREE SIGN}C": 1.0}),
    "TEMPERATURE_DIFFERENCE": (-120.0, 120.0, {"K": 1.0}),
    "AREA": (0.0, 1e6, {"mm2": 1.0, "cm2": 100.0}),
    "HUMIDITY": (0.0, 100.0, {"%": 1.0, "%RH": 1.0}),
    "RATIO": (-1e4, 1e4, {"%": 1.0, "ppm": 1e-4}),
    "FREQUENCY": (0.0, 1e9, {"mHz": 1e-3, "Hz": 1.0, "kHz": 1e3}),
    "ROTATION": (-1e6, 1e6, {"rpm": 1.0}),
    "VOLTAGE": (-1000.0, 1000.0, {"uV": 1e-6, "mV": 1e-3, "V": 1.0}),
    "CHARGE": (0.0, 1e7, {"mAh": 1.0, "Ah": 1000.0}),
    "CURRENT": (-100.0, 100.0, {"uA": 1e-6, "mA": 1e-3, "A": 1.0}),
    "RESISTANCE": (0.0, 1e12, {"ohm": 1.0, "kohm": 1e3, "Mohm": 1e6}),
    "COUNT": (-1e12, 1e12, {"count": 1.0}),
    "BRIDGE_RATIO": (-1.0, 1.0, {"mV/V": 1e-3, "V/V": 1.0}),
    "FORCE": (-1e6, 1e6, {"mN": 1e-3, "N": 1.0, "kN": 1e3}),
    "LENGTH": (0.0, 1e4, {"um": 1e-3, "mm": 1.0, "cm": 10.0, "m": 1000.0}),
    "DATA_SIZE": (1.0, 1e15, {"B": 1.0, "kB": 1e3, "MB": 1e6, "KiB": 1024.0, "MiB": 1024.0**2, "GiB": 1024.0**3}),
    "COMPLIANCE": (0.0, 1e4, {"uL/kPa": 1.0, "mL/kPa": 1000.0}),
}


def test_no_kind_is_missing_here():
    assert set(KINDS) == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_a_spelling_is_worth_what_the_si_says(name):
    kind, (_, high, spellings) = KINDS[name], TABLE[name]
    assert set(kind.spellings) == set(spellings)
    for spelling, worth in spellings.items():
        number = 0.5 * high / worth
        text = f"{number:.12g} {spelling}"
        assert kind.magnitude(name, kind.parse(name, text)) == pytest.approx(number * worth, rel=1e-9)


@pytest.mark.parametrize("name", TABLE)
def test_both_ends_of_the_plausible_range_are_in_it(name):
    kind, (low, high, _) = KINDS[name], TABLE[name]
    for end in (low, high):
        assert kind.magnitude(name, kind.quantity(end)) == end
        assert kind.array(name, kind.quantity([end])).tolist() == [end]


@pytest.mark.parametrize("name", TABLE)
def test_beyond_either_end_it_is_implausible(name):
    kind, (low, high, _) = KINDS[name], TABLE[name]
    for beyond in (math.nextafter(low, -math.inf), math.nextafter(high, math.inf)):
        for ask in (kind.magnitude, kind.array):
            with pytest.raises(ImplausibleError, match=f"{kind.name} must lie between"):
                ask(name, kind.quantity(beyond))


@pytest.mark.parametrize("name", TABLE)
def test_the_example_of_its_messages_can_be_read(name):
    kind = KINDS[name]
    assert kind.format(kind.parse(name, kind.example))
