"""Twenty benches with balances that walk, each assessed with the noise record of one: does U hold the truth?"""

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from calibration.book import Book
from fixtures.simulated.world import opened
from rig.protocol import parse_protocol
from rig.runner import run
from rig.zero_flow import noise_record, zero_flow_text

BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"
WALK = "drift_walk_mg = 0.1"


@pytest.fixture
def book(station, tmp_path):
    """The noise of a balance that walks, filed."""
    still = parse_protocol(zero_flow_text("24 h") + '[intervals]\nwitness = "2 s"\n', "zero-flow.toml")
    evidence = run(still, station.bench(f"seed = 999\n{WALK}"), tmp_path / "still").assessment.evidence
    folder = tmp_path / "calibration"
    shutil.copytree(BENCHES / "calibration", folder)
    Book(folder).append(noise_record(evidence, "M. Keller"), today=date(2026, 1, 3))
    return folder


def missed(station, book, folder, seed):
    """How far the truth lies from what was found, in U; and the efficiency."""
    planted = {}

    def keep(event):
        if event.kind == "phase":
            planted["plant"] = opened("simulated").plant

    bench = station.bench(f'seed = {seed}\nepoch = "2026-01-05T00:00:00Z"\n{WALK}')
    named = f'noise = "{book}/SIM-BAL-0001/noise"\n[witness.vessel]'
    bench.write_text(bench.read_text().replace("[witness.vessel]", named))
    found = run(station.protocol(analysis="4 h"), bench, folder, observers=[keep]).assessment.findings[0]
    ends = np.array([found.facts["start_s"], found.facts["end_s"]])
    truth = float(np.diff(planted["plant"].delivered_ul(ends))[0])
    return (found.facts["delivered_ul"] - truth) / found.facts["u_delivered_ul"], found.facts["efficiency"]


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_u_covers_the_truth_on_twenty_benches_that_walk(station, book, tmp_path):
    found = np.array([missed(station, book, tmp_path / str(seed), seed) for seed in range(20)])
    assert (np.abs(found[:, 0]) <= 2).sum() >= 17
    assert np.abs(found[:, 0]).max() < 3.5
    assert (found[:, 1] >= 0.95).all()
