"""Many synthetic deliveries, drawn from what is physically there: a short form of the study in ``benchmarks``."""

from dataclasses import replace

import numpy as np
import pytest

from tests.benchmarks.sequential_study import BENCHES, HOURS, LIMIT, K, lengths_h, made, planned, rate

RUNS = 100_000


@pytest.mark.parametrize("name", ["good", "coarse", "beaker", "still"])
def test_looks_and_complete_data_together_keep_the_risks(name):
    bench = BENCHES[name]
    plan, u = planned(bench, "power"), np.sqrt(bench.covariance(complete=True)[-1, -1])
    assert rate(1, plan, bench, LIMIT, RUNS) <= 0.025
    assert rate(-1, plan, bench, -LIMIT, RUNS) <= 0.025
    # none of 100,000: fewer than 3 in 100,000 at 95 %
    assert rate(1, plan, bench, LIMIT + 2.0 * K * u, RUNS) == 0.0


@pytest.mark.parametrize("name", ["good", "coarse", "beaker", "still"])
def test_the_median_good_pump_needs_at_most_three_fifths_and_passes_as_often(name):
    bench = BENCHES[name]
    hours, passed, fixed = lengths_h(planned(bench, "power"), bench, RUNS)
    assert np.median(hours) <= 0.6 * HOURS[-1]
    assert passed > fixed - 0.002


def test_a_bench_that_is_worse_than_planned_keeps_the_risks_too():
    bench = BENCHES["still"]
    worse = type(bench)(4 * bench.noise_ul, 5 * bench.leg_ul_h, 5 * bench.drift_ul_h, bench.scale_percent)
    plan = made(planned(bench, "power"), worse)
    assert plan.looks[0].u_percent > 2.0 * planned(bench, "power").looks[0].u_percent
    assert rate(1, plan, worse, LIMIT, RUNS) <= 0.025
    assert rate(-1, plan, worse, LIMIT, RUNS) <= 0.025


def test_much_evaporation_that_nobody_has_measured_yet_lets_nothing_end_early():
    hours, passed, fixed = lengths_h(planned(BENCHES["wet"], "power"), BENCHES["wet"], RUNS)
    assert np.median(hours) == HOURS[-1]
    assert passed > fixed - 0.002


def test_a_beaker_that_gets_more_unlike_than_a_look_allows_costs_no_more_than_at_full_length():
    """Three times as much, for good, between the leg before and the delivery: no reading tells the fixed run either."""
    bench = BENCHES["beaker"]
    other = replace(bench, unlike=3 * bench.unlike)
    plan = made(planned(bench, "power"), other)
    for verdict, side in ((1, 1), (-1, -1)):
        assert rate(verdict, plan, other, side * LIMIT, RUNS) <= rate(verdict, None, other, side * LIMIT, RUNS) + 0.002
