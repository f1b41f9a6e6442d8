"""The bench qualifies itself: a sound one is qualified, a wrong one is not, and says why."""

import tomllib

import pytest

from rig.bench import load_bench
from rig.errors import EvidenceError
from rig.qualify.front import Silent
from rig.qualify.qualify import Lab, qualify
from rig.qualify.record import history, read_qualification
from rig.record import Record
from tests.rig.qualify.conftest import BENCHES, FAULTS


def verdicts(filed):
    return {item.name: item.verdict for item in filed.record.items}


def test_a_sound_bench_is_qualified_by_weights_flow_clocks_and_faults(qualified):
    _, filed = qualified
    found = verdicts(filed)
    assert (filed.record.verdict, filed.record.reasons) == ("qualified", ())
    assert found.pop("voltage") == "skipped"
    assert set(found.values()) == {"passed"}
    assert {"mass 100 g", "flow gauge", "flow bias", "clock pump", "fault tare-while-delivering"} <= found.keys()


def test_it_names_who_answered_with_what_and_the_digest_of_each_run(qualified):
    laboratory, filed = qualified
    record = filed.record
    assert record.serial_numbers == {"balance": "SIM-BAL-0001", "environment": "SIM-ENV-0001"}
    assert [one.channel for one in record.calibrations] == ["balance", "environment"]
    digests = {one.folder: one.content_digest for one in record.records}
    assert len(digests) == 3 * 2 + 2
    assert all(Record.open(laboratory.folder / "out" / name).content_digest == one for name, one in digests.items())


def test_a_balance_beyond_the_u_of_its_record_is_not_qualified_and_the_reason_names_it(laboratory):
    filed = laboratory.qualify(bench=laboratory.bench(sensitivity_error=3e-5))
    assert filed.record.verdict == "not qualified"
    assert verdicts(filed)["mass 1 g"] == "passed"
    assert verdicts(filed)["mass 100 g"] == "failed"
    assert any("mass 100 g" in one and "calibrate it again" in one for one in filed.record.reasons)


def test_a_pump_that_is_not_its_reference_shows_as_bias(laboratory):
    filed = laboratory.qualify(bench=laboratory.bench(gain=1.03))
    (bias,) = [item for item in filed.record.items if item.name == "flow bias"]
    assert bias.value == pytest.approx(3.0, abs=bias.expanded)
    assert bias.verdict == "failed"
    assert "does not cover the bias" in bias.statement


def test_a_method_that_scatters_beyond_its_tolerance_fails_the_gauge(laboratory):
    def loose(table):
        for one, wrong in zip(table["flow"]["set_ups"], (0.96, 1.0, 1.04), strict=True):
            one["world"] = {"gain": wrong}

    found = verdicts(laboratory.qualify(laboratory.plan(loose)))
    assert (found["flow gauge"], found["flow scatter"], found["flow bias"]) == ("failed", "failed", "passed")


def test_a_fault_that_is_not_caught_disqualifies(laboratory):
    """A protocol whose limits forgive everything lets the fast pump pass."""
    quick = laboratory.folder / "benches" / "protocols" / "quick.toml"
    (quick.parent / "absurd.toml").write_text(quick.read_text().replace('limit = "14.5 %"', 'limit = "90 %"'))
    plan = laboratory.plan(lambda table: table.update(fault_protocol="../protocols/absurd.toml"))
    filed = laboratory.qualify(plan)
    assert verdicts(filed)["fault gain-20-percent-more"] == "failed"
    assert any("ended pass, expected fail" in one for one in filed.record.reasons)
    assert any("none that must end fail" in one for one in filed.record.reasons)


def test_an_interrupted_one_goes_on_with_the_runs_that_it_has(qualified):
    laboratory, filed = qualified
    again = laboratory.qualify()
    assert [one.content_digest for one in again.record.records] == [one.content_digest for one in filed.record.records]
    assert (again.record.number, again.record.supersedes) == (2, filed.record.sha256)


def test_runs_of_another_bench_are_not_taken_for_its_own(qualified):
    laboratory, _ = qualified
    with pytest.raises(EvidenceError, match=r"of another bench\.toml"):
        laboratory.qualify(bench=laboratory.bench(evaporation="0.31 mg/h"))


def test_a_changed_file_or_a_gap_in_the_chain_vouches_for_nothing(laboratory):
    path = laboratory.qualify().path
    path.chmod(0o644)
    path.write_text(path.read_text().replace('form = "short"', 'form = "full"'))
    with pytest.raises(EvidenceError, match="changed after its seal"):
        read_qualification(path)
    path.rename(path.with_name("0002-qualification.toml"))
    with pytest.raises(EvidenceError):
        history(laboratory.book, "simulated")


@pytest.mark.nightly
def test_the_packaged_plan_in_full(laboratory):
    from rig.qualify.plan import load_plan

    plan = load_plan(BENCHES / "procedures" / "qualification.toml")
    lab = Lab(laboratory.book, laboratory.folder / "full", "the test")
    filed = qualify(plan, laboratory.bench(), lab, Silent())
    assert (filed.record.verdict, filed.record.form) == ("qualified", "full")
    assert len(filed.record.records) == 5 * 3 + 13


def test_supply_and_multimeter_show_a_known_voltage(laboratory, free_port):
    path = laboratory.folder / "benches" / "simulated_full.toml"
    text = path.read_text()
    for port in ("31762", "31763"):
        text = text.replace(port, free_port())
    path.write_text(text)
    plan = laboratory.plan(lambda table: table["voltage"].update(reference="SIM-DMM-0001"))
    record = laboratory.qualify(plan, bench=load_bench(path)).record
    found = {item.name: item for item in record.items}
    assert "SIM-CERT-DMM-1" in {one.certificate for one in record.standards}
    read = [item for name, item in found.items() if name.startswith("voltage")]
    assert [(item.name, item.verdict) for item in read] == [(f"voltage {v} V", "passed") for v in ("2.7", "3", "3.3")]
    assert all(abs(item.value) < 2.0 for item in read)


NEW = ("sensitivity-rises-50-ppm", "weight-falls-on-the-pan", "door-stays-open")


def test_a_step_of_the_balance_a_weight_and_an_open_door_are_the_bench_s_fault(laboratory):
    packaged = tomllib.loads((BENCHES / "procedures" / "qualification.toml").read_text())["faults"]
    kept = [one for one in packaged if one["name"] in {*FAULTS, *NEW}]
    filed = laboratory.qualify(laboratory.plan(lambda table: table.update(faults=kept)))
    found = {item.name: item for item in filed.record.items}
    assert filed.record.verdict == "qualified"
    assert "check weight SIM-W-50 after the run" in found["fault sensitivity-rises-50-ppm"].statement
    assert "something was put on it" in found["fault weight-falls-on-the-pan"].statement
    assert "times as much during the delivery" in found["fault door-stays-open"].statement
