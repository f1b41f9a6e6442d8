"""What noise does to a trumpet: its floor, the bias of the largest window, false fails and false passes."""

from __future__ import annotations

import numpy as np

from calibration.noise_model import NoiseModel
from calibration.units import FLOW, TIME, VOLUME
from rig.verify.limits import By
from rig.verify.noise import LevelNoise, noise_floor
from rig.verify.trumpet_windows import judge_row, risks, stray, window_row
from rig.verify.wandering import wandering
from tests.held_against.row import CHANCE, Row, compared

QUARTER, ITB = TIME.parse("S", "15 min"), FLOW.parse("rate", "0.15 mL/day")
STEP_UL = 1.5625  # 15 min of it
LEVELS, LIMIT, RECORDS = 101, 14.5, 2000
#: Noise of a level, and a walk and one wrong rate that all share.
HOURS = np.arange(LEVELS) / 4.0
COVARIANCE = 0.0155**2 * np.eye(LEVELS) + 1e-4 * np.minimum.outer(HOURS, HOURS) + 2.5e-5 * np.outer(HOURS, HOURS)


def rows() -> list[Row]:
    return [floor(), wandering_floor(), growth(), bias(), false_fails(), false_passes()]


def floor() -> Row:
    """The 95 % quantile of the largest error of noise alone, by other draws."""
    z = np.random.default_rng(1).normal(0.0, 0.1, (4000, LEVELS))
    hours = [TIME.parse("P", f"{one} h") for one in (1, 6)]
    drawn = [float(np.quantile(_largest(z, 4 * one), 0.95)) for one in (1, 6)]
    found = noise_floor(LEVELS, QUARTER, ITB, hours, LevelNoise(VOLUME.quantity(0.1)), seed=1)
    values = tuple(compared(name, "%", e, f, 0.05 * e) for name, e, f in zip(("1 h", "6 h"), drawn, found, strict=True))
    return Row(
        "noise floor of a trumpet", (noise_floor,), "4,000 draws of white noise", values, "5 %", findings=("trumpet",)
    )


def _largest(levels, steps):
    return 100.0 * np.abs(levels[:, steps:] - levels[:, :-steps]).max(axis=1) / (steps * STEP_UL)


MODEL = NoiseModel(2e-5, 0.0, 10.0, 0.0, 25e-10, 4e-8 / 3600.0, 50.0, 1e5)
SINCE_S = 900.0 * np.arange(float(LEVELS))


def wandering_floor() -> Row:
    """Draws by the root of the whole covariance, which is another way to the same."""
    walk_ul = VOLUME.quantity(1e3 * np.sqrt(MODEL.growth_g2(SINCE_S, 600.0)))
    covariance = 1e6 * MODEL.covariance_g2(SINCE_S, 600.0) + 0.05**2 * np.eye(LEVELS)
    levels = np.random.default_rng(1).standard_normal((4000, LEVELS)) @ np.linalg.cholesky(covariance).T
    (found,) = noise_floor(
        LEVELS, QUARTER, ITB, [TIME.parse("P", "6 h")], LevelNoise(VOLUME.quantity(0.05), wander=walk_ul), seed=1
    )
    expected = float(np.quantile(_largest(levels, 24), 0.95))
    values = (compared("6 h", "%", expected, found, 0.05 * expected),)
    return Row(
        "noise floor, balance wanders",
        (noise_floor,),
        "4,000 draws of the covariance",
        values,
        "5 %",
        findings=("trumpet",),
    )


def growth() -> Row:
    planted = 1e8 * MODEL.growth_g2(SINCE_S, 600.0)
    levels = wandering(np.random.RandomState(7), 20_000, planted)
    values = tuple(
        compared(
            f"{apart / 4:g} h",
            "",
            float(planted[apart]),
            (levels[:, 30 + apart] - levels[:, 30]).var(),
            CHANCE * (2.0 / 20_000.0) ** 0.5 * float(planted[apart]),
        )
        for apart in (1, 4, 50)
    )
    return Row("draws of a level that wanders", (wandering,), "planted growth of its variance", values, "4 sd")


def bias() -> Row:
    """A flat pump: what the largest of its windows shows is noise alone."""
    made = np.random.default_rng(3).standard_normal((RECORDS, LEVELS)) @ np.linalg.cholesky(COVARIANCE).T
    largest = 100.0 * (made[:, 4:] - made[:, :-4]).max(axis=1) / (4 * STEP_UL)
    row, together = _row(0.0)
    found = risks(judge_row("", row, -LIMIT, LIMIT, By(), together), row, -LIMIT, LIMIT, together)
    allowed = CHANCE * float(largest.std()) * (2.0 / RECORDS) ** 0.5
    values = (compared("1 h", "%", largest.mean(), found["bias_of_the_extreme_at_most_percent"], allowed),)
    return Row(
        "bias of the largest window",
        (window_row, stray, risks),
        f"mean of {RECORDS} flat records",
        values,
        "4 sd",
        findings=("trumpet",),
    )


def _row(error_percent, more_ul=0.0):
    level = STEP_UL * (1.0 + error_percent / 100.0) * np.arange(LEVELS) + more_ul
    row = window_row(level, COVARIANCE, 4, 4 * STEP_UL, np.inf)
    return row, stray(COVARIANCE, [row], np.inf, seed=1)


def _verdicts(truth_percent):
    """Of records about a truth, one error for each step."""
    _, together = _row(0.0)
    steps = STEP_UL * (1.0 + np.broadcast_to(truth_percent, LEVELS - 1) / 100.0)
    truth = np.concatenate([[0.0], np.cumsum(steps)])
    made = truth + np.random.default_rng(4).standard_normal((RECORDS, LEVELS)) @ np.linalg.cholesky(COVARIANCE).T
    each = (window_row(one, COVARIANCE, 4, 4 * STEP_UL, np.inf) for one in made)
    return [judge_row("", row, -LIMIT, LIMIT, By(), together).verdict for row in each]


def _at_most(verdict, truth_percent):
    chance = CHANCE * (0.02275 * 0.97725 / RECORDS) ** 0.5
    found = _verdicts(truth_percent).count(verdict) / RECORDS
    return (compared(verdict, "%", 2.275, 100.0 * found, 100.0 * chance, at_most=True),)


def false_fails() -> Row:
    return Row(
        "trumpet, false fails",
        (stray, judge_row),
        f"{RECORDS} records, all windows at 14.5 %",
        _at_most("fail", LIMIT),
        "4 sd",
        findings=("trumpet",),
    )


def false_passes() -> Row:
    one = np.where((np.arange(LEVELS - 1) >= 40) & (np.arange(LEVELS - 1) < 44), LIMIT, 0.0)
    return Row(
        "trumpet, false passes",
        (stray, judge_row),
        f"{RECORDS} records, one window at 14.5 %",
        _at_most("pass", one),
        "4 sd",
        findings=("trumpet",),
    )
