"""Runs whose load cell, flow sensor and balance are compared: they agree, a connection drips, a balance drifts."""

from __future__ import annotations

import pytest

from rig.assessment import assess
from rig.record import Record
from rig.runner import run
from rig.verify_record import compare


def compared(lab, protocol, bench):
    """Verdict and the row of the witnesses."""
    outcome = run(protocol, bench, lab.folder / "run")
    assert compare(Record.open(outcome.folder).result, assess(Record.open(outcome.folder)).as_json()) == []
    return outcome.assessment.verdict, next(f for f in outcome.assessment.findings if f.name == "witnesses")


def test_witnesses_that_agree_pass_where_the_protocol_asks_for_three(lab, bench_with, protocol):
    verdict, row = compared(lab, protocol("\n[witnesses]\nrequired = 3"), bench_with())
    assert (verdict.outcome, row.verdict) == ("pass", "pass")
    assert [one["node"] for one in row.facts["witnesses"]] == ["tip", "pump outlet", "reservoir"]
    assert all(one["speaks"] for one in row.facts["witnesses"])


def test_a_connection_that_drips_is_found_between_the_outlet_and_the_tip(lab, bench_with, protocol):
    verdict, row = compared(lab, protocol(), bench_with(connection_leak=0.12))
    assert row.facts["between"] == ["pump outlet", "tip"]
    assert row.value == pytest.approx(-0.12 * 1000.0, abs=4 * row.u)
    assert verdict.outcome == "inconclusive"
    assert "not shown to hold before and after: check weight" in row.statement


def test_it_is_a_fail_where_the_bench_held_before_and_after(lab, bench_with, protocol):
    weight = '\n[check_weight]\nserial = "SIM-W-50"'
    verdict, row = compared(lab, protocol(weight), bench_with(connection_leak=0.12))
    assert (verdict.outcome, row.verdict) == ("fail", "fail")
    assert row.statement.startswith("fail: the volume differs between pump outlet and tip, -1")


def test_sensors_too_coarse_for_minutes_do_not_speak_and_the_protocol_wanted_three(lab, bench_with, protocol):
    verdict, row = compared(lab, protocol("\n[witnesses]\nrequired = 3", analysis="315 s"), bench_with())
    assert (verdict.outcome, row.verdict) == ("inconclusive", "inconclusive")
    assert "expected 3 witnesses that can speak (witnesses.required), found 1" in row.statement
    balance, *coarse = row.facts["witnesses"]
    assert balance["speaks"]
    for one in coarse:
        assert not one["speaks"]
        assert one["could_see_ul"] > 0.145 * 87.5 / 2


def test_a_balance_whose_slope_is_wrong_is_the_one_against_all_others(lab, bench_with, protocol):
    _, row = compared(lab, protocol(), bench_with(sensitivity_error=-0.1))
    assert row.facts["blamed"] == "balance"
    assert row.verdict == "inconclusive"
