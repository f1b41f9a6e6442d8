"""What decidable means, against a drawn population of measurements."""

import numpy as np
import pytest

from rig.planning import Wanted
from rig.planning.decidable import decidable
from rig.predict import PredictedFinding
from rig.verify.rule_arrays import PASS, verdicts


def finding(u, limits=(-14.5, 14.5), rule="guard-band-U", **more):
    limit = min(abs(one) for one in limits if one is not None)
    known = {"value": 0.0, "u": u, "limits": limits, "rule": rule} | more
    return PredictedFinding("mean_flow_error", 2 * u, 2.0, limit, "increment_g", "", **known)


@pytest.mark.parametrize("rule", ["simple", "guard-band-U", "iso14253", "risk-2.5%", "guard-band-0.5U-binary"])
@pytest.mark.parametrize("off", [0.0, 5.0, 9.0, 12.0])
def test_the_chance_is_that_of_the_rule_on_drawn_values(rule, off):
    drawn = np.random.default_rng(1).normal(off, 1.8, 200_000)
    passed = (verdicts(drawn, 1.8, -14.5, 14.5, rule) == PASS).mean()
    assert decidable(finding(1.8, rule=rule), Wanted(off)).chance == pytest.approx(passed, abs=0.004)


def test_a_true_error_up_to_what_is_stated_passes_with_the_wanted_chance():
    made = decidable(finding(1.5), Wanted())
    at, beyond = (decidable(finding(1.5), Wanted(made.passes_up_to + more)) for more in (-1e-6, 1e-3))
    assert at.ok
    assert not beyond.ok
    assert at.chance == pytest.approx(0.95, abs=1e-4)


def test_the_ratio_is_asked_for_even_where_a_good_pump_would_pass():
    """U = 3.8 % passes a perfect pump, and fits only 3.8 times into 14.5 %."""
    found = decidable(finding(1.9), Wanted())
    assert found.problems == ("U is 3.8 %, at most 3.62 % is wanted",)
    assert found.chance > 0.9999
    assert decidable(finding(1.9), Wanted(ratio=3.0)).ok


def test_a_pump_at_the_limit_passes_with_the_risk_that_the_rule_leaves():
    """Guard band w = U: 2.275 %, the normal tail beyond two (ILAC-G8:09/2019); of one limit, whichever is nearer."""
    for limits in ((-14.5, 14.5), (-5.0, 14.5), (None, 14.5), (-14.5, None)):
        assert decidable(finding(0.5, limits), Wanted()).at_the_limit == pytest.approx(0.02275, abs=1e-5)


def test_of_many_values_each_has_to_pass():
    """24 windows at 95 % together ask 99.79 % of each."""
    one, many = (decidable(finding(1.5, values=n), Wanted(9.0)) for n in (1, 24))
    assert one.ok
    assert "in one of 24 values" in many.problems[0]
    assert many.passes_up_to < one.passes_up_to


def test_limits_that_no_value_can_meet():
    found = decidable(finding(10.0), Wanted())
    assert (found.passes_up_to, found.chance, found.at_the_limit) == (0.0, 0.0, 0.0)
    assert not found.ok


def test_a_rule_that_proves_non_conformity_only_never_passes():
    found = decidable(finding(0.5, rule="guard-band-U-nonconformity"), Wanted())
    assert "passes nothing" in found.problems[0]


def test_an_assumed_error_in_percent_says_nothing_of_a_delay():
    delay = finding(20.0, (-900.0, 900.0), unit="s")
    assert decidable(delay, Wanted(100.0)).ok


def test_what_cannot_be_predicted_is_not_decidable():
    lost = PredictedFinding("trumpet", None, None, None, "", "inconclusive: not determined; no window may decide")
    assert decidable(lost, Wanted()).problems == ("no decision can be made: no window may decide",)
