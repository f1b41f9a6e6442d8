"""What no decision may rest on is refused, and the message says what was expected and what was found."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rig.verify.change_point import meeting_of_lines
from rig.verify.crossing import boundaries
from rig.verify.dose import dose_ug
from rig.verify.errors import MetricError, RuleError
from rig.verify.height import weighted_line
from rig.verify.joint import Joint, errors_of_levels, successive_errors
from rig.verify.limits import AtMost, FailingPart, FractionWithin, Instant, LargerOf, Mask, NoLaterThan, Sample
from rig.verify.prior import Prior
from rig.verify.spending import spent

NAN, INF = math.nan, math.inf
ONE = np.ones(1)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Joint(np.ones(2), np.eye(3)), r"n values and an n by n covariance, found \(2,\), \(3, 3\)"),
        (lambda: Joint(np.ones((1, 1)), np.eye(1)), "n values and an n by n covariance"),
        (lambda: Joint(np.ones(0), np.ones((0, 0))), "n values and an n by n covariance"),
        (lambda: Joint(np.array([NAN]), np.eye(1)), "finite values, and a variance above zero for each"),
        (lambda: Joint(ONE, np.array([[INF]])), "finite values, and a variance above zero"),
        (lambda: Joint(ONE, np.zeros((1, 1))), "finite values, and a variance above zero"),
        (lambda: Joint(np.ones(2), np.array([[1.0, 2.0], [2.0, 1.0]])), "one with a negative variance"),
        (lambda: Joint(np.ones(2), np.array([[1.0, 0.5], [0.4, 1.0]])), "a covariance matrix"),
        (lambda: Joint(np.ones(2), 1e-9 * np.array([[1.0, 0.5], [0.4, 1.0]])), "a covariance matrix"),
        (lambda: Joint(ONE, np.eye(1), nu=0.0), "nu: expected degrees of freedom above zero, found 0.0"),
        (lambda: errors_of_levels([0.0, 1.0], np.eye(2), [0], [1], [0.0]), "spans: .* a programmed volume above zero"),
        (lambda: errors_of_levels([0.0, 1.0], np.eye(2), [0, 0], [1], [1.0]), "spans: expected a start, an end"),
        (lambda: errors_of_levels([0.0, 1.0], np.eye(3), [0], [1], [1.0]), r"levels: .* found \(2,\)"),
        (lambda: errors_of_levels([[0.0, 1.0]], np.eye(2), [0], [1], [1.0]), r"levels: .* found \(1, 2\)"),
        (lambda: successive_errors([0.0], np.eye(1), [0.0], 6.0), "time_s: expected two rising times or more"),
        (lambda: successive_errors([0.0, 1.0], np.eye(2), [5.0, 5.0], 6.0), "time_s: expected two rising times"),
        (lambda: successive_errors([0.0, 1.0], np.eye(2), [[0.0, 5.0]], 6.0), "time_s: expected two rising times"),
        (lambda: meeting_of_lines(np.arange(-1.0, 2.0), np.ones(3), np.eye(3)), "either side, found 1 and 2"),
        (lambda: meeting_of_lines(np.arange(-2.0, 1.0), np.ones(3), np.eye(3)), "either side, found 2 and 1"),
        (
            lambda: weighted_line(np.arange(3.0), np.zeros(3), np.zeros((3, 3)), 0.0),
            "head: expected windows with an uncertainty of their own",
        ),
        (lambda: dose_ug(200.0, 2.0, 0.0, INF, ""), "dose: expected a programmed dose above zero, found 0"),
    ],
)
def test_a_metric_refuses(call, says):
    with pytest.raises(MetricError, match=says):
        call()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: boundaries(np.eye(2), [0.01]), r"n looks and an n by n correlation, found \(1,\), \(2, 2\)"),
        (lambda: boundaries(np.eye(1), [[0.01]]), "n looks and an n by n correlation"),
        (lambda: boundaries(np.eye(2), [0.02, 0.01]), "probabilities up to 0.5 that do not fall"),
        (lambda: boundaries(np.eye(2), [-0.01, 0.01]), "probabilities up to 0.5"),
        (lambda: boundaries(np.eye(2), [0.01, 0.51]), "probabilities up to 0.5"),
        (lambda: boundaries(np.eye(0), []), "probabilities up to 0.5"),
        (lambda: spent("haybittle", [1.0], 0.025), "expected one of obrien-fleming, power, pocock, found 'haybittle'"),
        (lambda: spent("power", [0.0, 1.0], 0.025), "parts above 0 up to 1"),
        (lambda: spent("power", [1.1], 0.025), "parts above 0 up to 1"),
        (lambda: spent("power", [1.0], 0.0), "a risk between 0 and 1"),
        (lambda: spent("power", [1.0], 1.0), "a risk between 0 and 1"),
        (lambda: Prior(NAN, 1.0, "bench 3"), "a mean and a standard deviation above zero, found nan"),
        (lambda: Prior(0.0, 0.0, "bench 3"), "a mean and a standard deviation above zero, found 0.0, 0.0"),
        (lambda: Prior(0.0, INF, "bench 3"), "a mean and a standard deviation above zero"),
        (lambda: Prior(0.0, 1.0, "  "), "prior: expected its source in words"),
        (lambda: NoLaterThan(0.0), "limit_s: expected a time above zero, found 0.0"),
        (lambda: NoLaterThan(INF), "limit_s: expected a time above zero, found inf"),
        (lambda: Instant(50.0, 40.0, 0.5), "after_s before by_s, found 50.0 and 40.0"),
        (lambda: Instant(50.0, INF, 0.5), "after_s before by_s, found 50.0 and inf"),
        (lambda: FractionWithin(0.0, -5.0, 5.0), "fraction: expected one above 0 and up to 1, found 0.0"),
        (lambda: FractionWithin(1.01, -5.0, 5.0), "fraction: expected one above 0 and up to 1, found 1.01"),
        (lambda: Mask(()), "mask: expected a row"),
        (lambda: Sample((1.0,)), "two pumps or more and u_shared from zero"),
        (lambda: Sample((1.0, NAN)), "two pumps or more and u_shared from zero"),
        (lambda: Sample((1.0, 2.0), u_shared=-0.1), "two pumps or more and u_shared from zero"),
        (lambda: FailingPart(0.0), "part and confidence between 0 and 1"),
        (lambda: FailingPart(1.0), "part and confidence between 0 and 1"),
        (lambda: FailingPart(0.1, 1.0), "part and confidence between 0 and 1"),
        (lambda: FailingPart(0.1, 0.0), "part and confidence between 0 and 1"),
        (lambda: AtMost(3).judge(-1), "count: expected zero or more, found -1"),
        (lambda: LargerOf(0.0, 0.5), "both parts above zero, found 0.0 % and 0.5 uL"),
        (lambda: LargerOf(5.0, 0.0), "both parts above zero, found 5.0 % and 0.0 uL"),
        (lambda: LargerOf(INF, 0.5), "both parts above zero, found inf"),
        (lambda: LargerOf(5.0, INF), "both parts above zero, found 5.0 % and inf"),
        (lambda: LargerOf(5.0, 0.5).at(0.0), "programmed: expected a volume above zero, found 0.0 uL"),
        (lambda: LargerOf(5.0, 0.5).at(INF), "programmed: expected a volume above zero, found inf uL"),
    ],
)
def test_a_decision_refuses(call, says):
    with pytest.raises(RuleError, match=says):
        call()


def test_what_just_can_be_is_taken():
    """The last look may spend one half, all windows may be asked for, an event may be seen at the very instant."""
    assert boundaries(np.eye(1), [0.5]).spent[0] == pytest.approx(0.5, abs=1e-3)
    assert spent("power", [1.0], 0.025)[0] == 0.025
    assert FractionWithin(1.0, -5.0, 5.0).fraction == 1.0
    assert Instant(50.0, 50.0, 0.5).by_s == 50.0
    assert AtMost(0).judge(0).verdict == "pass"


def test_a_rounded_covariance_is_still_one():
    """Perfectly correlated values leave an eigenvalue of zero, which rounding may carry below."""
    loads = np.array([1.0, 2.0, 3.0]) * 0.1
    for size in (1.0, 1e6):
        assert Joint(np.ones(3), np.outer(size * loads, size * loads)).u == pytest.approx(size * loads)


def test_two_levels_and_half_a_degree_of_freedom_are_the_least():
    assert successive_errors([0.0, 11.0], np.eye(2), [0.0, 3600.0], 10.0).value == pytest.approx([10.0])
    assert Joint(ONE, np.eye(1), nu=0.5).nu == 0.5
    assert successive_errors([0.0, 11.0], np.eye(2), [0.0, 0.5], 72000.0).value == pytest.approx([10.0])
