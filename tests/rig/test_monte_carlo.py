"""The mean flow error of a record by Monte Carlo, beside its budget: the same digits each time, and what they mean."""

from dataclasses import replace
from pathlib import Path

import pytest

from rig.assessment import assess
from rig.errors import EvidenceError
from rig.monte_carlo import simulated_error
from rig.record import Record

SHELF = Path(__file__).parents[1] / "shelf" / "emulated-firmware-15min"


@pytest.fixture(scope="module")
def assessment():
    return assess(Record.open(SHELF))


@pytest.fixture(scope="module")
def drawn(assessment):
    return simulated_error(assessment, 400_000)


def test_the_budget_of_the_draws_is_that_of_the_finding(assessment, drawn):
    found = next(one for one in assessment.findings if one.name == "mean_flow_error")
    assert drawn.budget.value == pytest.approx(found.value, rel=1e-9)
    assert drawn.budget.u == pytest.approx(found.u, rel=1e-3)  # the phase of a shot, through V / P and not V alone
    assert drawn.simulated.estimate == pytest.approx(found.value, abs=0.01 * found.u)
    assert drawn.simulated.u == pytest.approx(found.u, rel=0.01)


def test_the_same_record_is_drawn_the_same(assessment, drawn):
    assert simulated_error(assessment, 400_000) == drawn
    assert drawn.seed == int(assessment.evidence.record.content_digest[:12], 16)


def test_the_statement_says_both_intervals_and_whether_the_budget_holds(drawn):
    assert "by the budget (GUM)" in drawn.statement
    assert "by 400,000 draws (JCGM 101)" in drawn.statement
    assert drawn.statement.endswith("the budget is validated.")
    assert drawn.as_json()["validation"]["valid"] is True


def test_a_rectangle_that_dominates_is_not_validated(assessment):
    wide = replace(assessment.delivery, setup=replace(assessment.delivery.setup, linearity_g=0.1))
    found = simulated_error(replace(assessment, delivery=wide), 400_000)
    (low, high), (drawn_low, drawn_high) = found.budget.interval(), found.simulated.symmetric
    assert not found.check.valid
    assert low < drawn_low < drawn_high < high
    assert "NOT validated: quote the interval of the draws" in found.statement


def test_a_record_without_a_mean_flow_error_has_nothing_to_draw(assessment):
    with pytest.raises(EvidenceError, match="a record with a mean flow error"):
        simulated_error(replace(assessment, delivery=None))
