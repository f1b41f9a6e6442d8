"""A needle above the liquid: what it delivers falls in drops, and every uncertainty of the run knows of it."""

import numpy as np
import pytest

from fixtures.simulated.world import opened
from rig.assessment import assess
from rig.record import Record
from rig.runner import run
from rig.verify_record import compare

QUICK = {
    "flow": "1 mL/day",
    "leg": "20 min",
    "stabilization": "9 min",
    "analysis": "45 min",
    "sample_interval": "9 min",
}


@pytest.fixture
def delivered(station, tmp_path):
    """An assessment, and what really left the tip between both ends [uL]."""

    def go(name="run", **options):
        planted = {}

        def keep(event):
            if event.kind == "phase":
                planted["plant"] = opened("simulated").plant

        text = "\n".join(f"{key} = {value}" for key, value in options.items())
        folder = tmp_path / name
        assessment = run(station.protocol(**QUICK), station.bench(text), folder, observers=[keep]).assessment
        ends = np.array([assessment.span.start_s, assessment.span.end_s])
        return assessment, float(np.diff(planted["plant"].delivered_ul(ends))[0])

    return go


def row(assessment, name):
    return next((one for one in assessment.findings if one.name == name), None)


def test_drops_are_told_and_u_holds_what_hangs_at_the_needle(delivered):
    assessment, true_ul = delivered(drop="'7.3 uL'")
    told, error = row(assessment, "drops"), row(assessment, "mean_flow_error")
    assert told.value == pytest.approx(7.3, rel=0.03)
    assert "the needle is not submerged" in told.statement
    assert abs(error.facts["delivered_ul"] - true_ul) > 10 * 0.05  # what a submerged needle would leave unknown
    assert abs(error.facts["delivered_ul"] - true_ul) < 2.5 * error.facts["u_delivered_ul"]
    assert max(error.facts["budget"], key=lambda line: abs(line["contribution"]))["name"] == "drops_ul"
    assert error.verdict == "inconclusive"


def test_a_record_with_drops_says_the_same_again(delivered, tmp_path):
    delivered(drop="'7.3 uL'")
    record = Record.open(tmp_path / "run")
    assert compare(record.result, assess(record).as_json()) == []


@pytest.mark.parametrize("uneven", [{"pulsation": 0.9}, {"gain": 2.5}, {"shot": "'1 uL'"}])
def test_a_submerged_needle_never_drips_however_unevenly_the_pump_works(delivered, uneven):
    assessment, _ = delivered(**uneven)
    assert row(assessment, "drops") is None
    assert assessment.delivery.drop_ul == 0.0
