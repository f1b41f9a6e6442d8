"""A trumpet with a limit, over the whole way: a pump that conforms does not fail because many windows were seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rig.assessment import assess
from rig.evaluation import WITH_SIMULTANEOUS
from rig.record import Record
from rig.runner import run
from tests.rig.conftest import STILL

MORE = """
[findings.trumpet]
windows = ["15 min", "1 h"]
limit = "14.5 %"
[intervals]
witness = "10 s"
pump = "60 s"
environment = "60 s"
[gate]
ratio = 1.5
"""


@pytest.fixture
def blown(station):
    """Hours of a pump, its balance noisy: the record."""

    def made(gain, seed, analysis):
        bench = station.bench(f'seed = {seed}\ngain = {gain}\nnoise = "0.45 mg"\n{STILL}')
        protocol = station.protocol(leg="5 h", analysis=analysis, more=MORE)
        return Record.open(run(protocol, bench, station.folder / "run").folder)

    return made


def trumpet_of(record, name="trumpet_60min"):
    return next(finding for finding in assess(record).findings if finding.name == name)


def test_a_pump_that_conforms_is_left_open_and_failed_before(blown):
    record = blown(1.143, 5, "14 h")
    found = trumpet_of(record)
    assert (found.verdict, found.facts["windows"]) == ("inconclusive", 53)
    assert found.value > 14.5 + 2.0 * found.u  # the furthest of 53, of which each is off by 14.3 %
    assert "furthest of many noisy windows" in found.statement
    before = replace(record, start=record.start | {"evaluation": WITH_SIMULTANEOUS - 1})
    assert trumpet_of(before).verdict == "fail"
    assert trumpet_of(before).value == pytest.approx(found.value, rel=1e-12)


def test_a_pump_far_off_fails_and_the_windows_of_a_quarter_decide_nothing(blown):
    record = blown(1.25, 1, "10 h")
    found = trumpet_of(record)
    assert (found.verdict, found.k) == ("fail", 2.0)
    assert 0.0 < found.facts["risk_of_false_fail"] < 0.02275
    assert "no whole multiple" in trumpet_of(record, "trumpet_15min").statement


def test_a_pump_without_error_passes_with_the_uncertainty_of_each_window(blown):
    found = trumpet_of(blown(1.0, 1, "10 h"))
    assert (found.verdict, found.rule) == ("pass", "guard-band-U")
    assert found.facts["risk_of_false_pass"] < 0.01
    assert found.facts["factor"] > 2.5
