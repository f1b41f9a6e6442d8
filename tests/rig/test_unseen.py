"""What no reading of a run can show: a run for release has it from elsewhere, or does not start."""

import math
from dataclasses import replace

import pytest

from calibration.errors import CalibrationError
from rig.delivery.evaporated import Evaporation
from rig.errors import BenchError, FileError
from rig.release import release_blocks
from rig.runner import run
from rig.unseen import beaker_problems, unseen_problems
from tests.rig.conftest import BENCHES
from tests.rig.test_check_weight import BETWEEN, WEIGHT


def budget(outcome):
    return {row["name"]: row for row in outcome.assessment.findings[0].facts["budget"]}


def test_a_run_for_release_does_not_start_without_noise_record_and_a_word_on_evaporation(station, tmp_path):
    with pytest.raises(BenchError) as refused:
        run(station.protocol(for_release="true", more=WEIGHT), station.bench(), tmp_path / "run")
    told = [one for one in refused.value.reasons if "a run for release" in one]
    assert len(told) == 2
    assert "its noise was never recorded without flow" in told[0]
    assert "rig zero-flow" in told[0]
    assert "nothing watches it between the legs" in told[1]
    assert "instrument.evaporation_beaker" in told[1]
    assert not (tmp_path / "run").exists()


def test_with_both_it_is_released_and_the_declared_evaporation_is_in_its_budget(station, tmp_path):
    """0.15 mg/h either way of 6.25 uL/h are 2.4 %: a rectangle, 1.4 % of standard uncertainty."""
    bench, protocol = station.bench_with_noise(), station.protocol(for_release="true", more=WEIGHT + BETWEEN)
    outcome = run(protocol, bench, tmp_path / "run")
    (block,) = outcome.assessment.verdict.release_blocks
    assert block.startswith("the evidence is simulated")
    row = budget(outcome)["between_legs_ul"]
    assert row["estimate"] == 0.0
    assert row["contribution_percent"] == pytest.approx(100 * 0.15 / math.sqrt(3) / 6.25 / 0.9982, rel=2e-3)
    assert outcome.assessment.findings[0].u > row["contribution_percent"]
    assert outcome.assessment.as_json()["delivery"]["between_legs_basis"] == "house method 12"

    evidence = outcome.assessment.evidence
    asked = replace(evidence, bench=evidence.bench.model_copy(update={"witness": (*_silent(evidence.bench),)}))
    assert any("never recorded" in one for one in release_blocks(asked, outcome.assessment.delivery))
    old = replace(asked, record=replace(asked.record, start={**asked.record.start, "evaluation": 3}))
    assert not any("never recorded" in one for one in release_blocks(old, outcome.assessment.delivery))


def _silent(bench):
    """Witnesses without a noise record."""
    return [witness.model_copy(update={"noise": None}) for witness in bench.witness]


def test_nothing_is_asked_of_a_run_that_releases_nothing(station, tmp_path):
    outcome = run(station.protocol(), station.bench(), tmp_path / "run")
    assert unseen_problems(outcome.assessment.evidence.protocol, outcome.assessment.evidence.bench) == []
    assert not any("recorded without flow" in one for one in outcome.assessment.verdict.release_blocks)


@pytest.mark.parametrize(
    ("broken", "said"), [(True, "not a usable calibration record"), (False, "one of kind 'balance'")]
)
def test_a_noise_record_that_nothing_can_be_judged_with_is_found_before_a_day_is_lost(station, tmp_path, broken, said):
    """Even where nothing is to be released."""
    bench, text = station.bench(), "kind = 'noise'"
    other = tmp_path / "noise.toml"
    other.write_text(text if broken else (BENCHES / "calibration" / "SIM-BAL-0001.toml").read_text())
    bench.write_text(bench.read_text().replace("[witness.vessel]", f'noise = "{other}"\n[witness.vessel]'))
    with pytest.raises((BenchError, CalibrationError), match=said):
        run(station.protocol(), bench, tmp_path / "run", not_for_release=True)
    assert not (tmp_path / "run").exists()


def test_a_bound_has_no_legs_for_a_beaker_to_look_between():
    """A beaker on the bench compares nothing then; the bound stands, and without one nothing is released anyway."""
    told = Evaporation(0.3, 0.2, math.inf, measured=False, no_beaker="expected both legs", bound="house method 12")
    assert beaker_problems(told) == []
    assert told.known


def test_a_beaker_that_could_not_tell_is_no_beaker():
    told = Evaporation(0.3, 0.02, math.inf, measured=True, no_beaker="somebody touched it")
    (problem,) = beaker_problems(told)
    assert "somebody touched it; repeat the run" in problem
    assert beaker_problems(replace(told, unseen_mg_h=0.15, between_legs="house method 12")) == []
    assert beaker_problems(replace(told, no_beaker="")) == []


@pytest.mark.parametrize(
    ("more", "leg", "said"),
    [
        (BETWEEN, "", "expected evaporation legs before and after"),
        (BETWEEN.replace("0.15 mg/h", "0 mg/h"), "1 h", "half_width"),
        (BETWEEN.replace("house method 12", ""), "1 h", "basis: expected a text"),
    ],
)
def test_what_is_declared_between_legs_needs_legs_a_width_and_a_basis(station, tmp_path, more, leg, said):
    with pytest.raises(FileError, match=said):
        run(station.protocol(leg=leg, more=more), station.bench(), tmp_path / "run")
