"""Many pumps and many runs: capability, components of variance, and the life of one pump."""

from __future__ import annotations

import numpy as np

from rig.verify.capability import capability
from rig.verify.life import trend
from rig.verify.pumps import between_pumps
from tests.held_against.row import CHANCE, Row, compared, drawn
from tests.held_against.vectors import vector

TOLERANCE = "vector"


def rows() -> list[Row]:
    return [process(), components(), study(), life(), steady()]


def process() -> Row:
    given, expected, tolerance = vector("CPK-NIST")
    found = capability(mean=given["mean"], sd=given["s"], n=given["n"], lower=given["LSL"], upper=given["USL"])
    values = (
        compared("Cp", "", expected["Cp"], found.cp, tolerance["abs"]),
        compared("Cpk", "", expected["Cpk"], found.cpk, tolerance["abs"]),
        compared("95 %", "", expected["Cpk_CI95_approx"], [found.cpk_low, found.cpk_high], tolerance["abs"]),
    )
    return Row("capability", (capability,), "NIST e-Handbook 6.1.6", values, TOLERANCE, "CPK-NIST")


def _study(seed, counts=(3, 3, 3, 3, 3, 3)):
    """Pumps with 2 % between them, 1 % within one, and 0.5 % that all share."""
    random = np.random.default_rng(seed)
    shared = random.normal(0.0, 0.5)
    made = [shared + random.normal(0.0, 2.0) + random.normal(0.0, 1.0, n) for n in counts]
    return between_pumps([one.tolist() for one in made], u_shared=0.5)


def components() -> Row:
    studies = 400
    found = [_study(seed) for seed in range(studies)]
    spread = 100.0 * CHANCE * (0.95 * 0.05 / studies) ** 0.5
    held = {
        "between": sum(one.between_interval[0] <= 2.0 <= one.between_interval[1] for one in found),
        "within": sum(one.within_interval[0] <= 1.0 <= one.within_interval[1] for one in found),
        "mean": sum(one.mean_interval()[0] <= 0.0 <= one.mean_interval()[1] for one in found),
    }
    values = tuple(
        compared(f"{name}, missed", "%", 5.0, 100.0 * (1.0 - n / studies), spread, at_most=True)
        for name, n in held.items()
    )
    return Row(
        "components between and within pumps", (between_pumps,), f"{studies} drawn studies of 6 x 3", values, "4 sd"
    )


def study() -> Row:
    """A thousand pumps: their scatter is known well, and what they share is one draw."""
    random = np.random.default_rng(5)
    made = random.normal(0.0, 2.0, (1000, 1)) + random.normal(0.0, 1.0, (1000, 3))
    found = between_pumps(made.tolist(), u_shared=0.5)
    values = (
        compared("between", "%", 2.0, found.sd_between, CHANCE * 2.0 * (1.2 / 2000.0) ** 0.5),
        compared("within", "%", 1.0, found.sd_within, CHANCE * (1.0 / 4000.0) ** 0.5),
        compared("u of the mean", "%", 0.5, found.u_mean, 0.01),
    )
    return Row(
        "standard deviations between and within", (between_pumps,), "planted: 2 % and 1 %, 1,000 pumps", values, "4 sd"
    )


DAYS = np.array([0.0, 90.0, 180.0, 270.0, 360.0])


def life() -> Row:
    """0.01 % a day, each run with u = 0.2 %; what all runs share moves no slope."""

    def slope(seed):
        random = np.random.default_rng(seed)
        errors = 1.0 + random.normal(0.0, 0.3) + 0.01 * DAYS + random.normal(0.0, 0.2, DAYS.size)
        found = trend(DAYS, errors, 0.2, limits=(-14.5, 14.5), u_shared=0.3).line
        return 365.0 * found.slope, 365.0 * found.u_slope

    return drawn("trend of one pump", (trend,), "planted: 3.65 % a year", slope, 3.65, "%/year")


def steady() -> Row:
    """A pump that does not drift is said to in 5 % of lives."""
    lives = 400
    random = np.random.default_rng(8)
    said = sum(trend(DAYS, random.normal(1.0, 0.2, DAYS.size), 0.2, limits=(-14.5, 14.5)).drifts for _ in range(lives))
    allowed = 100.0 * CHANCE * (0.05 * 0.95 / lives) ** 0.5
    values = (compared("said to drift", "%", 5.0, 100.0 * said / lives, allowed, at_most=True),)
    return Row("a pump that does not drift", (trend,), f"planted: no drift, {lives} lives", values, "4 sd")
