"""Trumpets: volumetric and ambulatory profiles, windows that decide, and the kernels that find the extremes."""

from __future__ import annotations

import numpy as np

from calibration.units import DENSITY, FLOW, MASS, TIME, VOLUME
from rig.verify.extremes import extreme_errors_percent
from rig.verify.extremes_coarse import coarse_levels
from rig.verify.extremes_plain import plain_extremes
from rig.verify.trumpet import trumpet, trumpet_from_mass
from rig.verify.window_errors import window_errors_percent
from tests.held_against.row import CHANCE, Row, compared, same
from tests.held_against.vectors import vector

HALF_MINUTE, QUARTER = TIME.parse("S", "0.5 min"), TIME.parse("S", "15 min")
ITB = FLOW.parse("rate", "0.15 mL/day")
STEP_UL = 1.5625  # 15 min at 0.15 mL/day
TOLERANCE, LIMIT = "vector", 14.5


def rows() -> list[Row]:
    return [volumetric(), shots(), counted(), ambulatory(), long_record()]


def minutes(values):
    return [TIME.parse("window", f"{value} min") for value in values]


def tops(curve):
    return [one.ep_max_percent for one in curve.windows]


def bottoms(curve):
    return [one.ep_min_percent for one in curve.windows]


def extremes_of(curve, expected, allowed):
    return (
        compared("Ep(max)", "%", expected["Ep_max"], tops(curve), allowed),
        compared("Ep(min)", "%", expected["Ep_min"], bottoms(curve), allowed),
        compared("A", "%", expected["A_percent"], curve.mean_error_percent, allowed),
    )


def volumetric() -> Row:
    given, expected, tolerance = vector("IEC-T1")
    t = np.arange(0.0, given["Tx_min"] + given["S_min"] / 2.0, given["S_min"])
    mass_g = 0.998 / 60.0 * (t + 0.2 * 10.0 / (2.0 * np.pi) * (1.0 - np.cos(2.0 * np.pi * t / 10.0)))  # as given
    density = DENSITY.parse("d", f"{given['density_g_mL']} g/mL")
    rate = FLOW.parse("rate", f"{given['r_mL_h']} mL/h")
    curve = trumpet_from_mass(MASS.quantity(mass_g), density, HALF_MINUTE, rate, minutes(given["windows_min"]))
    counts = [one.count for one in curve.windows]
    values = (*extremes_of(curve, expected, tolerance["abs"]), same("m", expected["m_windows"], counts))
    return Row(
        "trumpet, volumetric profile",
        (trumpet_from_mass,),
        "sinusoidal flow, closed form",
        values,
        TOLERANCE,
        "IEC-T1",
        ("trumpet",),
    )


def shots() -> Row:
    given, expected, tolerance = vector("IEC-T3")
    volume = VOLUME.quantity(np.floor(np.arange(121) * 0.5 / given["cycle_min"]) * given["shot_uL"])
    rate = FLOW.parse("rate", f"{given['r_mL_h']} mL/h")
    windows = minutes(given["windows_min"])
    curve = trumpet(volume, HALF_MINUTE, rate, windows, cycle=minutes([given["cycle_min"]])[0])
    values = (
        *extremes_of(curve, expected, tolerance["abs"]),
        same("windows that decide", 0, sum(one.decides(LIMIT) for one in curve.windows)),
    )
    return Row(
        "trumpet of a pump with shots",
        (trumpet,),
        "shots of 2 uL, two programs",
        values,
        TOLERANCE,
        "IEC-T3",
        ("trumpet",),
    )


def counted() -> Row:
    given, expected, tolerance = vector("IEC-T4")
    curve = trumpet(VOLUME.quantity(np.arange(121) * STEP_UL), HALF_MINUTE, ITB, minutes(given["P_min"]))
    values = (compared("m", "", expected["m"], [one.count for one in curve.windows], tolerance["abs"]),)
    return Row("number of windows", (trumpet,), "IEC 60601-2-24, counted", values, TOLERANCE, "IEC-T4", ("trumpet",))


def ambulatory() -> Row:
    """24 h at 0.15 mL/day, levels each 15 min; from hour 9 on half as much again for an hour."""
    flow = np.ones(96)
    flow[36:40] = 1.5
    volume = VOLUME.quantity(np.concatenate([[0.0], np.cumsum(STEP_UL * flow)]))
    windows = [TIME.parse("P", f"{hours} h") for hours in (1, 2, 6, 12)]
    curve = trumpet(volume, QUARTER, ITB, windows)
    expected = {"Ep_max": [50.0, 25.0, 50.0 / 6.0, 50.0 / 12.0], "Ep_min": [0.0] * 4, "A_percent": 50.0 / 24.0}
    values = extremes_of(curve, expected, 1e-9)
    return Row(
        "trumpet, ambulatory profile (ITB)", (trumpet,), "planted: +50 % for 1 h of 24", values, findings=("trumpet",)
    )


def long_record() -> Row:
    """300,000 noisy levels and one bump of 5 uL that lasts for 100 steps; by each of the three kernels."""
    step_ul, steps = 0.37, 100
    volume = step_ul * np.arange(300_001.0) + np.random.default_rng(3).normal(0.0, 0.001, 300_001)
    volume[200_000:] += 5.0
    volume[200_000 - steps], volume[200_000] = step_ul * (200_000 - steps), step_ul * 200_000 + 5.0 + 0.01
    planted = 100.0 * 5.01 / (steps * step_ul)
    found = {
        "chosen": extreme_errors_percent(volume, [steps], step_ul)[0],
        "plain": plain_extremes(volume, [steps], step_ul)[0],
        "16 bits": coarse_levels(volume, step_ul, block=4096).of_blocks([steps])[0].extremes(step_ul),
    }
    whole = window_errors_percent(volume, steps, step_ul)
    noise = 100.0 * CHANCE * 0.002 / (steps * step_ul)  # of a neighbouring window that happens to reach further
    values = (
        *(compared(name, "%", planted, one.top_percent, noise) for name, one in found.items()),
        *(compared(f"{name}, least", "%", whole.min(), one.bottom_percent, 0.0) for name, one in found.items()),
    )
    functions = (extreme_errors_percent, plain_extremes, coarse_levels, window_errors_percent)
    return Row("extremes of a long record", functions, "planted bump of 5 uL, noise", values, "noise")
