"""Sequential runs keep the risks of the fixed one, over a hundred thousand deliveries, and end much sooner."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from rig.verify.crossing import boundaries
from rig.verify.errors import MetricError, RuleError
from rig.verify.joint import Joint, successive_errors
from rig.verify.looks import Look, Plan, time_text
from rig.verify.rule_arrays import verdicts
from rig.verify.sequential import level_covariance_ul2, next_look, plan_looks, refuse_unless_constant, stops
from rig.verify.spending import spent

HOURS = np.arange(0.0, 25.1, 2.5)
RATE, LIMIT, RUNS = 6.25, 14.5, 100_000
#: noise of a level [uL], evaporation rate [uL/h], scale [%]: a coarse balance, wet air, a good bench.
BENCHES = {"coarse": (2.0, 0.02, 0.05), "wet": (2.0, 0.2, 0.05), "good": (0.1, 0.02, 0.05)}


def planned(bench="coarse", **options):
    names = ("noise_ul", "u_evaporation_ul_h", "u_scale_percent")
    covariance = level_covariance_ul2(HOURS * 3600.0, RATE, **dict(zip(names, BENCHES[bench], strict=True)))
    errors = successive_errors(RATE * HOURS, covariance, HOURS * 3600.0, RATE)
    options = {"limit_percent": LIMIT, "required_s": 5 * 3600.0, **options}
    return plan_looks(HOURS[1:] * 3600.0, errors.covariance, **options)


def delivered(bench, error_percent, seed, runs=RUNS):
    """Errors at each look of many deliveries, from their levels, without the covariance that the plan knows."""
    noise, evaporation, scale = BENCHES[bench]
    draw = np.random.default_rng(seed)
    level = RATE * HOURS * (1.0 + np.reshape(error_percent, (-1, 1)) / 100.0) * np.ones((runs, 1))
    level += RATE * HOURS * draw.normal(0.0, scale / 100.0, (runs, 1))
    level += HOURS * draw.normal(0.0, evaporation, (runs, 1)) + draw.normal(0.0, noise, level.shape)
    errors = 100.0 * (level[:, 1:] - level[:, :1]) / (RATE * HOURS[1:]) - 100.0
    return errors[:, HOURS[1:] >= 5.0]


def rate_of(verdict, bench, error, spending, seed):
    plan = planned(bench, spending=spending)
    return float((stops(plan, delivered(bench, error, seed))[1] == verdict).mean())


CASES = list(itertools.product(BENCHES, ["power", "obrien-fleming", "pocock"], [1.0, -1.0]))
FAST = CASES[:1]


@pytest.mark.parametrize(
    ("bench", "spending", "side"),
    [pytest.param(*case, marks=[] if case in FAST else [pytest.mark.nightly]) for case in CASES],
)
def test_a_hundred_thousand_deliveries_keep_the_risks(bench, spending, side):
    u = planned(bench).looks[-1].u_percent
    assert rate_of(1, bench, side * LIMIT, spending, 1) <= 0.025
    assert rate_of(-1, bench, side * LIMIT, spending, 2) <= 0.025
    # none of 100,000: fewer than 3 in 100,000 at 95 %
    assert rate_of(1, bench, side * (LIMIT + 4.0 * u), spending, 3) == 0.0


@pytest.mark.parametrize("u", [0.3, 1.8, 3.6])
def test_the_fixed_run_keeps_the_risks_as_well(u):
    noise = np.random.default_rng(7).normal(0.0, u, RUNS)
    for error in (LIMIT, -LIMIT):
        assert (verdicts(error + noise, u, -LIMIT, LIMIT, "guard-band-U", k=2.0) == 1).mean() <= 0.025
    assert not (verdicts(LIMIT + 4.0 * u + noise, u, -LIMIT, LIMIT, "guard-band-U", k=2.0) == 1).any()


def test_the_median_good_pump_needs_at_most_three_fifths_of_the_time():
    pumps = np.random.default_rng(3).normal(0.0, 2.5, RUNS)  # within a percent or five, as pumps are
    for bench in BENCHES:
        plan = planned(bench)
        found = delivered(bench, pumps, 4)
        look, verdict = stops(plan, found)
        hours = np.array([one.time_s for one in plan.looks])[look] / 3600.0
        assert np.median(hours) <= 0.6 * 25.0
        fixed = verdicts(found[:, -1], plan.looks[-1].u_percent, -LIMIT, LIMIT, "guard-band-U") == 1
        assert (verdict == 1).mean() > fixed.mean() - 0.02  # what the looks cost


@pytest.mark.parametrize(("bench", "spending"), list(itertools.product(BENCHES, ["power", "pocock"])))
def test_the_spending_is_what_the_normal_integral_says(bench, spending):
    plan = planned(bench, spending=spending)
    covariance = level_covariance_ul2(HOURS * 3600.0, RATE, noise_ul=BENCHES[bench][0],
        u_evaporation_ul_h=BENCHES[bench][1], u_scale_percent=BENCHES[bench][2])  # fmt: skip
    joint = successive_errors(RATE * HOURS, covariance, HOURS * 3600.0, RATE).correlation[1:, 1:]
    never = multivariate_normal(cov=joint, allow_singular=True, maxpts=400_000, abseps=1e-5, seed=1)
    crossing = 1.0 - never.cdf([one.factor for one in plan.looks])
    assert plan.looks[-1].spent == pytest.approx(crossing, rel=0.02)
    assert plan.looks[-1].spent <= 0.02276


def test_independent_increments_give_the_published_boundaries():
    part = np.arange(1, 6) / 5.0
    correlation = np.sqrt(np.minimum.outer(part, part) / np.maximum.outer(part, part))
    found = boundaries(correlation, spent("obrien-fleming", part, 0.025))
    # Lan-DeMets O'Brien-Fleming, five looks, one-sided 0.025: tables of Reboussin, DeMets, Kim and Lan [K]
    assert found.factor == pytest.approx([4.877, 3.357, 2.680, 2.290, 2.031], abs=0.02)
    pocock = boundaries(correlation, spent("pocock", part, 0.025))
    assert pocock.factor == pytest.approx([2.438, 2.427, 2.410, 2.397, 2.386], abs=0.02)


def test_looks_that_are_the_same_look_cost_nothing():
    found = boundaries(np.ones((3, 3)), [0.01, 0.02, 0.02275])
    assert found.factor[-1] == pytest.approx(2.0, abs=0.01)


def test_nothing_is_decided_before_the_required_duration():
    assert planned(required_s=12 * 3600.0).looks[0].time_s == 12.5 * 3600.0
    with pytest.raises(MetricError, match="run longer"):
        planned(required_s=26 * 3600.0)


def test_a_look_decides_and_shows_what_is_spent():
    plan = planned()
    assert [plan.decide(4, error).verdict for error in (1.0, -13.0, 40.0)] == ["pass", "inconclusive", "fail"]
    assert "look 5 of 9 at 15 h" in plan.decide(4, 1.0).statement
    assert "false passes spent of 2.28 % (power)" in plan.decide(4, 1.0).statement
    verdict = stops(plan, np.full((1, 9), 1.0))
    assert plan.decide(int(verdict[0][0]), 1.0).verdict == "pass"
    with pytest.raises(RuleError, match="from 0 to 8"):
        plan.decide(9, 1.0)


def test_few_degrees_of_freedom_widen_every_look():
    pairs = zip(planned(nu=10.0, k=2.228139).looks, planned(k=1.959964).looks, strict=True)
    assert all(few.factor >= many.factor for few, many in pairs)


def test_a_schedule_is_no_constant_rate():
    refuse_unless_constant([0.0, 90_000.0], 0.0, 90_000.0)
    with pytest.raises(MetricError, match="change at 3600 s"):
        refuse_unless_constant([0.0, 3600.0], 0.0, 90_000.0)


def test_what_cannot_be_planned_is_refused():
    with pytest.raises(MetricError, match="expected times that rise"):
        plan_looks([2.0, 1.0], np.eye(2), limit_percent=1.0, required_s=0.0)
    with pytest.raises(MetricError, match="expected times that rise"):
        plan_looks([1.0, 1.0], np.eye(2), limit_percent=1.0, required_s=0.0)
    with pytest.raises(MetricError, match="does not grow"):
        plan_looks([1.0, 2.0], np.diag([1.0, 2.0]), limit_percent=1.0, required_s=0.0)
    with pytest.raises(RuleError, match="limit and k"):
        planned(limit_percent=-1.0)
    with pytest.raises(RuleError, match="obrien-fleming, power, pocock"):
        planned(spending="linear")
    with pytest.raises(RuleError, match="do not fall"):
        boundaries(np.eye(2), [0.02, 0.01])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"u_change": np.nan}, "u_change: expected one number from zero up"),
        ({"u_change": -5.0}, "u_change: expected one number from zero up"),
        ({"u_change": [0.1, 0.1, 0.1]}, "u_change: expected one number from zero up for each of 2 looks"),
        ({"u_complete": [0.0, 0.0]}, "u_complete: expected one number from above zero on"),
        ({"u_complete": [1.0, np.nan]}, "u_complete: expected one number from above zero on"),
        ({"required_s": np.nan}, "required_s: expected zero or more, found nan s"),
        ({"time_s": []}, "looks: expected a row of at least 1 samples"),
        ({"time_s": [1.0, np.inf]}, "looks: expected finite times"),
        ({"time_s": [1.0, 2.0, 3.0]}, r"a covariance for 3 times, found shape \(2, 2\)"),
    ],
)
def test_no_look_is_planned_with_a_number_that_cannot_be(wrong, says):
    given = {"time_s": [1.0, 2.0], "covariance": np.eye(2), "limit_percent": 14.5, "required_s": 0.0} | wrong
    with pytest.raises(MetricError, match=says):
        plan_looks(given.pop("time_s"), given.pop("covariance"), **given)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"time_s": []}, "levels: expected a row of at least 1 samples"),
        ({"time_s": [1.0, 0.0]}, "levels: expected times that rise"),
        ({"noise_ul": -0.1}, "noise: expected zero or more, found -0.1"),
        ({"u_evaporation_ul_h": np.nan}, "u_evaporation: expected zero or more, found nan"),
        ({"u_scale_percent": np.inf}, "u_scale: expected zero or more, found inf"),
        ({"rate_ul_h": np.nan}, "rate: expected zero or more, found nan uL/h"),
    ],
)
def test_no_covariance_of_levels_is_made_of_a_number_that_cannot_be(wrong, says):
    given = {
        "time_s": [0.0, 1.0], "rate_ul_h": 6.0, "noise_ul": 0.1, "u_evaporation_ul_h": 0.1, "u_scale_percent": 0.1
    } | wrong  # fmt: skip
    with pytest.raises(MetricError, match=f"^{says}"):
        level_covariance_ul2(**given)


def made(plan, covariance, skipped=()):
    """Every look of a plan as it is made with this covariance, but for those that are left out."""
    done, numbers = [], []
    for number in (n for n in range(len(plan.looks)) if n not in skipped):
        numbers.append(number)
        part = covariance[np.ix_(numbers, numbers)]
        done.append(next_look(plan, number, done, Joint(np.zeros(len(numbers)), part)))
    return done


def covariance_of(bench):
    noise, evaporation, scale = BENCHES[bench]
    parts = {"noise_ul": noise, "u_evaporation_ul_h": evaporation, "u_scale_percent": scale}
    levels = level_covariance_ul2(HOURS * 3600.0, RATE, **parts)
    return successive_errors(RATE * HOURS, levels, HOURS * 3600.0, RATE).covariance[1:, 1:]


def test_looks_that_are_made_as_planned_are_the_planned_ones():
    plan = planned("good")
    for planned_look, look in zip(plan.looks, made(plan, covariance_of("good")), strict=True):
        # where estimates are nearly the same a look spends little, and drawn again that is known to a few percent
        assert look.factor == pytest.approx(planned_look.factor, rel=0.04)
        assert look.allowed == planned_look.allowed


def test_another_covariance_than_planned_moves_the_boundary_and_not_the_risk():
    plan, covariance = planned("good"), 4.0 * covariance_of("wet")
    looks = made(plan, covariance)
    correlation = Joint(np.zeros(len(looks)), covariance).correlation
    never = multivariate_normal(cov=correlation, allow_singular=True, maxpts=400_000, abseps=1e-5, seed=1)
    crossing = 1.0 - never.cdf([one.factor for one in looks])
    assert looks[0].u_percent == pytest.approx(2.0 * planned("wet").looks[0].u_percent)
    assert crossing == pytest.approx(looks[-1].spent, rel=0.03)
    assert crossing <= 0.0235


def test_a_look_that_is_left_out_spends_nothing():
    plan = planned("coarse")
    some = made(plan, covariance_of("coarse"), skipped=(0, 1, 3))
    assert some[0].time_s == plan.looks[2].time_s
    assert some[0].factor <= plan.looks[2].factor * 1.01
    assert some[-1].spent <= 0.02276


def test_a_plan_is_read_back_from_its_json():
    plan = planned(nu=10.0, k=2.228139)
    assert Plan.of_json(plan.as_json()) == plan
    assert Plan.of_json(planned().as_json()) == planned()
    with pytest.raises(RuleError, match="what Plan"):
        Plan.of_json({"looks": []})
    with pytest.raises(RuleError, match="one look or more"):
        Plan.of_json(plan.as_json() | {"looks": []})


def test_a_look_accepts_and_rejects_so_many_u_on_either_side_of_the_limit():
    """2 u of 1.5 % about 14.5 %; with five degrees of freedom Student's factor of the same tail, 2.6487."""
    facts = (3600.0, 1.5, 1.0), (0.02275, 0.02275), (0.0, 0.0, 2.0), 14.5
    known, few = Look.of(*facts, np.inf), Look.of(*facts, 5.0)
    assert (known.accept_percent, known.reject_percent) == pytest.approx((11.5, 17.5))
    assert (few.accept_percent, few.reject_percent) == pytest.approx((14.5 - 3.973, 14.5 + 3.973), abs=2e-3)


def test_the_time_of_a_look_is_told_in_hours_from_an_hour_on():
    assert [time_text(s) for s in (90.0, 3540.0, 3600.0, 9000.0)] == ["1.5 min", "59 min", "1 h", "2.5 h"]


def test_a_look_needs_the_errors_of_all_looks_before_it():
    plan = planned()
    with pytest.raises(RuleError, match="from 0 to 8 and 1 errors"):
        next_look(plan, 0, [], Joint(np.zeros(2), np.eye(2)))
    for number in (-1, 9):  # of nine
        with pytest.raises(RuleError, match=f"look {number}: expected one from 0 to 8"):
            next_look(plan, number, [], Joint(np.zeros(1), np.eye(1)))


def test_risk_may_be_spent_by_the_time_and_complete_data_asked_to_agree():
    covariance, part = covariance_of("wet"), HOURS[2:] / 25.0
    u_complete = np.sqrt(np.diag(covariance)) / 3.0
    options = {"limit_percent": LIMIT, "required_s": 0.0, "part": part}
    alone = plan_looks(HOURS[2:] * 3600.0, covariance, **options)
    both = plan_looks(HOURS[2:] * 3600.0, covariance, u_complete=u_complete, u_change=0.1, **options)
    assert alone.looks[0].allowed == pytest.approx(alone.risk * part[0] ** 2)
    assert all(one.complete >= 2.0 for one in both.looks)
    assert both.looks[0].least < alone.looks[0].least


def test_what_never_decides_stops_at_the_last_look():
    """Just inside the limit at every look: neither shown to hold nor to be broken."""
    plan = planned()
    looks = len(plan.looks)
    rows = np.full((2, looks), LIMIT)
    rows[1, 0] = 1e3  # another run, far out at once
    where, says = stops(plan, rows)
    assert (where.tolist(), says.tolist()) == ([looks - 1, 0], [0, -1])
    decided_late = np.full((1, looks), LIMIT)
    decided_late[0, -1] = 0.0
    assert [one.tolist() for one in stops(plan, decided_late)] == [[looks - 1], [1]]


def test_ends_of_a_look_belong_to_it():
    """What just is accepted passes; what just is not yet rejected goes on."""
    plan = planned()
    first = plan.looks[0]
    row = np.full((2, len(plan.looks)), LIMIT)
    row[:, 0] = [first.reject_percent, np.nextafter(first.reject_percent, np.inf)]
    assert stops(plan, row)[1].tolist() == [0, -1]
    row[:, -1] = [plan.looks[-1].accept_percent, np.nextafter(plan.looks[-1].accept_percent, np.inf)]
    row[:, 0] = LIMIT
    assert stops(plan, row)[1].tolist() == [1, 0]


@pytest.mark.parametrize("options", [{"limit_percent": 0.0}, {"limit_percent": np.inf}, {"k": 0.0}, {"k": np.inf}])
def test_a_plan_needs_a_limit_and_a_factor(options):
    with pytest.raises(RuleError, match="expected a limit and k above zero"):
        planned(**options)


def test_a_look_that_may_spend_nothing_more_is_never_crossed():
    """All of the risk is spent by the first look: the second factor is beyond anything that is drawn."""
    found = boundaries(np.eye(2), [0.02, 0.02])
    assert found.factor[0] == pytest.approx(2.054, abs=0.02)
    assert found.spent[1] <= 0.02
    assert found.factor[1] > 3.5
    assert boundaries(np.eye(1), [0.0]).factor.tolist() == [8.5]


def test_levels_of_a_planned_run_begin_with_the_first():
    """Evaporation and scale count from the first level on, whatever the clock says then."""
    parts = {"noise_ul": 3.0, "u_evaporation_ul_h": 0.5, "u_scale_percent": 3.0}
    early = level_covariance_ul2([0.0, 3600.0, 7200.0], 10.0, **parts)
    assert level_covariance_ul2([1800.0, 5400.0, 9000.0], 10.0, **parts) == pytest.approx(early)
    # two hours: noise 3, evaporation 1, scale 0.6 uL; the last two levels share 0.5 x 1 and 0.3 x 0.6
    assert early[2, 2] == pytest.approx(9.0 + 1.0 + 0.36)
    assert early[1, 2] == pytest.approx(0.5 + 0.18)
    assert early[0] == pytest.approx([9.0, 0.0, 0.0])


def test_errors_count_from_the_first_level_whatever_the_clock_says():
    found = successive_errors([50.0, 61.0, 69.0], np.eye(3), [7200.0, 10800.0, 14400.0], 10.0)
    assert found.value == pytest.approx([10.0, -5.0])
    assert found.u == pytest.approx([np.sqrt(2.0) * 10.0, np.sqrt(2.0) * 5.0])


def test_a_look_decides_by_the_rule_of_its_plan():
    plan = planned(k=1.0)
    assert (plan.k, plan.decide(0, 0.0).k) == (1.0, 1.0)
    assert planned(nu=6.0).decide(0, 0.0).nu == 6.0
    for wrong in (-1, len(plan.looks)):
        with pytest.raises(RuleError, match="look: expected one from 0"):
            plan.decide(wrong, 0.0)


def test_the_same_correlation_gives_the_same_digits_years_later():
    """Promised by the module: a plan that was sealed must come out again as it was."""
    found = boundaries(np.array([[1.0, 0.5], [0.5, 1.0]]), [0.001, 0.02275])
    assert found.factor == pytest.approx([3.0893730026219854, 2.0112063583949538], rel=1e-9)
    assert found.spent == pytest.approx([0.0009999850787049246, 0.022747856216961154], rel=1e-9)


def test_an_uncertainty_that_stays_is_no_trouble():
    """Two looks that share everything: the second tells nothing new, and spends nothing more."""
    plan = plan_looks([1.0, 2.0], np.ones((2, 2)), limit_percent=10.0, required_s=0.0)
    assert [look.part for look in plan.looks] == [1.0, 1.0]
    assert plan.looks[1].spent == pytest.approx(plan.looks[0].spent, rel=0.02)


@pytest.mark.parametrize("nu", [6.0, np.inf])
def test_an_early_look_that_decides_next_to_nothing_has_a_factor_all_the_same(nu):
    early = planned("coarse", spending="obrien-fleming", nu=nu, required_s=0.0)
    assert all(np.isfinite(look.factor) for look in early.looks)
    assert early.looks[0].factor > 6.0
