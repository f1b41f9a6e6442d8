"""Windows, the steps of a day, re-programming, stops and the minimum rate: asked for in TOML, judged on the bench."""

import pytest

from rig.errors import BenchError
from tests.rig.findings.conftest import flow

SIX_HOURS = 6, [flow("6.25 uL/h", 6)]
STALL = 'stall = [["3 h", "3.25 h"]]'


def soft(line):
    return lambda text: text.replace('line_time_constant = "2 s"', f'line_time_constant = "{line}"')


@pytest.mark.parametrize(
    ("limit", "options", "hours_1", "hours_6"),
    [
        ('"20 %"', "", "pass", "pass"),
        ('"20 %"', STALL, "fail", "pass"),
        ('"20 %"', "gain = 1.3", "fail", "fail"),
        ('{ each = "0.3 %" }', "", "inconclusive", "inconclusive"),
        ('{ fraction = "80 %", within = "20 %" }', STALL, "pass", "pass"),
    ],
)
def test_a_short_stall_is_seen_in_the_window_that_holds_it(asked, limit, options, hours_1, hours_6):
    table = f'[findings.rate_windows]\nlengths = ["1 h", "6 h"]\nlimit = {limit}'
    found = asked(*SIX_HOURS, table, options)
    verdicts = {name: found[f"rate_windows_{name}"].verdict for name in ("1h", "6h")}
    assert verdicts == {"1h": hours_1, "6h": hours_6}, found["rate_windows_1h"].statement
    assert found["rate_windows_1h"].facts["windows"] == 6


@pytest.mark.parametrize(("options", "verdict"), [("", "pass"), (STALL, "fail")])
def test_a_mask_judges_all_lengths_at_once(asked, options, verdict):
    rows = '{ window = "1 h", within = "20 %" }, { window = "6 h", within = "10 %" }'
    table = f'[findings.rate_windows]\nlengths = ["1 h", "6 h"]\nlimit = {{ mask = [{rows}] }}'
    found = asked(*SIX_HOURS, table, options)["rate_windows_mask"]
    assert found.verdict == verdict, found.statement
    assert found.facts["windows"] == {"1h": 6, "6h": 1}


def test_a_window_that_is_no_whole_cycle_decides_nothing(asked):
    found = asked(*SIX_HOURS, '[findings.rate_windows]\nlengths = ["90 min"]\nlimit = "20 %"')
    assert found["rate_windows_1.5h"].verdict == "informative"
    assert "no whole number of cycles" in found["rate_windows"].statement
    assert found["rate_windows"].verdict == "inconclusive"


def test_a_window_longer_than_the_analysis_is_no_number(asked):
    found = asked(*SIX_HOURS, '[findings.rate_windows]\nlengths = ["7 days"]\nlimit = "20 %"')
    assert found["rate_windows"].verdict == "inconclusive"
    assert "analyse longer" in found["rate_windows"].statement


DAY = 6, [flow("6.25 uL/h", 2), flow("25 uL/h", 2), flow("12.5 uL/h", 2)]


def test_a_delay_that_no_limit_asks_for_may_be_unknown(asked):
    """Steps that are too short for a change point keep nobody from judging their volumes."""
    short = 2, [flow("25 uL/h", 0.5), flow("50 uL/h", 0.5), flow("25 uL/h", 1)]
    found = asked(*short, '[findings.day_schedule]\nlimit = "28 %"')
    assert found["day_schedule_delay"].verdict == "informative", found["day_schedule_delay"].statement
    found = asked(*short, '[findings.day_schedule]\ndelay_limit = "10 min"')
    assert found["day_schedule_delay"].verdict == "inconclusive", found["day_schedule_delay"].statement


@pytest.mark.parametrize(
    ("line", "delay_limit", "options", "error", "delay"),
    [
        ("2 s", "5 min", "", "pass", "pass"),
        ("6 min", "90 s", "", "pass", "fail"),
        ("2 s", "5 min", "gain = 1.3", "fail", "pass"),
        ("2 s", "20 s", "", "pass", "inconclusive"),
    ],
)
def test_steps_of_a_day(asked, line, delay_limit, options, error, delay):
    table = f'[findings.day_schedule]\nlimit = "28 %"\ndelay_limit = "{delay_limit}"\nguard = "25 min"'
    found = asked(*DAY, table, options, key=line, bench_edit=soft(line))
    verdicts = found["day_schedule_error"].verdict, found["day_schedule_delay"].verdict
    assert verdicts == (error, delay), found["day_schedule_delay"].statement
    assert len(found["day_schedule_error"].facts["steps"]) == 3


def changed(promise):
    change = f'{{ at = "2 h", flow = "25 uL/h", effective_after = "{promise}" }}'
    return 5, [f"{flow('6.25 uL/h', 5)}\nchanges = [{change}]"]


@pytest.mark.parametrize(
    ("promise", "limit", "verdict"),
    [("0 s", "5 min", "pass"), ("12 min", "5 min", "fail"), ("0 s", "30 s", "inconclusive")],
)
def test_a_change_of_rate_that_comes_before_it_is_promised_fails(asked, promise, limit, verdict):
    found = asked(*changed(promise), f'[findings.reprogramming]\nlimit = "{limit}"')["reprogramming_1"]
    assert found.verdict == verdict, found.statement
    assert found.facts["told_s"] == pytest.approx(7200.0, abs=5.0)


def test_a_change_that_is_confirmed_and_never_carried_out_fails(asked):
    table = '[findings.reprogramming]\nlimit = "5 min"'
    found = asked(*changed("0 s"), table, "firmware = { kept_rates = 1 }")["reprogramming_1"]
    assert found.verdict == "fail", found.statement
    assert found.facts["programmed_ul_h"] == pytest.approx(18.75)
    assert abs(found.facts["change_ul_h"]) < 2.0


def test_a_limit_as_long_as_the_guard_leaves_it_open_whether_a_change_came(asked):
    table = '[findings.reprogramming]\nlimit = "20 min"'
    found = asked(*changed("0 s"), table, "firmware = { kept_rates = 1 }")
    assert found["reprogramming"].verdict == "inconclusive", found["reprogramming"].statement


STOP = 4, [flow("25 uL/h", 2), 'kind = "stop"\nduration = "2 h"']


@pytest.mark.parametrize(
    ("line", "residual_limit", "residual"),
    [("2 s", "<= 1 uL", "pass"), ("4 min", "<= 1 uL", "fail"), ("4 min", "<= 1.5 uL", "inconclusive")],
)
def test_what_comes_after_a_stop(asked, line, residual_limit, residual):
    table = f'[findings.stop]\nsettle = "30 min"\nresidual_limit = "{residual_limit}"\nflow_limit = "<= 2 uL/h"'
    found = asked(*STOP, table, key=line, bench_edit=soft(line))
    assert found["stop_residual"].verdict == residual, found["stop_residual"].statement
    assert found["stop_flow"].verdict == "pass"
    assert not found["stop_flow"].facts["free_flow"]


LOWEST = 5, [flow("12.5 uL/h", 1), 'kind = "minimum_rate"\nduration = "4 h"']


@pytest.mark.parametrize(
    ("limit", "options", "verdict"),
    [("20 %", "", "pass"), ("20 %", "gain = 1.5", "fail"), ("20 %", 'stall = [["2 h", "7 h"]]', "fail"),
     ("1 %", "", "inconclusive")],
)  # fmt: skip
def test_the_minimum_rate(asked, limit, options, verdict):
    found = asked(*LOWEST, f'[findings.minimum_rate]\nlimit = "{limit}"', options)["minimum_rate"]
    assert found.verdict == verdict, found.statement
    assert found.facts["cycles"] == 1
    assert found.facts["delivers"] is ("stall" not in options)


def test_the_gate_refuses_a_table_that_the_program_cannot_answer(whole):
    tables = '[findings.stop]\nflow_limit = "<= 1 uL/h"\n[findings.minimum_rate]\nlimit = "14.5 %"'
    with pytest.raises(BenchError) as refused:
        whole(*SIX_HOURS, tables)
    assert "stop: expected a program that stops after it has delivered" in str(refused.value)
    assert "minimum rate: expected a segment of kind" in str(refused.value)


def test_a_whole_run_goes_through_gate_and_verdict(whole):
    program = [
        f'{flow("6.25 uL/h", 4)}\nchanges = [{{ at = "2 h", flow = "25 uL/h" }}]',
        'kind = "stop"\nduration = "1 h"',
    ]
    tables = (
        '[findings.day_schedule]\nlimit = "20 %"\n[findings.reprogramming]\nlimit = "10 min"\n'
        '[findings.stop]\nsettle = "10 min"\nflow_limit = "<= 4 uL/h"\n'
    )
    outcome = whole(5, program, tables)
    verdicts = {finding.name: finding.verdict for finding in outcome.assessment.findings}
    assert {verdicts[name] for name in ("day_schedule_error", "reprogramming_1", "stop_flow")} == {"pass"}
    assert {verdicts[name] for name in ("day_schedule_delay", "stop_residual")} == {"informative"}
