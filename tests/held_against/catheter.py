"""Catheter and pressure: occlusion, compliance, leak, back pressure and height."""

from __future__ import annotations

import numpy as np

from calibration.units import COMPLIANCE, DENSITY, FLOW, LENGTH, PRESSURE, RATIO, TIME, VOLUME
from rig.verify.compliance import compliance, slope_kpa_s
from rig.verify.height import head_influence, head_pressure, weighted_line
from rig.verify.leak import lost_between
from rig.verify.occlusion import stored_bolus, time_to_threshold, undetected
from tests.held_against.row import CHANCE, HOLDS, Row, compared, drawn
from tests.held_against.vectors import vector
from tests.planted import Drawn, program

HOUR_S = 3600.0
BEGAN = TIME.quantity(0.0)
STEADY = program('kind = "continuous", flow = "6 uL/h", duration = "24 h"')
HEADS_KPA = np.array([0.0, 13.33, -13.33, 4.9])


def rows() -> list[Row]:
    return [alarm(), harm(), filled(), slope(), leak(), disconnected(), head(), pressure(), height_series()]


def hours(value):
    return TIME.quantity(np.asarray(value) * HOUR_S)


def alarm() -> Row:
    given, expected, tolerance = vector("OCC-1")
    gives, rise = COMPLIANCE.quantity(given["C_uL_per_kPa"]), PRESSURE.quantity(float(given["dP_kPa"]))
    flow = FLOW.quantity(np.array(given["Q_mL_day"]) * 1000.0 / 24.0)
    found, bolus = time_to_threshold(gives, rise, flow).m_as("hour"), VOLUME.magnitude("b", stored_bolus(gives, rise))
    times = tuple(
        compared(f"{q} mL/day", "h", e, f, tolerance["rel"] * e)
        for q, e, f in zip(given["Q_mL_day"], expected["t_h"], found, strict=True)
    )
    values = (*times, compared("bolus", "uL", expected["bolus_uL"], bolus, tolerance["rel"] * expected["bolus_uL"]))
    return Row(
        "time to an occlusion alarm, stored bolus",
        (time_to_threshold, stored_bolus),
        "linear compliance, by hand",
        values,
        "vector",
        "OCC-1",
        ("occlusion",),
    )


def occluded(t):
    """Nothing from hour 6 to 10; then 90 % of it within minutes: the rest went by another way."""
    missed = np.clip(t / HOUR_S - 6.0, 0.0, 4.0) * 6.0
    return t / 600.0 - missed - 0.9 * 24.0 * np.expm1(-np.maximum(t - 10.0 * HOUR_S, 0.0) / 60.0)


def harm() -> Row:
    def parts(seed):
        levels, settle = Drawn(occluded, 25.0, seed=seed), TIME.parse("settle", "20 min")
        found = undetected(levels, STEADY, BEGAN, blocked=hours(6.0), opened=hours(10.0), settle=settle)
        return np.array(
            [
                (found.missed_ul, found.u_missed_ul),
                (found.release_ul, found.u_release_ul),
                (found.lost_ul, found.u_lost_ul),
            ]
        )

    return drawn(
        "undetected occlusion: missed, released, lost",
        (undetected,),
        "planted: 4 h closed, 10 % lost",
        parts,
        [24.0, 21.6, 2.4],
        "uL",
        what=("missed", "released", "lost"),
        findings=("occlusion",),
    )


def rise(seed, slope_kpa_h=12.5):
    t = np.arange(0.0, 4.0 * HOUR_S, 30.0)
    return t, 2.0 + slope_kpa_h * t / HOUR_S + np.random.default_rng(seed).normal(0.0, 0.5, len(t))


def filled() -> Row:
    """6.25 uL/h raise 12.5 kPa/h; flow and gain are drawn as well."""

    def value(seed):
        random = np.random.default_rng([seed, 1])
        t, kpa = rise(seed)
        flow, gain = FLOW.quantity(random.normal(6.25, 0.06)), random.normal(1.0, 0.005)
        found = compliance(
            TIME.quantity(t),
            PRESSURE.quantity(gain * kpa),
            flow,
            u_flow=FLOW.quantity(0.06),
            u_gain=RATIO.quantity(0.5),
        )
        return found.value_ul_kpa, found.u_ul_kpa

    return drawn(
        "compliance of a line", (compliance,), "planted: 0.5 uL/kPa", value, 0.5, "uL/kPa", findings=("compliance",)
    )


def slope() -> Row:
    def value(seed):
        t, kpa = rise(seed)
        steepness, u, _ = slope_kpa_s(t, kpa)
        return HOUR_S * steepness, HOUR_S * u

    return drawn(
        "rise of a pressure", (slope_kpa_s,), "planted: 12.5 kPa/h", value, 12.5, "kPa/h", findings=("compliance",)
    )


def nodes(tip_part, seed, **changes):
    quiet = {"noise_ul": 0.2, "u_rate_ul_h": 0.0} | changes
    outlet = Drawn(lambda t: t / 600.0, 25.0, seed=2 * seed, **quiet)
    return outlet, Drawn(lambda t: tip_part * t / 600.0, 25.0, seed=2 * seed + 1, **quiet)


def leak() -> Row:
    def lost(seed):
        found = lost_between(*nodes(0.9, seed), hours(1.0), hours(23.0))
        return found.lost_ul, found.u_lost_ul

    return drawn(
        "leak between outlet and tip", (lost_between,), "planted: 10 % of 132 uL", lost, 13.2, "uL", findings=("leak",)
    )


def disconnected() -> Row:
    parts = {1.0: "no loss seen", 0.9: "leak", 0.0: "disconnected", 1.1: "gain"}
    said = {part: [lost_between(*nodes(part, s), hours(1.0), hours(23.0)).says for s in range(100)] for part in parts}
    wrong = {word: sum(one != word for one in said[part]) for part, word in parts.items()}
    two_sided = 100.0 * (1.0 - HOLDS)  # by 2 u: what is there, or is not, is taken for the other so often
    chance = CHANCE * (two_sided * HOLDS) ** 0.5
    values = (
        compared("nothing lost, missed", "of 100", two_sided / 2.0, wrong["no loss seen"], chance, at_most=True),
        compared("disconnect, missed", "of 100", two_sided, wrong["disconnected"], chance, at_most=True),
        compared("leak, missed", "of 100", 0.0, wrong["leak"], 0.0),
        compared("gain, missed", "of 100", 0.0, wrong["gain"], 0.0),
    )
    return Row(
        "leak, disconnect, or nothing lost",
        (lost_between,),
        "planted parts, 100 draws each",
        values,
        "4 sd",
        findings=("leak",),
    )


def head() -> Row:
    """Half a metre of water: 998.2 kg/m3 times 9.80665 m/s2 (CGPM 1901) times 0.5 m."""
    half, water = LENGTH.parse("h", "0.5 m"), DENSITY.parse("d", "998.2 kg/m3")
    found = [PRESSURE.magnitude("p", head_pressure(half, water, below=below)) for below in (False, True)]
    values = (compared("", "kPa", [4.894499, -4.894499], found, 1e-5),)
    return Row("pressure of a height", (head_pressure,), "hydrostatics, by hand", values, findings=("back_pressure",))


def slipping(t):
    """A pump that loses 0.3 % for each kPa; each head holds for six hours."""
    each = (np.clip(t / HOUR_S - 6 * i, 0.0, 6.0) * 6.0 * (1.0 - 0.003 * h) for i, h in enumerate(HEADS_KPA))
    return sum(each)


def influence(seed):
    starts = 6.0 * np.arange(4)
    true = np.random.default_rng([seed, 1]).normal(HEADS_KPA, 0.05)
    levels, heads = Drawn(slipping, 25.0, seed=seed), PRESSURE.quantity(true)
    return head_influence(levels, STEADY, BEGAN, hours(starts), hours(starts + 6.0), heads, PRESSURE.quantity(0.05))


def pressure() -> Row:
    def parts(seed):
        found = influence(seed)
        return np.array(
            [(found.percent_per_kpa, found.u_percent_per_kpa), (found.at_zero_percent, found.u_at_zero_percent)]
        )

    return drawn(
        "flow error against back pressure",
        (head_influence, weighted_line),
        "planted: -0.3 %/kPa",
        parts,
        [-0.3, 0.0],
        ("%/kPa", "%"),
        what=("slope", "at zero"),
        findings=("back_pressure",),
    )


def height_series() -> Row:
    def errors(seed):
        found = influence(seed)
        return np.column_stack([found.error_percent, found.u_percent])

    names = tuple(f"{one:g} kPa" for one in HEADS_KPA)
    return drawn(
        "error at each of four heights",
        (head_influence,),
        "planted: -0.3 %/kPa",
        errors,
        0.0 - 0.3 * HEADS_KPA,
        "%",
        what=names,
        findings=("back_pressure",),
    )
