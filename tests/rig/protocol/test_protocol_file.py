"""A good protocol file: what it says, what it leaves to defaults."""

from __future__ import annotations

import hashlib

import pytest

from calibration.units import FLOW, TIME, VOLUME
from rig.dose import PumpLimits
from rig.errors import FileError
from rig.protocol import load_protocol, parse_protocol


def test_a_short_file_has_sensible_defaults(good):
    protocol = parse_protocol(good, "p.toml")

    assert (protocol.id, protocol.for_release, protocol.witnesses.required) == ("CONT-015", False, 1)
    assert protocol.findings.mean_flow_error.rule == "guard-band-U"
    assert protocol.conditions.fluid.name == "water"
    assert TIME.magnitude("interval", protocol.intervals.environment) == 10.0
    assert protocol.timing.delivery_s == 30 * 3600


def test_its_program_can_be_asked_for_volumes(good):
    protocol = parse_protocol(good, "p.toml")

    assert VOLUME.magnitude("v", protocol.dose.expected_volume(protocol.timing.analysis)) == pytest.approx(150.0)


def test_a_last_segment_without_duration_fills_the_delivery(edited):
    protocol = parse_protocol(edited('duration = "30 h"\n', ""), "p.toml")

    assert TIME.magnitude("duration", protocol.dose.duration) == 30 * 3600


def test_release_needs_evaporation_legs_on_both_sides(good):
    legs = '[timing]\nevaporation_before = "5 h"\n'
    one, both = good.replace("[timing]\n", legs), good.replace("[timing]\n", legs + 'evaporation_after = "5 h"\n')

    assert len(parse_protocol(good, "p.toml").release_problems()) == 2
    assert parse_protocol(one, "p.toml").release_problems() == [
        "no evaporation leg after delivery: set timing.evaporation_after"
    ]
    assert parse_protocol(both, "p.toml").release_problems() == []


def test_the_text_is_kept_for_the_record(tmp_path, good):
    path = tmp_path / "p.toml"
    path.write_text(good, "utf-8")
    protocol = load_protocol(path)

    assert protocol.source.text == good
    assert protocol.source.sha256 == hashlib.sha256(good.encode()).hexdigest()
    assert parse_protocol(protocol.source.text, "copy").dose == protocol.dose


def test_nothing_of_a_protocol_can_be_changed(good):
    with pytest.raises(ValueError, match="frozen"):
        parse_protocol(good, "p.toml").title = "another"


@pytest.mark.parametrize("name", ["demo", "short", "quick", "emulated_15min", "emulated_2h"])
def test_the_protocols_that_come_along_are_good(protocols, name):
    protocol = load_protocol(protocols / f"{name}.toml")

    assert protocol.release_problems() == []
    assert protocol.findings.mean_flow_error.limit.reach == 14.5


@pytest.mark.parametrize("name", ["demo", "short", "quick", "emulated_15min", "emulated_2h"])
def test_their_analysis_is_whole_roller_cycles(protocols, name):
    protocol = load_protocol(protocols / f"{name}.toml")
    start, end = protocol.timing.stabilization_s, protocol.timing.delivery_s
    cycles = (protocol.dose.volume_ul(end) - protocol.dose.volume_ul(start)) / 6.25

    assert cycles == pytest.approx(round(cycles), abs=1e-9)
    assert cycles >= 2


def test_the_demo_is_the_dose_of_a_day_at_one_cycle_an_hour(protocols):
    protocol = load_protocol(protocols / "demo.toml")

    assert float(protocol.dose.rate_ul_h(0.0)) == 6.25
    assert float(protocol.dose.drug_ug(86400.0)) == pytest.approx(300.0)


def test_the_limits_of_the_pump_on_the_bench_count(good):
    strong = PumpLimits(minimum=FLOW.parse("minimum", "0.2 mL/day"))
    with pytest.raises(FileError, match=r"p.toml:11: program.segments\[0\].dose_rate: .* minimum of 0.2 mL/day"):
        parse_protocol(good, "p.toml", limits=strong)
