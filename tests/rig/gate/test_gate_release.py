"""A run for release stands on sealed records or certificates, and every reason against it is told at once."""

import tomllib

import pytest

from calibration.book import Book
from rig.errors import BenchError
from rig.runner import run
from tests.calibration.test_book import AIR
from tests.rig.gate.test_gate_balance_check import BENCHES

CERTIFICATE = 'certificate = "SIM-CERT-BAL-0001"\n'


@pytest.mark.parametrize(("release", "count"), [("true", 1), ("false", 0)])
def test_a_stated_record_without_a_certificate_carries_no_run_for_release(station, record, gate_of, release, count):
    bench = station.bench(calibration=record((CERTIFICATE, "")))
    told = [one for one in gate_of(bench, station.protocol(for_release=release)).told() if "sealed record" in one]
    assert len(told) == count
    assert all(one.startswith("balance: a run for release: expected a sealed record or a certificate") for one in told)


def test_a_stated_record_does_not_go_past_the_sealed_ones_of_its_unit(station, record, gate_of, tmp_path):
    bench = station.bench(calibration=record())
    protocol = station.protocol(for_release="true")
    assert not [one for one in gate_of(bench, protocol).told() if "schema 1" in one]
    tables = tomllib.loads((BENCHES / "calibration" / "SIM-BAL-0001.toml").read_text()) | {"surroundings": AIR}
    Book(tmp_path).append({key: value for key, value in tables.items() if key != "schema"})
    (told,) = [one for one in gate_of(bench, protocol).told() if "schema 1" in one]
    assert "expected the sealed record of the book" in told
    assert "name the record in force, BOOK/SIM-BAL-0001/balance" in told


def test_qualification_check_weight_gate_and_checklist_refuse_together(station, record, tmp_path):
    more = '[qualification]\nwithin = "90 days"\n[checklist]\nuse = "standard"\n'
    protocol = station.protocol(for_release="true", leg="", more=more)
    with pytest.raises(BenchError) as refused:
        run(protocol, station.bench(calibration=record((CERTIFICATE, ""))), tmp_path / "run")
    found = "\n".join(refused.value.reasons)
    told = ("asks for a qualification", "no evaporation leg", "expected a sealed record", "checklist: warm-up")
    assert [one for one in told if one not in found] == []


def test_nobody_is_asked_the_checklist_of_a_run_that_is_refused_anyway(station, record, tmp_path):
    from rig.checklist_answers import Answers

    asked = []
    protocol = station.protocol(for_release="true", leg="", more='[checklist]\nuse = "standard"\n')
    with pytest.raises(BenchError, match="no evaporation leg"):
        run(protocol, station.bench(), tmp_path / "run", answers=Answers(ask=asked.append))
    assert asked == []
