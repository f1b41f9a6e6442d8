"""From counts to the smallest magnitude that is detected."""

import pytest

from rig.campaign.load import read_faults
from rig.campaign.report import CampaignReport, Level, Row, _level
from rig.campaign.tables import cells_of
from rig.verify.reliability import lower_bound


def shown(found, missed):
    one = {"after_h": 2.0, "error_ul": 1.0, "error_percent": None}
    return [{**one, "judgement": "found"}] * found + [{**one, "judgement": "missed"}] * missed


@pytest.fixture
def row(folder):
    fault = read_faults(folder)[0]

    def make(*counts):
        levels = tuple(_level(float(10 * place), shown(*count)) for place, count in enumerate(counts, 1))
        return Row(fault, fault.expect[0], levels)

    return make


def test_the_interval_is_that_of_clopper_and_pearson():
    level = _level(1.0, shown(9, 1))
    assert (level.low, level.high) == pytest.approx((0.55498, 0.99747), abs=1e-5)  # 9 of 10, Clopper & Pearson 1934
    assert level.surely == pytest.approx(0.60584, abs=1e-5)


def test_it_takes_29_runs_that_are_all_found(row):
    assert row((29, 0)).smallest == 10.0
    assert row((28, 0)).smallest is None
    assert row((28, 0)).all_found_from == 10.0


def test_a_greater_magnitude_that_is_missed_counts(row):
    assert row((40, 0), (20, 20), (40, 0)).smallest == 30.0
    assert row((40, 0), (39, 1)).all_found_from is None


def test_medians_leave_out_what_is_not_known():
    level = _level(1.0, shown(3, 0))
    assert isinstance(level, Level)
    assert (level.after_h, level.error_percent) == (2.0, None)


def test_a_few_passes_of_many_are_within_the_risk():
    def report(outside):
        return CampaignReport((0, 0), 1, 0.0, (), {}, {}, (), outside)

    assert not report((200, 5)).risk_exceeded
    assert lower_bound(200, 188, 0.95) > 0.025
    assert report((200, 12)).risk_exceeded


def test_a_fault_of_the_bench_has_no_dose_error(row, folder):
    made = row((2, 0))
    assert cells_of(made)[-1] == "+1 uL"
    other = made.fault.model_copy(update={"culprit": "bench"})
    assert cells_of(Row(other, made.expect, made.levels))[-1] == "-"
