"""The U of a plan against the one that the run achieves: three runs that differ in all, through the whole wire."""

import shutil
from datetime import date

import pytest

from calibration.book import Book
from rig.planning import Lengths
from rig.protocol import parse_protocol
from rig.runner import run
from rig.zero_flow import noise_record, zero_flow_text
from tests.rig.conftest import STILL

#: The balance walks and the room breathes, as the simulated bench does by default; its noise was recorded before.
RESTLESS = 'seed = 2\nepoch = "2026-01-05T00:00:00Z"'

WINDOWS = '[findings.rate_windows]\nlengths = ["1 h", "2 h"]\nlimit = { each = "14.5 %" }'
TRUMPET = '[findings.trumpet]\nwindows = ["36 min"]\nlimit = "14.5 %"'
BOLUS = '[findings.bolus]\nlimit = "14.5 %"'


@pytest.fixture
def noise(station, tmp_path, benches):
    """The chain of a noise record: twelve hours without flow on the restless bench."""
    folder = tmp_path / "calibration"
    shutil.copytree(benches / "calibration", folder)
    still = parse_protocol(zero_flow_text("12 h") + '[intervals]\nwitness = "2 s"\n', "zero-flow.toml")
    evidence = run(still, station.bench("seed = 999"), tmp_path / "still").assessment.evidence
    Book(folder).append(noise_record(evidence, "M. Keller"), today=date(2026, 1, 3))
    return f"{folder}/SIM-BAL-0001/noise"


@pytest.fixture
def agrees(case_of, tmp_path):
    """Plans, runs, and compares U finding by finding."""

    def compare(protocol_file, bench_file, *names):
        case = case_of(protocol_file, bench_file)
        planned = {one.name: one.expanded for one in case.predict(Lengths()).findings}
        outcome = run(case.protocol, case.bench, tmp_path / "run")
        achieved = {one.name: one.expanded for one in outcome.assessment.findings if one.expanded is not None}
        assert set(names) <= set(planned) <= set(achieved)
        assert planned == pytest.approx({name: achieved[name] for name in planned}, rel=0.10)

    return compare


def test_six_hours_at_015_ml_a_day_with_windows_of_an_hour(station, agrees):
    protocol = station.protocol(analysis="6 h", more=WINDOWS)
    agrees(protocol, station.bench(STILL), "mean_flow_error", "rate_windows_1h", "rate_windows_2h")


def test_two_hours_with_a_check_weight(station, agrees):
    weight = '[check_weight]\nserial = "SIM-W-50"\n'
    agrees(station.protocol(more=weight), station.bench(STILL), "mean_flow_error")


def test_three_and_a_half_hours_with_boluses(station, with_boluses, agrees):
    agrees(with_boluses(BOLUS), station.bench(STILL), "mean_flow_error", "bolus_mean", "bolus_largest")


@pytest.mark.slow
def test_a_restless_bench_whose_noise_was_recorded(station, agrees, noise):
    timing = {"leg": "20 min", "stabilization": "18 min", "analysis": "216 min", "sample_interval": "18 min"}
    bench = station.bench(RESTLESS)
    bench.write_text(bench.read_text().replace("[witness.vessel]", f'noise = "{noise}"\n[witness.vessel]'))
    agrees(station.protocol(flow="0.5 mL/day", more=TRUMPET, **timing), bench, "mean_flow_error", "trumpet_36min")
