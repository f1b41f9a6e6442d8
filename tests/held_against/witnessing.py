"""Witnesses of one interval: chi-square, false alarms, who is blamed, and between which nodes liquid went."""

from __future__ import annotations

import math

import numpy as np

from rig.verify.seen import OUTLET, RESERVOIR, TIP, Seen, covariance_ul2
from rig.verify.witness_models import chance as p_of
from rig.verify.witnesses import judge
from tests.held_against.row import CHANCE, Row, compared, drawn

LIMIT_UL, PATH = 0.145 * 150.0, (RESERVOIR, OUTLET, TIP)
NAMES = ("cell", "flow", "balance")
#: The density of the fluid is in two of them.
COVARIANCE = covariance_ul2([{"density": 0.5}, {}, {"density": 0.5, "evaporation": 0.4}], [1.0, 0.8, 0.3])


def rows() -> list[Row]:
    return [chi_square(), false_alarms(), shared(), blamed(), nodes(), difference()]


def judged(volumes, covariance=COVARIANCE, nodes=PATH):
    seen = Seen(NAMES, nodes, np.asarray(volumes, float))
    return judge(seen, covariance, limit_ul=LIMIT_UL, reference=2)


def chi_square() -> Row:
    """148 and 152 at the tip, 153 at the outlet, each u = 1: about their mean 14; within the tip 8; between 6."""
    found = judged((148.0, 152.0, 153.0), np.eye(3), (TIP, TIP, OUTLET))
    values = (
        compared("all", "", 14.0, found.chi_square, 1e-9),
        compared("p of it", "", math.exp(-7.0), found.p, 1e-12),
        compared("p within, 8", "", math.erfc(2.0), found.p_within, 1e-9),
        compared("p between, 6", "", math.erfc(math.sqrt(3.0)), found.p_between, 1e-9),
        compared("p, nu = 2", "", math.exp(-7.0), p_of(14.0, 2), 1e-12),
    )
    return Row("chi-square of witnesses", (judge, p_of), "by hand, closed forms of p", values)


def _sound(records, seed):
    return 150.0 + np.random.default_rng(seed).multivariate_normal(np.zeros(3), COVARIANCE, records)


def false_alarms() -> Row:
    records = 4000
    suspected = sum(judged(one).state != "agree" for one in _sound(records, 6))
    expected = 0.001 * records
    values = (compared(f"of {records}", "", expected, suspected, CHANCE * math.sqrt(expected)),)
    return Row("good witnesses suspected", (judge, covariance_ul2), "sound benches, one in 1,000", values, "4 sd")


def shared() -> Row:
    """The covariance of 200,000 draws in which two witnesses share a density."""
    random = np.random.default_rng(7)
    density, rest = random.normal(0.0, 0.5, 200_000), random.normal(0.0, (1.0, 0.8, 0.3, 0.4), (200_000, 4))
    made = np.cov(np.stack([density + rest[:, 0], rest[:, 1], density + rest[:, 2] + rest[:, 3]]))
    values = (compared("", "uL2", made, COVARIANCE, 0.01),)
    return Row("covariance of what witnesses saw", (covariance_ul2,), "200,000 draws, density shared", values, "10 sd")


def blamed() -> Row:
    """Each of three at one node in turn is 12 uL off, in 100 draws each."""
    missed = 0
    for culprit in range(3):
        off = np.where(np.arange(3) == culprit, 12.0, 0.0)
        found = [judged(one + off, nodes=(TIP, TIP, TIP)).blamed for one in _sound(100, culprit)]
        missed += sum(name != NAMES[culprit] for name in found)
    values = (compared("not blamed", "of 300", 0.3, missed, CHANCE * math.sqrt(0.3), at_most=True),)
    return Row("which witness is blamed", (judge,), "planted: one of three 12 uL off", values, "4 sd")


def nodes() -> Row:
    """12 uL are lost before the outlet, or before the tip."""
    missed = 0
    for cut, lost in enumerate(((0.0, 12.0, 12.0), (0.0, 0.0, 12.0))):
        found = [judged(one - np.array(lost)).between for one in _sound(100, cut)]
        missed += sum(one != PATH[cut : cut + 2] for one in found)
    values = (compared("not found there", "of 200", 0.2, missed, CHANCE * math.sqrt(0.2), at_most=True),)
    return Row("between which nodes it is lost", (judge,), "planted: 12 uL lost there", values, "4 sd")


def difference() -> Row:
    def step(seed):
        found = judged(_sound(1, [seed, 1])[0] - np.array([0.0, 0.0, 12.0]))
        return found.difference_ul, found.u_difference_ul

    return drawn("how much is lost between two nodes", (judge,), "planted: 12 uL before the tip", step, -12.0, "uL")
