"""Much evaporation, and a beaker that tells it: a look knows its course, though it has seen one leg only."""

import functools
import re
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.simulated.world import opened
from rig.delivery import course
from rig.delivery.from_record import Evidence
from rig.evaluation import WITH_GAPS
from rig.findings.mean_flow import NAME
from rig.record import Record
from rig.runner import run
from rig.sequential.again import delivery_then, looks_again
from rig.verify.looks import Plan
from rig.verify_record import recomputed
from tests.rig.sequential.conftest import PROTOCOL

#: 6 % of the flow in the leg before, and less and less of it while the pump delivers.
WET = """
evaporation = "60 mg/h"
evaporation_follows_air = true
evaporation_beaker = "sbi"
evaporation_ratio = 0.95
humidity_front = [{ start = "12 min", duration = "20 min", change = "10 %" }]
"""
BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
CALIBRATION = BENCHES / "calibration" / "SIM-SBI-0001.toml"
TABLE = f"""
[[instrument]]
name = "beaker"
driver = "sbi"
address = "sim://simulated/sbi"
model = "MSE225S"
serial_number = "SIM-SBI-0001"
calibration = "{CALIBRATION.as_posix()}"
interval = "1 s"
options = {{ line = "9600 8O1" }}
"""


def carried_out(protocol, bench, folder):
    """The record of a run, its mean flow error, and what the pump really delivered meanwhile [uL]."""
    seen = {}
    keep = lambda event: event.kind == "phase" and seen.update(plant=opened("simulated").plant)  # noqa: E731
    outcome = run(protocol, bench, folder, observers=[keep])
    found = next(one for one in outcome.assessment.findings if one.name == NAME)
    begin, end = (seen["plant"].delivered_ul(found.facts[at]) for at in ("start_s", "end_s"))
    return Record.open(outcome.folder), found, end - begin


@pytest.fixture(scope="module")
def go(station_in, tmp_path_factory):
    """A run beside a beaker that is declared as one, or only recorded; once for all tests that ask the same."""

    @functools.cache
    def _go(*, declared=True):
        station = station_in(tmp_path_factory.mktemp("early"))
        bench = station.bench(WET)
        text = bench.read_text()
        vessel = re.search(r"\[witness.vessel\](.*)\[environment\]", text, re.DOTALL)[1]
        table = TABLE + (f"[instrument.evaporation_beaker]{vessel}" if declared else "")
        bench.write_text(text.replace("[environment]", f"{table}\n[environment]"))
        protocol = station.folder / "early.toml"
        looks = 'required = "6 min"\nlooks = ["6 min", "18 min"]'
        protocol.write_text(PROTOCOL.format(segments='flow = "1 mL/h"', limit='limit = "5 %"', looks=looks, more=""))
        return carried_out(protocol, bench, station.folder / "run")

    return _go


def test_a_beaker_lets_a_wet_bench_end_early_and_the_value_holds(go):
    record, found, truth_ul = go()
    (look,) = [data for _, data in record.events("look")]
    assert (look["decision"], look["at_s"], found.verdict) == ("pass", 360.0, "pass")
    assert abs(found.facts["delivered_ul"] - truth_ul) <= 2 * found.facts["u_delivered_ul"]
    true_percent = 100.0 * truth_ul / found.facts["programmed_ul"] - 100.0
    assert abs(look["value"] - true_percent) <= 2 * look["look"]["u_percent"]


def test_the_plan_of_the_looks_knows_of_the_beaker(go):
    """Planned for evaporation under oil; next to 1 mL/h that is nothing either way, so only that it is less counts."""
    with_it, without = (go(declared=declared)[0].start["sequential"]["looks"][0] for declared in (True, False))
    assert with_it["u_percent"] < without["u_percent"]


def test_the_same_bench_without_the_beaker_gets_its_full_length(go):
    """Its balance stands there and is recorded; nobody said what for."""
    record, found, _ = go(declared=False)
    looks = [data for _, data in record.events("look")]
    assert [one["decision"] for one in looks] == ["go on", "go on"]
    assert looks[0]["look"]["u_percent"] > 3.0
    assert found.facts["sequential"]["stopped"] is None


def test_a_verified_record_reaches_the_same_look(go):
    again = recomputed(go()[0])
    assert again.differences == ()
    found = next(one for one in again.assessment.findings if one.name == NAME)
    assert found.facts["sequential"]["as_recorded"]


def test_a_record_of_before_is_looked_at_without_it_as_it_was(go, monkeypatch):
    evidence = Evidence.of(go()[0])
    plan = Plan.of_json(evidence.record.start["sequential"])
    (look,) = looks_again(evidence, plan)
    assert delivery_then(evidence, look).evaporation.beaker.name == "beaker"
    monkeypatch.setattr(course, "revision_of", lambda _: WITH_GAPS)
    gone = delivery_then(evidence, look).evaporation
    assert gone.beaker is None
    assert "expected both balances in both legs, found evaporation-before" in gone.no_beaker
    assert looks_again(evidence, plan)[0].decision == "go on"


def test_a_beaker_that_fell_silent_before_the_look_is_not_asked(go):
    """Two minutes before it; in the leg it was read all the time."""
    evidence = Evidence.of(go()[0])
    (look,) = looks_again(evidence, Plan.of_json(evidence.record.start["sequential"]))
    silent = replace(look, rows={**look.rows, "beaker": look.rows["beaker"] - 120})
    gone = delivery_then(evidence, silent).evaporation
    assert gone.beaker is None
    assert "expected no gap of more than 75 s" in gone.no_beaker


@pytest.mark.nightly
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_maintenance_dose_with_much_evaporation_takes_a_quarter_of_the_analysis(tmp_path, seed):
    """1 mg/h are 16 % of the flow, and a front of moist air takes 40 % of that in the middle of the analysis."""
    text = (
        (BENCHES / "simulated_beaker.toml").read_text().replace('"calibration/', f'"{BENCHES.as_posix()}/calibration/')
    )
    text = text.replace('evaporation = "0.3 mg/h"', 'evaporation = "1 mg/h"').replace("seed = 1", f"seed = {seed}")
    bench = tmp_path / "bench.toml"
    bench.write_text(text)
    record, found, truth_ul = carried_out(BENCHES / "protocols" / "decided_early.toml", bench, tmp_path / "run")
    (look,) = [data for _, data in record.events("look")]
    assert (look["decision"], look["at_s"], found.verdict) == ("pass", 6 * 3600.0, "pass")
    assert abs(found.facts["delivered_ul"] - truth_ul) <= 2 * found.facts["u_delivered_ul"]
