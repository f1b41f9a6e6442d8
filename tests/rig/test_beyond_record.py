"""A balance that walks beyond its noise record: the result is kept from release, and its U has the walk in it."""

from dataclasses import replace

from rig.assessment import assess
from rig.evaluation import WITH_UNSEEN
from rig.record import Record
from rig.runner import run
from rig.verify_record import compare
from tests.rig.conftest import STILL
from tests.rig.test_check_weight import WEIGHT

WALKS = STILL.replace("drift_walk_mg = 0.0", "drift_walk_mg = 0.1")


def judged(station, folder, **noise):
    """A run on a balance that walks by 0.1 mg in a root hour, with a noise record."""
    return run(station.protocol(more=WEIGHT), station.bench_with_noise(WALKS, **noise), folder)


def blocks(assessment):
    return [one for one in assessment.verdict.release_blocks if "wandered" in one]


def budget(assessment):
    return {row["name"]: row for row in assessment.findings[0].facts["budget"]}


def test_a_balance_that_walks_beyond_its_noise_record_is_not_released(station, tmp_path):
    outcome = judged(station, tmp_path / "run")
    (block,) = blocks(outcome.assessment)
    assert block.startswith("the balance wandered in the evaporation legs beyond its noise record (p < 1e-6)")
    assert "record the balance anew without flow (rig zero-flow)" in block
    assert budget(outcome.assessment)["wander_ul"]["contribution_percent"] > 0.5

    record = Record.open(outcome.folder)
    assert compare(record.result, assess(record).as_json()) == []
    old = assess(replace(record, start={**record.start, "evaluation": WITH_UNSEEN - 1}))
    assert blocks(old) == []
    assert "wander_ul" not in budget(old)


def test_the_same_balance_with_its_walk_on_record_is_not_kept_back(station, tmp_path):
    outcome = judged(station, tmp_path / "run", walk="0.095 mg")
    assert outcome.assessment.as_json()["delivery"]["noise_source"] == "noise model"
    assert blocks(outcome.assessment) == []
    assert outcome.assessment.delivery.beyond.p > outcome.assessment.delivery.beyond.alpha
