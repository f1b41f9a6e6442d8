"""How near the delivered volume comes to the Cramer-Rao bound, and how much longer than the bound it needs.

For several noise models: efficiency (variance of the bound by that in use, systematics in both) after 1, 6 and 24 h at
0.15 mL/day, and the time to U = 3.6 % (k = 2) as a multiple of the bound's. Two bounds: of levels and legs, the flow
free between the levels; and of a rate that is known to be constant, which nobody knows of a pump. Beside them the plain
straight lines that a balance without a noise record has to do with. At last the time of one difference over a day.

    python tests/benchmarks/estimator_efficiency.py
"""

import math

import numpy as np

from calibration.noise_model import NoiseModel
from drivers.clock import WallClock
from rig.delivery.bound import bound_of_constant_rate, bound_of_ends
from rig.delivery.increment import increment_of
from rig.delivery.joint_lines import stretch
from rig.delivery.legs import evaporation_of, leg_of
from rig.delivery.levels import level
from rig.delivery.modelled import ModelledNoise
from rig.delivery.setup import Setup
from rig.delivery.volume import Air, Delivery

HOUR, WINDOW_S, LEG_S, BEFORE_S = 3600.0, 600.0, 5 * 3600.0, 3600.0
MG_H = 6.25 * 0.9978  # 0.15 mL/day
#: What no weights can lessen: course of evaporation 0.02 mg/h (rectangular), scale 0.1 %, linearity 0.01 mg.
COURSE_MG_H, SCALE, LINEARITY_MG = 0.02 / math.sqrt(3.0), 1e-3, 0.01 * math.sqrt(2.0 / 3.0)
HOST = WallClock()
MODELS = {
    "walk 0.1 mg in a root hour": NoiseModel(2e-5, 0.1, 1.0, 0.0, 0.0, 1e-8 / HOUR, 50.0, 86400.0),
    "walk 0.005 mg (simulated bench)": NoiseModel(2e-5, 0.0, 1.0, 1.5e-8, 0.0, 2.5e-11 / HOUR, 50.0, 86400.0),
    "flicker 0.05 mg": NoiseModel(2e-5, 0.1, 1.0, 0.0, 2.5e-9, 0.0, 50.0, 86400.0),
    "flicker 0.02 mg and walk 0.03 mg": NoiseModel(2e-5, 0.3, 1.0, 1e-8, 4e-10, 9e-10 / HOUR, 50.0, 86400.0),
    "white 0.1 mg": NoiseModel(1e-4, 0.3, 1.0, 0.0, 0.0, 0.0, 50.0, 86400.0),
}


def times(hours):
    """Readings of legs, windows and delivery; and both ends."""
    begin = LEG_S + BEFORE_S
    end = begin + hours * HOUR
    windows = [np.arange(t - WINDOW_S / 2, t + WINDOW_S / 2 + 0.5) for t in (begin, end)]
    stop = end + WINDOW_S / 2 + 60.0
    legs = [np.arange(0.0, LEG_S), np.arange(stop, stop + LEG_S)]
    return legs, windows, np.arange(begin - WINDOW_S / 2, end + WINDOW_S / 2), (begin, end)


def noise_mg(model, hours):
    """In use, by plain lines, bound of levels, bound of a constant rate."""
    legs, windows, delivery, ends = times(hours)
    noise = ModelledNoise(model.reading_g, model.lag_one, "model", model, WINDOW_S, 1.0)
    levels = [level(t, 0.0 * t, at, WINDOW_S, line=noise.line) for t, at in zip(windows, ends, strict=True)]
    used = increment_of(noise, levels, ends, [stretch(leg, leg[0], 0.0 * leg) for leg in legs]).u_noise_g
    plain = sum(model.level_g2(1 / len(t), len(t), WINDOW_S, 1.0) for t in windows)
    plain += model.growth_g2(hours * HOUR, WINDOW_S) + sum(model.slope_g2_s2(leg) for leg in legs) * (hours * 1800) ** 2
    free = bound_of_ends(model, windows, legs, ends, WINDOW_S)
    return [1e3 * one for one in (used, math.sqrt(plain), free, constant(model, delivery, legs, ends))]


def constant(model, delivery, legs, ends):
    return bound_of_constant_rate(model, delivery, legs, ends, WINDOW_S)


def u_percent(noise, hours):
    systematic = math.hypot(COURSE_MG_H * hours, SCALE * MG_H * hours, LINEARITY_MG)
    return 100.0 * math.hypot(noise, systematic) / (MG_H * hours)


def hours_to(model, which, expanded=3.6):
    """When U comes down to so much, by bisection in the logarithm of time [h]."""
    low, high = math.log(0.2), math.log(48.0)
    for _ in range(14):
        middle = math.exp((low + high) / 2.0)
        if 2.0 * u_percent(noise_mg(model, middle)[which], middle) > expanded:
            low = math.log(middle)
        else:
            high = math.log(middle)
    return math.exp(high)


def main():
    head = "  ".join(f"{hours:>4} h" for hours in (1, 6, 24))
    print(f"{'efficiency (variances, systematics included)':69} {head}   hours to U = 3.6 %, over the bound's")
    for name, model in MODELS.items():
        found = {h: [u_percent(one, h) for one in noise_mg(model, h)] for h in (1, 6, 24)}
        needed = [hours_to(model, which) for which in range(4)]
        for label, which, against in (
            ("in use, bound of levels", 0, 2),
            ("in use, bound of a constant rate", 0, 3),
            ("plain lines as stated, b. of levels", 1, 2),
        ):
            row = "  ".join(f"{(u[against] / u[which]) ** 2:6.3f}" for u in found.values())
            print(f"{name:32.32} {label:36} {row}   {needed[which]:6.3f} h   {needed[which] / needed[against]:.3f}")
    speed()


def speed():
    model = MODELS["flicker 0.02 mg and walk 0.03 mg"]
    time_s = np.arange(0.0, 34 * HOUR)
    reading_g = 1e-3 * MG_H * time_s / HOUR + 2e-5 * np.random.default_rng(1).normal(size=time_s.size)
    setup = Setup(1.19, 8000.0, 997.77, 0.1, 53.0, 0.5, 30.0, 1.6, 1e-5, 1.0, 1e-5, 1e-5)
    legs_s = ((0.0, LEG_S), (29 * HOUR, 34 * HOUR))
    legs = [(n, leg_of(time_s[:18000], 0.0 * time_s[:18000], n, model)[0]) for n in ("before", "after")]
    air = Air(time_s[:1], np.array([1.19]), 1e-3, "declared")
    noise = ModelledNoise.of(model, time_s, WINDOW_S)
    made = Delivery(time_s, reading_g, air, setup, evaporation_of(legs, setup), noise, WINDOW_S, legs_s=legs_s)
    made.difference_ul(5.5 * HOUR, 28.5 * HOUR)
    begin = HOST.now()
    for _ in range(5):
        made.difference_ul(5.5 * HOUR, 28.5 * HOUR)
    took = (HOST.now() - begin) / 5.0
    begin = HOST.now()
    for _ in range(5):
        np.polyfit(time_s, reading_g, 1)
    line = (HOST.now() - begin) / 5.0
    print(f"one difference with its budget over {time_s.size} readings: {took / line:.1f} x one np.polyfit of them all")


if __name__ == "__main__":
    main()
