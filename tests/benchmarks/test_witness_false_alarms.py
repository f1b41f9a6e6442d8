"""A thousand good runs and more through the judge: whole families of intervals alarm as seldom as is declared."""

from __future__ import annotations

import numpy as np
import pytest

from rig.verify.seen import ALPHA
from rig.verify.witnesses import alpha_of_each


@pytest.fixture(scope="module")
def good_runs(script):
    return script("witness_false_alarms")


@pytest.mark.parametrize("intervals", [2, 8])
def test_good_runs_alarm_no_more_often_than_declared(good_runs, intervals):
    found, low, _ = good_runs.share(1500, intervals)
    assert found <= 6, low  # 1.5 expected at most; 7 or more would happen once in a thousand
    _, low, high = good_runs.share(1500, intervals, family=0.05)
    assert low < 0.05  # a family that is wider than declared
    assert high > 0.02  # one that has lost its power to bound


def test_without_a_share_for_each_interval_they_would(good_runs):
    rng = np.random.default_rng(3)
    found = sum(good_runs.alarms(good_runs.drawn_run(rng, 8), 0.05) for _ in range(300))
    assert found > 45  # three times the 5 % of one look


def test_a_step_that_goes_back_shows_in_its_interval_and_not_in_the_whole(good_runs):
    run = good_runs.drawn_run(np.random.default_rng(5), 4)
    run[1, 2] += 60.0  # the cell was touched
    run[3, 2] -= 60.0  # and put back
    assert good_runs.alarms(run, alpha_of_each(5))
    assert not good_runs.alarms(run.sum(axis=0, keepdims=True) / 4.0, ALPHA)
