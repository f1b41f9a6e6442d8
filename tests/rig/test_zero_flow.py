"""A record without flow: recorded as any run, its noise filed in a book, and used by the runs that name it."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from calibration.book import Book
from calibration.errors import CalibrationError
from fixtures.simulated.world import opened
from rig.assessment import assess
from rig.bench import calibrations_of, load_bench
from rig.errors import BenchError, EvidenceError, FileError
from rig.gate.predicted import predicted_reasons
from rig.predict import predict
from rig.protocol import load_protocol, parse_protocol
from rig.qualify.front import Silent
from rig.qualify.runs import Runs
from rig.record import Record
from rig.runner import run
from rig.verify_record import compare
from rig.zero_flow import noise_record, zero_flow_text

BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"
DAY = date(2026, 1, 2)
WALK = "drift_walk_mg = 0.1"
SLOWER = '[intervals]\nwitness = "2 s"\n'


def still(length="6 h"):
    return parse_protocol(zero_flow_text(length) + SLOWER, "zero-flow.toml")


def filed_in(folder, station_in, length):
    """A record without flow of a balance that walks, and the book in which its noise was filed."""
    outcome = run(still(length), station_in(folder).bench(f"seed = 5\n{WALK}"), folder / "still")
    book = folder / "calibration"
    shutil.copytree(BENCHES / "calibration", book)
    Book(book).append(noise_record(outcome.assessment.evidence, "M. Keller"), today=DAY)
    return outcome, book


@pytest.fixture(scope="module")
def filed(station_in, tmp_path_factory):
    """Six hours without flow."""
    return filed_in(tmp_path_factory.mktemp("still"), station_in, "6 h")


def named(station, book, options=WALK):
    """A bench file that names the noise record."""
    path = station.bench(options)
    path.write_text(
        path.read_text().replace("[witness.vessel]", f'noise = "{book}/SIM-BAL-0001/noise"\n[witness.vessel]')
    )
    return path


def test_nothing_flows_nothing_is_decided_and_the_noise_is_found(filed):
    outcome, book = filed
    record = Book(book).in_force("SIM-BAL-0001", "noise").record
    assert outcome.assessment.verdict.outcome == "inconclusive"
    assert [finding.name for finding in outcome.assessment.findings] == ["zero_flow"]
    assert record.noise.walk.m_as("mg") == pytest.approx(0.1, rel=0.3)
    assert record.noise.record_digest == Record.open(outcome.folder).content_digest


def test_the_record_is_recomputed_to_the_last_digit(filed):
    record = Record.open(filed[0].folder)
    assert compare(record.result, assess(record).as_json()) == []
    assert [data["who"] for _, data in record.events("answer")] == ["simulated hands"]


def test_a_run_that_names_it_takes_the_walk_into_its_u(filed, station, tmp_path):
    bare = run(station.protocol(), station.bench(WALK), tmp_path / "bare").assessment
    told = run(station.protocol(), named(station, filed[1]), tmp_path / "told").assessment
    assert told.findings[0].value == pytest.approx(bare.findings[0].value, abs=bare.findings[0].u)
    assert told.findings[0].u > 1.5 * bare.findings[0].u
    assert told.as_json()["delivery"]["noise_source"] == "noise model"
    assert 0.99 < told.findings[0].facts["efficiency"] < 1.01
    assert "efficiency" not in bare.findings[0].facts
    assert compare(Record.open(tmp_path / "told").result, told.as_json()) == []


def test_the_noise_of_another_load_or_a_shorter_record_does_not_speak_for_a_run(filed, station, tmp_path):
    bench = named(station, filed[1])
    bench.write_text(bench.read_text().replace('load_volume = "53 mL"', 'load_volume = "90 mL"'))
    with pytest.raises(BenchError, match="recorded with a load_volume of 53000, found 90000 uL"):
        run(station.protocol(), bench, tmp_path / "load")
    with pytest.raises(BenchError, match="recorded over 6 h, the delivery lasts 9 h"):
        run(station.protocol(analysis="8 h"), named(station, filed[1]), tmp_path / "long")


def test_a_noise_record_that_was_edited_is_refused_with_its_line(filed, station, tmp_path):
    book = tmp_path / "book"
    shutil.copytree(filed[1], book)
    path = next((book / "SIM-BAL-0001").glob("*.toml"))
    path.chmod(0o644)
    path.write_text(path.read_text().replace("walk = ", "walk =  "))
    with pytest.raises(FileError, match=r"witness\[0\].noise"):
        load_bench(named(station, book))


def test_a_qualification_takes_no_run_again_that_stood_on_another_noise_record(filed, station, tmp_path):
    book = Path(shutil.copytree(filed[1], tmp_path / "book"))
    bench = load_bench(named(station, book))
    protocol = load_protocol(station.protocol(), bench.limits)
    runs = Runs(tmp_path / "out", Silent(), "the test", book, DAY)
    runs.run("one", protocol, bench)
    runs.run("one", protocol, bench)
    assert len({one.content_digest for one in runs.made}) == 1
    Book(book).append(noise_record(filed[0].assessment.evidence, "A. Weber"), today=DAY)
    with pytest.raises(EvidenceError, match=r"found one of another noise/balance\.toml"):
        runs.run("one", protocol, bench)


def test_a_balance_that_was_touched_makes_the_record_invalid(station, tmp_path):
    drafty = 'draught = [["1 h", "1.1 h"]]\ndraught_noise = "0.2 g"'
    outcome = run(still("4.5 h"), station.bench(drafty), tmp_path / "run")
    assert outcome.assessment.verdict.outcome == "invalid"
    assert "(zero-flow); it was tared or touched" in outcome.assessment.verdict.reasons[0]


def test_too_little_gives_no_noise_and_says_so(station, tmp_path):
    outcome = run(still("1 h"), station.bench(), tmp_path / "run")
    assert "record as long as a run" in outcome.assessment.findings[0].statement
    with pytest.raises(EvidenceError, match="record as long as a run"):
        noise_record(outcome.assessment.evidence, "M. Keller")


@pytest.mark.parametrize("table", ['[findings.mean_flow_error]\nlimit = "5 %"', '[check_weight]\nserial = "W"'])
def test_a_record_without_flow_decides_nothing(table):
    with pytest.raises(FileError, match="a record without flow has no"):
        parse_protocol(zero_flow_text("6 h") + table, "p.toml")


def test_a_future_or_second_first_record_is_refused_by_the_book(filed, tmp_path):
    tables = noise_record(filed[0].assessment.evidence, "M. Keller")
    with pytest.raises(CalibrationError, match="expected a day up to today"):
        Book(tmp_path).append(tables, today=date(2025, 12, 31))


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_u_covers_the_truth_on_thirty_benches_whose_balance_walks(station, station_in, tmp_path):
    (_, book), inside = filed_in(tmp_path, station_in, "24 h"), 0
    for seed in range(30):
        planted = {}

        def keep(event, planted=planted):
            if event.kind == "phase":
                planted["plant"] = opened("simulated").plant

        bench = named(station, book, f"seed = {100 + seed}\n{WALK}")
        outcome = run(station.protocol(analysis="4 h"), bench, tmp_path / str(seed), observers=[keep])
        found = outcome.assessment.findings[0]
        begin, end = found.facts["start_s"], found.facts["end_s"]
        truth = planted["plant"].delivered_ul(end) - planted["plant"].delivered_ul(begin)
        inside += abs(found.facts["delivered_ul"] - truth) <= found.k * found.facts["u_delivered_ul"]
    assert inside >= 28


def test_the_gate_predicts_with_the_walk_what_the_run_then_achieves(filed, station, tmp_path):
    """Without the record of the noise the prediction would be too good by half."""
    bench, protocol = load_bench(named(station, filed[1])), load_protocol(station.protocol())
    records = calibrations_of(bench)
    _, made = predicted_reasons(protocol, bench, records)
    achieved = run(protocol, bench, tmp_path / "run").assessment.findings[0]
    assert made.findings[0].expanded == pytest.approx(achieved.expanded, rel=0.10)
    assert predict(protocol, bench, records).findings[0].expanded < 0.7 * achieved.expanded
