"""Forty benches, each with its own noise, drift, weather and evaporation: does U hold the truth as often as it says?"""

import pytest

from fixtures.simulated.world import opened
from rig.runner import run

WEATHER = 'front = [{ start = "5 h", duration = "3 h", change = "-8 hPa" }]'


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_u_covers_the_truth_on_forty_benches(station, tmp_path):
    ratios = []
    for seed in range(40):
        planted = {}

        def keep(event, planted=planted):
            if event.kind == "phase":
                planted["plant"] = opened("simulated").plant

        options = f"seed = {seed}\n{WEATHER}\nevaporation_modulation = 0.1"
        outcome = run(station.protocol(analysis="6 h"), station.bench(options), tmp_path / str(seed), observers=[keep])
        found = outcome.assessment.findings[0]
        begin, end = found.facts["start_s"], found.facts["end_s"]
        truth = planted["plant"].delivered_ul(end) - planted["plant"].delivered_ul(begin)
        ratios.append(abs(found.facts["delivered_ul"] - truth) / (2 * found.facts["u_delivered_ul"]))
    inside = sum(ratio <= 1 for ratio in ratios)
    assert inside >= 35, sorted(ratios)[-8:]
    assert max(ratios) < 2
