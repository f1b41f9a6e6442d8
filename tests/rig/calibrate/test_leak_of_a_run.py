"""A leak between the pump outlet and the tip: runs whose connection is tight, drips, or hangs beside the beaker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rig.assessment import Assessor
from rig.delivery.from_record import Evidence
from rig.errors import FileError
from rig.gate.predicted import predicted_reasons
from rig.protocol import parse_protocol
from rig.record import Record
from rig.refusals import refuse_undecidable
from rig.runner import run
from tests.rig.calibrate.conftest import hour_long, lab_in, with_witnesses

CHECKED = '\n[check_weight]\nserial = "SIM-W-50"\n'


@pytest.fixture(scope="module")
def hours(tmp_path_factory):
    """The evidence of an hour at 1 mL/h under options of the world, each carried out once."""
    lab = lab_in(tmp_path_factory.mktemp("lab"))
    bench_with, protocol, kept = with_witnesses(lab), hour_long(lab), {}

    def evidence(flow="1 mL/h", **options):
        if (key := f"{flow} {options}") not in kept:
            folder = lab.folder / f"run-{len(kept)}"
            record = run(protocol(CHECKED, coarse=True, flow=flow), bench_with(**options), folder)
            kept[key] = Evidence.of(Record.open(record.folder))
        return kept[key]

    return evidence


@pytest.fixture
def leaks(hours):
    """The findings of a leak, by name, that a table makes of such an hour."""

    def judge(table, text=str, **options):
        evidence = hours(**options)
        said = text(evidence.input("protocol.toml").decode()) + "\n[findings.leak]\n" + table
        finder = Assessor(replace(evidence, protocol=parse_protocol(said, "protocol.toml", evidence.bench.limits)))
        finder.find()
        return {found.name: found for found in finder.findings if found.name.startswith("leak")}

    return judge


def test_a_tight_connection_passes_and_says_which_leak_it_would_have_seen(leaks):
    found = leaks('limit = "12 %"\nrate_limit = "120 uL/h"\nvolume_limit = "120 uL"')
    assert {one.verdict for one in found.values()} == {"pass"}
    assert list(found) == ["leak", "leak_rate", "leak_volume"]
    facts = found["leak"].facts
    assert (facts["says"], facts["outlet"], facts["tip"]) == ("no loss seen", "flow", "balance")
    assert facts["smallest_seen_ul_h"] == pytest.approx(5 * facts["u_lost_ul"], rel=0.01)
    assert "the smallest leak that would have been seen is" in found["leak"].statement


def test_a_connection_that_drips_fails(leaks):
    found = leaks('limit = "5 %"\nrate_limit = "50 uL/h"', connection_leak=0.12)
    assert {one.verdict for one in found.values()} == {"fail"}
    assert found["leak"].value == pytest.approx(12.0, abs=3 * found["leak"].u)
    assert found["leak"].facts["says"] == "leak"


def test_one_that_hangs_beside_the_beaker_is_called_disconnected(leaks):
    found = leaks('limit = "5 %"', connection_leak=1.0)["leak"]
    assert (found.verdict, found.facts["says"]) == ("fail", "disconnected")
    assert found.value == pytest.approx(100.0, abs=0.1)
    assert "Disconnected between flow (pump outlet)" in found.statement


def test_witnesses_that_cannot_see_half_of_the_limit_pass_nothing(leaks):
    found = leaks('limit = "5 %"')["leak"]
    assert found.verdict == "inconclusive"
    assert found.statement.startswith("inconclusive: not informative: could see")


def test_a_loss_near_its_limit_is_undecided_by_the_rule(leaks):
    found = leaks('limit = "13 %"', connection_leak=0.12)["leak"]
    assert found.verdict == "inconclusive"
    assert found.facts["informative"]


def test_a_gain_is_no_pass(leaks):
    """The balance reads a tenth too much: something is wrong, and it is not a tight line."""
    found = leaks('limit = "12 %"', sensitivity_error=0.1)["leak"]
    assert (found.verdict, found.facts["says"]) == ("inconclusive", "gain")
    assert "a witness is wrong, or there is a second source" in found.statement


def test_without_a_check_weight_no_leak_is_held_against_the_pump(leaks):
    found = leaks('limit = "5 %"', lambda text: text.replace(CHECKED, ""), connection_leak=0.12)["leak"]
    assert found.verdict == "inconclusive"
    assert "not shown to hold before and after: check weight" in found.statement


def test_a_flow_sensor_that_is_wrong_is_no_leak(leaks):
    found = leaks('limit = "5 %"', flow="0.8 mL/h", flow_gain_error=0.12)["leak"]
    assert found.verdict == "inconclusive"
    assert "flow against all others" in found.statement


def test_reservoir_against_tip_shares_the_density(leaks):
    found = leaks('outlet = "device.load-cell"\nlimit = "12 %"')["leak"]
    facts = found.facts
    assert (found.verdict, facts["outlet_node"]) == ("pass", "reservoir")
    assert facts["u_lost_ul"] < (facts["u_outlet_ul"] ** 2 + facts["u_tip_ul"] ** 2) ** 0.5


def test_only_the_window_counts(leaks):
    """The connection drips in the second half hour of the delivery alone."""
    options = {"connection_leak": 0.3, "connection_leak_during": [["53 min", "90 min"]]}
    early, late = (
        leaks(f'window = {{ start = "{start} min", end = "{end} min" }}\nlimit = "20 %"', **options)["leak"]
        for start, end in ((1, 29), (33, 60))
    )
    assert (early.verdict, late.verdict) == ("pass", "fail")
    assert late.value == pytest.approx(30.0, abs=4 * late.u)


def test_what_the_line_stores_behind_a_clamp_is_no_leak(leaks, free_port):
    """The tip is closed four minutes before the end: 67 uL are in the line, at 67 kPa."""
    daq = {
        "name": "daq", "driver": "nidaqmx", "address": "Dev1", "model": "SIM-9218", "serial_number": "SIM-0D05E001",
        "options": {"grpc": f"127.0.0.1:{(port := free_port())}", "rate": "1 Hz", "channels": [
            {"name": "line", "physical": "Dev1/ai0", "kind": "voltage", "range": ["-10 V", "10 V"]}]},
    }  # fmt: skip
    closed = {"occlusion": [["4753 s", "3 h"]], "occlusion_switch": "299 kPa", "compliance": "1 uL/kPa"}
    options = {"instrument": daq, "nidaqmx_port": int(port), **closed}
    column = 'pressure = { channel = "daq", column = "line_v", per_volt = "25 kPa" }'
    known = f'stored = {{ {column}, compliance = "1 uL/kPa", compliance_u = "0.02 uL/kPa" }}\nlimit = "12 %"'
    apart, kept = leaks('limit = "12 %"', **options)["leak"], leaks(known, **options)["leak"]
    assert (apart.facts["says"], kept.facts["says"]) == ("leak", "no loss seen")
    assert kept.facts["stored_ul"] == pytest.approx(66.7, abs=2.0)
    assert kept.verdict == "pass"


def test_without_a_limit_it_is_shown_and_decides_nothing(leaks):
    (found,) = leaks("").values()
    assert (found.name, found.verdict, found.unit) == ("leak", "informative", "%")


def test_the_gate_knows_the_least_u_that_it_can_have(hours, leaks):
    evidence = hours()
    text = evidence.input("protocol.toml").decode()
    wide, narrow = (
        predicted_reasons(parse_protocol(f'{text}\n[findings.leak]\nlimit = "{limit}"', "p.toml"), evidence.bench,
                          evidence.calibrations)
        for limit in ("12 %", "0.2 %")
    )  # fmt: skip
    predicted = next(one for one in wide[1].findings if one.name == "leak")
    assert wide[0] == []
    assert 0.0 < predicted.expanded <= leaks('limit = "12 %"')["leak"].expanded
    assert "at least so much" in predicted.dominating
    assert "leak: expected a decision, found that none can be made" in str(narrow[0][0])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('outlet = "flo"\nlimit = "5 %"', "expected a witness with a calibration record, found 'flo'"),
        ('outlet = "balance"\ntip = "flow"', "expected outlet nearer to the pump than tip"),
        ('limit = ">= 5 %"', "expected an upper limit above zero"),
        ('limit = "5 uL"', "findings.leak.limit"),
        ('window = { start = "0 h", end = "9 h" }', "expected a stretch from 0 h to"),
        ('outlet = "flow"\ntip = "flow"', "expected two witnesses, found 'flow' as outlet and as tip"),
        ('stored = { pressure = { channel = "line" } }', "leak.stored needs the compliance of the line"),
        ('stored = { pressure = { channel = "line" }, compliance = "0.2 uL/kPa" }', "give both or neither"),
        ('stored = { pressure = { channel = "daq", column = "line_v" } }', "needs per_volt"),
    ],
)
def test_a_table_that_cannot_be_is_refused_before_the_run(hours, table, words):
    evidence = hours()
    text = f"{evidence.input('protocol.toml').decode()}\n[findings.leak]\n{table}"
    with pytest.raises(FileError) as refused:
        refuse_undecidable(parse_protocol(text, "p.toml", evidence.bench.limits), evidence.bench)
    assert words in str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize(("options", "verdict"), [({}, "pass"), ({"connection_leak": 0.08}, "fail")])
def test_the_example_decides_on_five_percent(lab, bench_with, options, verdict):
    outcome = run(lab.folder / "benches/protocols/leak.toml", bench_with(**options), lab.folder / "run")
    found = {one.name: one for one in outcome.assessment.findings}
    assert (found["leak"].verdict, outcome.assessment.verdict.outcome) == (verdict, verdict)
    assert len(found["witnesses"].facts["intervals"]) == 4
