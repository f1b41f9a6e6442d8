"""Limits of every kind in a protocol: read with all problems at once, and held against what a pump delivers."""

from types import SimpleNamespace

import pytest

from rig.errors import BenchError, FileError
from rig.findings.held import decided
from rig.protocol import parse_protocol
from rig.protocol_findings.ruled import PriorTable
from rig.verify.prior import Prior, rule_risk
from rig.verify.rules import decide_numbers
from tests.rig.findings.conftest import flow

TEXT = """schema = 1
id = "L"
[program]
drug = "baclofen"
concentration = "2000 ug/mL"
reservoir = "20 mL"
[[program.segments]]
kind = "continuous"
flow = "0.15 mL/day"
[timing]
analysis = "24 h"
[findings.mean_flow_error]
limit = {limit}
{more}
"""
BOLUS = 'kind = "single_bolus"\nvolume = "12.5 uL"\nflow = "50 uL/h"'
THREE = [part for _ in range(3) for part in (flow("6.25 uL/h", 0.75), BOLUS)] + [flow("6.25 uL/h", 0.5)]


def read(limit, more=""):
    return parse_protocol(TEXT.format(limit=limit, more=more), "p.toml").findings


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [('"14.5 %"', -14.5, 14.5), ('"-10 %/+15 %"', -10.0, 15.0), ('"-10 % to 15 %"', -10.0, 15.0),
     ('"<= 15 %"', None, 15.0), ('">= -10 %"', -10.0, None), ('"1000000 ppm"', -100.0, 100.0)],
)  # fmt: skip
def test_text_is_two_limits_or_one(text, lower, upper):
    limit = read(text).mean_flow_error.limit
    assert (limit.lower, limit.upper, limit.unit) == (pytest.approx(lower), pytest.approx(upper), "%")


def test_every_problem_of_every_limit_comes_at_once():
    more = """[findings.bolus]
limit = {{ content = "100 %", within = "15" }}
[findings.any_24_h]
limit = {{ mask = [] }}
[findings.claim_agreement]
limit = {{ larger_of = ["5 %", "0.5 g"] }}
""".replace("{{", "{").replace("}}", "}")
    with pytest.raises(FileError) as refused:
        read('"15 % to -10 %"', more)
    lines = str(refused.value).splitlines()
    places = [
        ("p.toml:13: findings.mean_flow_error.limit", "turn them round"),
        ("p.toml:15: findings.bolus.limit.content", "below 100 %"),
        ("p.toml:15: findings.bolus.limit.within", "with no unit"),
        ("p.toml:17: findings.any_24_h.limit", "expected a limit: text such as"),
        ("p.toml:19: findings.claim_agreement.limit.larger_of[1]", "expected a volume"),
    ]
    for place, why in places:
        assert any(place in line and why in line for line in lines), (place, lines)


def test_a_population_without_its_source_is_refused():
    with pytest.raises(FileError, match=r"findings.mean_flow_error.prior.source: required"):
        read('"14.5 %"', 'prior = { mean = "0 %", sd = "4 %" }')


TEN_MORE = 2, [flow("6.25 uL/h", 1), BOLUS, flow("6.25 uL/h", 0.75)]


@pytest.mark.parametrize(
    ("limit", "verdict"), [('"-5 % / +15 %"', "pass"), ('"<= 5 %"', "fail"), ('"-5 % / +10.5 %"', "inconclusive")]
)
def test_limits_that_are_not_symmetric_judge_a_pump_of_ten_percent(asked, limit, verdict):
    found = asked(*TEN_MORE, f"[findings.bolus]\nlimit = {limit}", "gain = 1.1")
    assert found["bolus_mean"].verdict == verdict, found["bolus_mean"].statement


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [("simple", "pass"), ("guard-band-U-binary", "fail"), ("guard-band-U-nonconformity", "inconclusive")],
)
def test_the_rule_that_is_named_is_the_rule_that_judges(asked, rule, verdict):
    found = asked(*TEN_MORE, f'[findings.bolus]\nlimit = "10.9 %"\nrule = "{rule}"', "gain = 1.1")["bolus_mean"]
    assert (found.verdict, found.rule) == (verdict, rule), found.statement


LIMITS = {
    "larger_of": '{ larger_of = ["2 %", "1.5 uL"] }',
    "each": '{ each = "12 %" }',
    "fraction": '{ fraction = "60 %", within = "12 %" }',
    "content": '{ content = "90 %", confidence = "90 %", within = "60 %" }',
}


@pytest.mark.parametrize("kind", LIMITS)
@pytest.mark.parametrize(("gain", "verdict"), [("1.0", "pass"), ("1.9", "fail")])
def test_a_series_of_boluses_by_each_kind(asked, kind, gain, verdict):
    found = asked(3.5, THREE, f"[findings.bolus]\nlimit = {LIMITS[kind]}", f"gain = {gain}")
    names = [name for name in found if name.startswith("bolus")]
    assert {found[name].verdict for name in names} == {verdict}, [found[name].statement for name in names]
    assert names == (["bolus_mean", "bolus_largest"] if kind == "larger_of" else ["bolus_series"])


def test_three_boluses_show_no_tolerance_interval_close_to_the_limit(asked):
    limit = '{ content = "95 %", within = "3 %" }'
    found = asked(3.5, THREE, f"[findings.bolus]\nlimit = {limit}", "gain = 1.0")["bolus_series"]
    assert found.verdict == "inconclusive"
    assert "95 % of all boluses" in found.statement


def test_priming_is_judged_by_its_own_table(asked):
    prime = 'kind = "priming_bolus"\nvolume = "25 uL"\nflow = "100 uL/h"'
    tables = '[findings.bolus]\nlimit = "14.5 %"\n[findings.priming_bolus]\nlimit = "0.01 %"\nrule = "simple"'
    found = asked(2, [prime, flow("6.25 uL/h", 0.75), BOLUS, flow("6.25 uL/h", 0.75)], tables, "gain = 1.05")
    assert (found["bolus_mean"].verdict, found["priming_bolus_mean"].verdict) == ("pass", "fail")
    assert found["bolus_mean"].facts["kinds"] == ["single"]
    assert "modelled" in found["priming_bolus_mean"].facts["composition"]


def test_a_global_risk_is_printed_with_its_source(asked):
    prior = 'prior = { mean = "0 %", sd = "4 %", source = "42 pumps, report 7" }'
    edit = lambda text: text.replace("[findings.mean_flow_error]", f"[findings.mean_flow_error]\n{prior}")  # noqa: E731
    found = asked(*TEN_MORE, "", "gain = 1.1", text=edit)["mean_flow_error"]
    assert "42 pumps, report 7" in found.statement
    assert 0.0 <= found.facts["global_risk"]["false_pass"] < 0.001


def test_a_global_risk_takes_the_guard_band_of_the_decision():
    """Few degrees of freedom widen the band of iso14253, by Student's t of 4 from 1.645 u to 2.132 u."""
    table = PriorTable(mean="0 %", sd="4 %", source="42 pumps, report 7")
    asked = SimpleNamespace(rule="iso14253", k=2.0, prior=table)
    decision = decide_numbers(1.0, 1.0, lower=-8.0, upper=8.0, rule="iso14253", nu=4.0, k=2.0)
    told = decided("mean_flow_error", decision, asked).facts["global_risk"]
    risk = rule_risk(Prior(0.0, 4.0, "any"), 1.0, -8.0, 8.0, "iso14253", 2.0, 4.0).risk
    assert (told["false_pass"], told["false_fail"]) == (risk.false_accept, risk.false_reject)
    assert told["false_fail"] > rule_risk(Prior(0.0, 4.0, "any"), 1.0, -8.0, 8.0, "iso14253").risk.false_reject


def test_the_gate_holds_u_against_the_nearer_limit(whole):
    with pytest.raises(BenchError, match=r"bolus_mean: expected U of at most 0.025 % \(limit 0.1 %"):
        whole(*TEN_MORE, '[findings.bolus]\nlimit = "-0.1 % / +15 %"')
