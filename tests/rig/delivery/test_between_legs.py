"""Evaporation that nobody saw between the legs: two legs do not hold it, and what is declared does."""

import math
from dataclasses import replace

import numpy as np
import pytest

from calibration.evaporation import Leg
from calibration.noise_model import NoiseModel
from calibration.units import MASS_RATE
from fixtures.synthetic.bench import SETUP, Run
from fixtures.synthetic.study import coverage, passes, study
from fixtures.synthetic.untold import evaporates_by_day, evaporates_more, evaporates_within
from rig.delivery.evaporated import Evaporation
from rig.delivery.legs import evaporation_of
from rig.protocol_checks import EvaporationBetweenLegs

RUNS = (
    Run("0.15 mL/day, 24 h", 6.25, 24.0, 5.0, interval_s=60.0, window_s=1800.0),
    Run("1 mL/day, 6 h", 1000.0 / 24.0, 6.0, 1.0, interval_s=10.0, window_s=90.0),
    Run("0.15 mL/day, 2 h", 6.25, 2.0, 1.0, interval_s=10.0, window_s=600.0),
)
MADE = 1000
#: Four standard deviations of a count of which 94 % should be held.
CHANCE = 4.0 * math.sqrt(0.94 * 0.06 / MADE)


def made(run, untold, unseen_mg_h, error=0.0):
    noise = NoiseModel(2e-5, 0.3, run.interval_s, 0.0, 0.0, 0.0, math.inf, 86400.0)
    return study(run, noise, MADE, 4, error, untold=untold, unseen_mg_h=unseen_mg_h)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
@pytest.mark.parametrize(
    ("untold", "declared"),
    [(evaporates_within(0.15), 0.15), (evaporates_more(0.5), 0.3), (evaporates_more(-0.5), 0.3)],
    ids=["drawn from what is declared", "half as much again, of twice as much", "half, of nothing"],
)
def test_u_holds_what_is_declared(run, untold, declared):
    found = made(run, untold, declared, np.where(np.arange(MADE) % 2, 0.145, -0.145))
    assert coverage(found) >= 0.94 - CHANCE
    assert passes(found) / MADE <= 0.025 + 4.0 * math.sqrt(0.025 / MADE)


@pytest.mark.parametrize("untold", [evaporates_more(0.5), evaporates_by_day(0.3, 0.0)])
def test_two_legs_alone_do_not(untold):
    assert coverage(made(RUNS[1], untold, 0.0)) < 0.8


def test_it_grows_with_the_time_and_is_the_same_part_of_it_all_along():
    """0.12 mg/h over 3 h and 5 h of a fluid of 1 mg/uL: half widths of 0.36 and 0.6 uL, and wholly correlated."""
    gone = Evaporation(0.3, 0.0, math.inf, measured=True, unseen_mg_h=0.12)
    assert gone.unseen_ul(3600.0, 5 * 3600.0, 1.0) == pytest.approx(0.48)
    volume, covariance = gone.since(np.array([3.0, 5.0]) * 3600.0, 0.0, 1.0)
    assert volume == pytest.approx([0.9, 1.5])
    assert np.sqrt(np.diag(covariance)) == pytest.approx([0.36 / math.sqrt(3), 0.6 / math.sqrt(3)])
    assert covariance[0, 1] == pytest.approx(0.36 * 0.6 / 3)
    assert not replace(gone, unseen_mg_h=0.0).since(np.array([3600.0]), 0.0, 1.0)[1].any()


def test_one_leg_is_good_for_what_is_declared_and_else_may_have_doubled():
    leg = Leg(MASS_RATE.quantity(0.4), MASS_RATE.quantity(0.01), 500.0)
    declared = EvaporationBetweenLegs(half_width="0.06 mg/h", basis="house method 12")
    alone, with_it = (evaporation_of([("before", leg)], SETUP, None, between) for between in (None, declared))
    assert alone.u_mg_h == pytest.approx(math.hypot(0.01, 0.4 / math.sqrt(3)))
    assert with_it.u_mg_h == pytest.approx(math.hypot(0.01, 0.06 / math.sqrt(3)))
    assert (with_it.rate_mg_h, with_it.known) == (0.4, False)
