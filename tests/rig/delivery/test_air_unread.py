"""The air has to be read near each level: where it was not, a front may have lifted the load by milligrams."""

import math

import numpy as np
import pytest

from rig.assessment import assess
from rig.delivery import room
from rig.delivery.collected import Air
from rig.delivery.readings import air_readings
from rig.errors import EvidenceError
from rig.evaluation import WITH_AIR
from rig.record import Record
from rig.runner import run

HOUR = 3600.0


def air(reach_s=600.0):
    """Read for an hour, and again from the third one on."""
    time_s = np.concatenate([np.arange(0.0, HOUR + 1, 60.0), np.arange(3 * HOUR, 4 * HOUR + 1, 60.0)])
    return Air(time_s, np.full(len(time_s), 1.19), 1e-3, "measured", reach_s)


@pytest.mark.parametrize("at_s", [-600.0, 0.0, HOUR + 600.0, 3 * HOUR - 600.0, 4 * HOUR + 600.0])
def test_a_reading_speaks_as_far_as_it_reaches(at_s):
    air().refuse_unread(np.array([HOUR, at_s]))


@pytest.mark.parametrize(("at_s", "away"), [(-601.0, 601), (2 * HOUR, 3600), (3 * HOUR - 601.0, 601), (5 * HOUR, 3600)])
def test_and_no_further(at_s, away):
    with pytest.raises(EvidenceError, match=f"within 600 s of t = {at_s:.0f} s, the nearest is {away} s away"):
        air().refuse_unread(np.array([HOUR, at_s]))


def test_declared_air_holds_for_the_whole_run():
    Air(np.zeros(1), np.array([1.19]), 1e-3, "declared").refuse_unread(1e6)


@pytest.fixture(scope="module")
def record(station_in, tmp_path_factory):
    folder = tmp_path_factory.mktemp("air")
    station = station_in(folder)
    return Record.open(run(station.protocol(leg="20 min", analysis="1 h"), station.bench(), folder / "run").folder)


@pytest.fixture
def judged(record, monkeypatch):
    """Judges the run as if its sensors had said something else."""

    def go(change, revision=WITH_AIR):
        monkeypatch.setattr(room, "air_readings", lambda of: change(*air_readings(of)))
        monkeypatch.setitem(record.start, "evaluation", revision)
        return assess(record).findings[0]

    return go


def only(kept):
    def change(at_s, shown):
        part = kept(at_s)
        return at_s[part], tuple(one[part] for one in shown)

    return change


@pytest.mark.parametrize(
    "kept",
    [lambda t: t < 0.3 * t[-1], lambda t: t > 0.6 * t[-1], lambda t: np.abs(t / t[-1] - 0.5) > 0.35],
    ids=["they stopped", "they came late", "they were lost for a while"],
)
def test_sensors_that_were_silent_decide_nothing(judged, kept):
    found = judged(only(kept))
    assert (found.verdict, found.value) == ("inconclusive", None)
    assert "air: expected a reading within 600 s" in found.statement
    assert judged(only(kept), WITH_AIR - 1).value is not None  # as it was judged before


@pytest.mark.parametrize(("interval_s", "reach_s"), [(1.0, 600.0), (400.0, 1200.0), (3000.0, 3600.0)])
def test_three_usual_intervals_ten_minutes_at_least_and_an_hour_at_most(record, monkeypatch, interval_s, reach_s):
    def sparse(of):
        at_s, shown = air_readings(of)
        wanted = np.searchsorted(at_s, np.arange(at_s[0], at_s[-1], interval_s))
        return at_s[wanted], tuple(one[wanted] for one in shown)

    monkeypatch.setattr(room, "air_readings", sparse)
    assert assess(record).delivery.air.reach_s == pytest.approx(reach_s, rel=0.05)


def test_a_moment_of_silence_does_no_harm(judged):
    whole = judged(lambda at_s, shown: (at_s, shown))
    found = judged(only(lambda t: np.abs(t / t[-1] - 0.5) > 0.04))
    assert found.value == pytest.approx(whole.value, abs=0.05)


def test_a_row_with_something_missing_is_left_out(record, monkeypatch):
    rows = {name: np.array(column) for name, column in record.stream("environment").items()}
    for number, name in enumerate(("t_s", "temperature_c", "pressure_hpa", "humidity_percent")):
        rows[name][number] = math.nan
    monkeypatch.setattr(Record, "stream", lambda *_: rows)
    at_s, shown = air_readings(record)
    assert len(at_s) == len(rows["t_s"]) - 4
    assert all(np.isfinite(one).all() for one in (at_s, *shown))
