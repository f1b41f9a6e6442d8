"""The gate: what keeps a run from starting, every reason at once, and what a run that is marked takes with it."""

import json

import pytest

from drivers.pump.mock_pump import MockPump
from rig.errors import BenchError
from rig.gate.reason import GateReport, Reason
from rig.runner import run

EXPIRED = [("valid_until = 2099-12-31", "valid_until = 2025-12-31"), ("performed_on = 2026", "performed_on = 2025")]


@pytest.fixture
def moved(monkeypatch):
    """Every order to move that the pump was given."""
    orders = []
    for order in ("start", "bolus", "set_rate"):
        monkeypatch.setattr(MockPump, order, lambda *_, order=order: orders.append(order))
    return orders


def test_a_sound_station_passes_and_says_what_u_it_will_have(station, gate_of):
    report = gate_of(station.bench(), station.protocol())
    assert report.passed
    assert report.told() == []
    assert report.as_json()["predicted"]["mean_flow_error"]["ratio"] > 4


BALANCE = {
    "expired": (EXPIRED, "balance: the calibration of SIM-BAL-0001 is out of date: valid until 2025-12-31, used on"),
    "of another unit": ([('"SIM-BAL-0001"', '"SIM-BAL-9"')], "balance: the calibration record is of serial number"),
    "for another room": ([('"30 degC"', '"16 degC"')], "holds for temperature 15 to 16 degC, found 22 to 22 degC"),
    "of a small balance": (
        [('"220 g"', '"50 g"')],
        "balance: expected at most 50 g on the pan (capacity), found 52.94 g",
    ),
    "with a large minimum weight": (
        [('minimum_weight = "4.1 mg"', 'minimum_weight = "21 mg"')],
        "balance: expected at least 21 mg in the analysis (minimum weight), found 12.5 mg; analyse longer",
    ),
    "with large noise": (
        [('repeatability = "0.02 mg"', 'repeatability = "3 mg"')],
        "protocol: mean_flow_error: expected U of at most 3.62 % (limit 14.5 %, 4:1), found",
    ),
}


@pytest.mark.parametrize("what", BALANCE)
def test_a_record_that_does_not_hold_is_told_with_what_was_expected(station, record, gate_of, what):
    changes, told = BALANCE[what]
    report = gate_of(station.bench(calibration=record(*changes)), station.protocol())
    assert not report.passed
    assert any(told in reason for reason in report.told()), report.told()


def test_a_record_that_ends_during_the_run_is_told_before_it(station, record, gate_of):
    bench = station.bench(calibration=record(("2099-12-31", "2026-01-01")))  # the simulated day
    assert gate_of(bench, station.protocol()).passed
    (told,) = gate_of(bench, station.protocol(analysis="24 h")).told()
    assert "valid until 2026-01-01, used on 2026-01-02" in told


def test_all_reasons_are_told_at_once_and_nothing_moves_or_is_written(station, record, moved, tmp_path):
    changes = [change for name, (listed, _) in BALANCE.items() if name != "with large noise" for change in listed]
    bench = station.bench(calibration=record(*changes))
    with pytest.raises(BenchError) as refused:
        run(station.protocol(leg="", for_release="true"), bench, tmp_path / "run")
    text = str(refused.value)
    told = ["out of date", "of serial number SIM-BAL-9", "15 to 16 degC", "(capacity)", "(minimum weight)"]
    assert [part for part in [*told, "expected U of at most", "no evaporation leg"] if part not in text] == []
    assert moved == []
    assert not (tmp_path / "run").exists()


def test_a_marked_run_takes_the_reasons_with_it(station, record, tmp_path):
    bench = station.bench(calibration=record(*EXPIRED))
    outcome = run(station.protocol(), bench, tmp_path / "run", not_for_release=True)
    gate = json.loads((tmp_path / "run" / "start.json").read_text())["gate"]
    assert not gate["passed"]
    assert "out of date" in gate["reasons"][0]
    assert gate["predicted"]["mean_flow_error"]["U"] < 1
    blocks = outcome.assessment.verdict.release_blocks
    assert f"the gate was overridden: {gate['reasons'][0]}" in blocks


def test_what_no_run_can_do_without_is_never_overridden():
    report = GateReport(not_ready=(Reason("balance", "zero tracking is on"),), reasons=(Reason("air", "damp"),))
    with pytest.raises(BenchError, match="zero tracking") as refused:
        report.refuse("station", not_for_release=True)
    assert len(refused.value.reasons) == 2


def test_more_witnesses_than_stand_there_cannot_be_overridden(station, tmp_path):
    protocol = station.protocol(more="[witnesses]\nrequired = 2")
    with pytest.raises(BenchError, match=r"expected 2 witnesses \(witnesses.required\), found 1"):
        run(protocol, station.bench(), tmp_path / "run", not_for_release=True)


def test_a_record_of_another_kind_vouches_for_nothing(station, gate_of):
    bench = station.bench()
    text = bench.read_text()
    bench.write_text(text.replace("SIM-BAL-0001.toml", "SIM-ENV-0001.toml"))
    told = "\n".join(gate_of(bench, station.protocol()).told())
    assert "balance: expected a calibration record of kind 'balance', found one of kind 'environment'" in told


def test_the_ratio_is_the_protocols_own(station, gate_of):
    """U of 0.65 % is 22 times in 14.5 %, so 4:1 passes and 20:1 nearly does not."""
    report = gate_of(station.bench(environment=WIDE_AIR), station.protocol())
    assert "expected U of at most 3.62 % (limit 14.5 %, 4:1)" in report.told()[0]
    assert "most of it from air_" in report.told()[0]
    assert gate_of(station.bench(environment=WIDE_AIR), station.protocol(more="[gate]\nratio = 1")).passed


WIDE_AIR = 'temperature_half_width = "1 K"\npressure_half_width = "10 hPa"\nhumidity_half_width = "10 %"'


def test_declared_air_is_judged_over_its_whole_width(station, record, gate_of):
    narrow = record(('"900 hPa", "1080 hPa"', '"1010 hPa", "1020 hPa"'))
    told = gate_of(station.bench(calibration=narrow, environment=WIDE_AIR)).told()
    assert "holds for pressure 1010 to 1020 hPa, found 1003.25 to 1023.25 hPa" in told[0]
