"""The trend of one device over its visits, and when the next one is due."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from rig.errors import EvidenceError
from rig.follow_up import Visit, follow_up, visits_of

LIMITS = (-14.5, 14.5)


def life(*errors):
    """Half-yearly visits from the first of January 2026."""
    days = (date(2026, 1, 1) + timedelta(days=182 * n) for n in range(len(errors)))
    return [Visit(day, error, 0.1, "pass", Path()) for day, error in zip(days, errors, strict=True)]


def test_a_steady_pump_is_seen_again_at_the_usual_time():
    found = follow_up(life(0.1, -0.1, 0.1, -0.1), LIMITS, interval_days=182.0)
    assert (found.advice.days, found.due) == (182, date(2026, 1, 1) + timedelta(days=4 * 182))


def test_a_drift_brings_the_visit_forward_and_the_day_is_told():
    """Four percent each half year: 14.5 % is reached 114 days after the last one, the bound of it a little sooner."""
    found = follow_up(life(0.0, -4.0, -8.0, -12.0), LIMITS, interval_days=182.0)
    assert found.drift.slope * 182 == pytest.approx(-4.0)
    assert 100 < found.advice.days < 114
    assert f"4 visits over 546 days, -8.03 %/year; next visit due {found.due}" in found.says


def test_a_pump_that_is_there_already_is_due_at_once():
    assert follow_up(life(0.0, -6.0, -14.4), LIMITS, interval_days=182.0).advice.days == 0


def test_two_visits_are_no_trend():
    with pytest.raises(EvidenceError, match="a trend needs 3 visits at least, found 2"):
        follow_up(life(0.0, 1.0), LIMITS, interval_days=182.0)


def test_visits_are_the_valid_runs_of_that_device_by_that_protocol(made_record):
    made_record("01-05", error=2.0)
    made_record("07-05", error=1.0)
    made_record("09-05", outcome="invalid")
    made_record("10-05", protocol="P-2")
    folder = made_record("11-05", identities={"device": {"serial_number": "SN-2", "model": "X"}}).parent
    found = visits_of([folder], "SN-1", "P-1")
    assert [(visit.day.month, visit.error_percent, visit.verdict) for visit in found] == [
        (1, 2.0, "pass"), (7, 1.0, "pass"),
    ]  # fmt: skip
