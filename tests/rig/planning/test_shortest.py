"""The shortest run that decides: true at its length, and not at one less."""

import math

import pytest

from rig.planning import Asked, Lengths, Wanted
from rig.planning.decidable import decidable
from rig.planning.run_plan import plan_run
from rig.planning.shortest import LEGS_S, first, shortest
from tests.rig.planning.conftest import COARSE


@pytest.fixture
def coarse(case_of, station, balance):
    return case_of(station.protocol(leg="30 min"), station.bench(calibration=balance(**COARSE)))


def mean_flow(case, lengths, wanted=None):
    found = case.predict(lengths, whole=False).findings[0]
    return decidable(found, wanted or Wanted())


def test_the_shortest_is_decidable_and_one_cycle_less_is_not(coarse):
    found = plan_run(coarse, Asked()).findings[0]
    assert (found.name, found.outcome) == ("mean_flow_error", "longer")
    lengths = found.shortest.lengths
    assert mean_flow(coarse, lengths).ok
    assert not mean_flow(coarse, Lengths(lengths.leg_s, lengths.analysis_s - 3600.0)).ok
    assert lengths.analysis_s % 3600.0 == 0.0  # whole cycles of an hour


def test_no_other_legs_make_a_shorter_run(coarse):
    best = plan_run(coarse, Asked()).findings[0].shortest
    for leg_s in LEGS_S:
        room = math.ceil((best.analysis_s + 2 * (best.leg_s - leg_s)) / 900.0) - 1
        assert room <= 3 or not mean_flow(coarse, Lengths(leg_s, 900.0 * room)).ok, leg_s  # three are no whole cycle


def test_a_run_of_the_shortest_lengths_needs_no_longer_one(coarse):
    """A plan of the plan: at the lengths that it asked for, the same finding is decidable as planned."""
    least = plan_run(coarse, Asked()).shortest
    again = plan_run(type(coarse)(coarse.at(least.lengths), coarse.bench, coarse.calibrations), Asked())
    assert again.outcome == "decidable"
    assert again.shortest.total_s == pytest.approx(least.total_s)


def test_a_worse_pump_takes_longer(coarse):
    """Off by 9 % it must pass inside 14.5 % less U: the ratio of 4 no longer says what is needed."""
    sound = plan_run(coarse, Asked()).findings[0].shortest
    off = plan_run(coarse, Asked(Wanted(assumed_percent=9.0))).findings[0].shortest
    assert off.total_s > sound.total_s
    assert mean_flow(coarse, off.lengths, Wanted(assumed_percent=9.0)).chance >= 0.95


def test_minimum_weight_makes_a_run_longer(case_of, station, balance):
    """20 mg must be gained, at 6.25 mg in a cycle of an hour: four cycles."""
    case = case_of(station.protocol(), station.bench(calibration=balance(minimum_weight="20 mg")))
    made = plan_run(case, Asked())
    assert made.outcome == "longer"
    assert "minimum weight" in made.problems[0]
    assert made.findings[0].shortest.analysis_s == 4 * 3600.0


def test_the_reservoir_ends_the_search(case_of, station, balance):
    """20 mL at 12 mL/day are gone after 40 h, however coarse the balance."""
    protocol = station.protocol(flow="12 mL/day", leg="30 min", sample_interval="30 min")
    case = case_of(protocol, station.bench(calibration=balance(sensitivity="9 %")))
    assert plan_run(case, Asked()).findings[0].outcome == "never"


def test_a_program_that_ends_with_a_stop_varies_its_legs_alone(case_of, benches):
    case = case_of(benches / "protocols" / "findings_rate.toml", benches / "simulated.toml")
    assert not case.stretchable
    found = shortest(case, lambda lengths: lengths.leg_s >= 7200.0)
    assert (found.leg_s, found.analysis_s) == (7200.0, None)


@pytest.mark.parametrize("limit", [1, 2, 50, 99, 100])
def test_first_finds_the_first(limit):
    assert first(1, 100, lambda n: n >= limit) == limit
    assert first(1, limit - 1, lambda n: n >= limit) is None
