"""What a verdict is worth: few pumps at the limit pass, none beyond it, and U holds the truth as often as it says.

A short form for each change, a hundred thousand deliveries of each kind at night. The bounds of the short form leave
room for chance (four standard deviations of a count); those of the night are the house's own.
"""

from __future__ import annotations

import pytest

from fixtures.synthetic.study import coverage, passes, released_and_wrong, study
from fixtures.synthetic.untold import UNTOLD

FEW, MANY = 4_000, 100_000
#: Where normal distributions make more than three quarters of the variance.
GAUSSIAN = {"0.15 mL/day, 2 h", "1 mL/day, 6 h, u(density) 1 kg/m3"}
REMEMBER = [name for name in UNTOLD if name.startswith(("random walk", "flicker"))]
HARMLESS = ["outliers, 1 % of 0.5 mg"]


@pytest.fixture(scope="module")
def risk(script):
    return script("verdict_risk")


@pytest.fixture(scope="module")
def runs(risk):
    return {run.name: (run, risk.noise_at(run, noise)) for run, noise in risk.RUNS.items()}


def test_few_pumps_at_the_limit_pass_and_u_holds_the_truth(risk, runs):
    made = risk.at_the_limit(*runs["0.15 mL/day, 2 h"], FEW)
    assert passes(made) / FEW <= 0.025 + 4.0 * (0.025 * 0.975 / FEW) ** 0.5
    assert coverage(made) >= 0.94 - 4.0 * (0.05 * 0.95 / FEW) ** 0.5
    assert passes(made, "simple") / FEW > 0.4  # by simple acceptance every second one would


def test_no_pump_beyond_the_limit_by_twice_u_passes(risk, runs):
    assert passes(risk.beyond(*runs["0.15 mL/day, 2 h"], FEW)) == 0


@pytest.mark.parametrize("name", REMEMBER)
def test_a_balance_that_remembers_is_refused_where_nobody_recorded_it(runs, name):
    run, noise = runs["1 mL/day, 6 h"]
    made = study(run, noise, 500, 4, untold=UNTOLD[name])
    assert coverage(made) < 0.9
    assert made.refused.mean() > 0.9


def test_a_step_that_the_check_weight_does_not_show_is_in_u(risk, runs):
    """0.05 mg are 0.4 % of two hours, just below the alarm: without the weight one in five is wrong unseen."""
    run, noise = runs["0.15 mL/day, 2 h"]
    assert released_and_wrong(risk.stepped(run, noise, 1000, 0.05, weighed=None)) > 0.15
    assert released_and_wrong(risk.stepped(run, noise, 1000, 0.05)) <= 0.06
    assert coverage(risk.stepped(run, noise, 1000, 0.0)) >= 0.94


def test_noise_that_dithers_the_digit_is_neither_widened_nor_refused(risk):
    run, noise = risk.on_its_digit(risk.SHORT, 1e-4, 0.6)
    made = risk.at_the_limit(run, noise, FEW)
    assert made.shares.get("digit_ul", 0.0) < 0.01
    assert coverage(made) <= 0.97
    assert made.refused.mean() < 0.01


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("digits", [0.1, 0.2, 0.3, 0.4, 0.5])
@pytest.mark.parametrize("number", range(5))
def test_a_balance_that_rests_on_its_digit_is_covered_and_not_refused(risk, number, digits):
    run, digit_g = risk.COARSE[number]
    made = risk.at_the_limit(*risk.on_its_digit(run, digit_g, digits), 10_000)
    assert coverage(made) >= 0.94
    assert passes(made) / 10_000 <= 0.025
    assert made.refused.mean() < 0.01


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(6))
def test_a_hundred_thousand_at_the_limit(risk, runs, number):
    name, (run, noise) = list(runs.items())[number]
    made = risk.at_the_limit(run, noise, MANY)
    assert passes(made) / MANY <= 0.025
    assert coverage(made) >= 0.94
    assert name not in GAUSSIAN or coverage(made) <= 0.96


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(3))
def test_none_of_a_hundred_thousand_beyond_the_limit_passes(risk, runs, number):
    assert passes(risk.beyond(*list(runs.values())[number], MANY)) == 0


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", ["0.15 mL/day, 24 h", "1 mL/day, 6 h"])
def test_a_noise_model_that_was_measured_covers_as_well(risk, runs, name):
    run, _ = runs[name]
    made = risk.with_measured_noise(run, risk.noise_at(run, risk.WALKS), 40, 500)
    assert coverage(made) >= 0.94
    assert passes(made) / made.z.size <= 0.025


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(3))
def test_a_step_of_any_size_alarms_or_is_in_u(risk, runs, number):
    run, noise = list(runs.values())[number]
    for size_mg in risk.STEPS_MG:
        made = risk.stepped(run, noise, 5_000, size_mg)
        assert released_and_wrong(made) <= 0.06, size_mg
        assert size_mg or coverage(made) >= 0.94


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", [*REMEMBER, *HARMLESS])
@pytest.mark.parametrize("number", range(3))
def test_what_was_not_told_is_refused_or_covered(runs, name, number):
    run, noise = list(runs.values())[number]
    made = study(run, noise, 5_000, 4, untold=UNTOLD[name])
    assert coverage(made) >= 0.94 or made.refused.mean() >= 0.75


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(3))
def test_of_what_a_balance_does_beyond_its_record_little_is_released_and_wrong(risk, runs, number):
    run, noise = list(runs.values())[number]
    for untold in risk.MORE.values():
        made = study(run, noise, 5_000, 4, told=noise, untold=untold)
        assert released_and_wrong(made) <= 0.06 + 2.0 * (0.06 * 0.94 / 5_000) ** 0.5
    assert study(run, noise, 5_000, 4, told=noise).refused.mean() < 0.02
