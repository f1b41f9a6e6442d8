"""What the pump cannot do is refused, with the segment and the reason."""

from __future__ import annotations

import pytest

from calibration.units import FLOW, VOLUME
from rig.dose import ProgramError, PumpLimits


def problems(refusal):
    return dict(refusal.value.problems)


def basal(rate, **more):
    return {"kind": "continuous", "flow": rate, "duration": "24 h"} | more


def test_a_dose_below_the_minimum_names_segment_dose_and_limit(program):
    with pytest.raises(ProgramError) as refusal:
        program(basal("1 mL/day"), {"kind": "continuous", "dose_rate": "22 ug/day", "duration": "24 h"})

    message = problems(refusal)["segments", 1, "dose_rate"]
    assert "22 ug/day at 500 ug/mL is 0.044 mL/day" in message
    assert "below the pump's minimum of 0.048 mL/day" in message


def test_every_refusal_comes_at_once(program):
    step = {"start": "08:00", "flow": "100 mL/day"}
    with pytest.raises(ProgramError) as refusal:
        program(
            basal("0.01 mL/day", changes=[{"at": "1 h", "flow": "30 mL/day"}]),
            {"kind": "day_schedule", "steps": [step], "duration": "1 h"},
            {"kind": "single_bolus", "volume": "1 mL", "duration": "1 min"},
        )
    assert {path[1:] for path in problems(refusal)} >= {
        (0, "flow"), (0, "changes", 0, "flow"), (1, "steps", 0, "flow"), (2,)
    }  # fmt: skip


def test_a_rate_exactly_at_a_limit_is_allowed(program):
    made = program(
        {"kind": "continuous", "dose_rate": "24 ug/day", "duration": "1 h"}, basal("24 mL/day", duration="1 h")
    )

    assert made.rate_ul_h([0.0, 3600.0]) == pytest.approx([2.0, 1000.0])


def test_another_pump_has_other_limits(program):
    limits = PumpLimits(FLOW.parse("minimum", "0.2 mL/day"), FLOW.parse("maximum", "28.8 mL/day"))
    program(basal("28 mL/day", duration="1 h"), limits=limits)

    with pytest.raises(ProgramError, match=r"minimum of 0\.2 mL/day"):
        program(basal("0.1 mL/day"), limits=limits)


def test_a_program_over_the_reservoir_names_where_it_runs_empty(program):
    with pytest.raises(ProgramError) as refusal:
        program(basal("10 mL/day"), basal("10 mL/day"), residual="1.4 mL")

    assert list(problems(refusal)) == [("segments", 1)]
    assert "delivers 20 mL in all and the fill gives 18.6 mL" in problems(refusal)["segments", 1]


def test_the_whole_fill_may_be_used(program):
    assert float(program(basal("20 mL/day")).volume_ul(86400.0)) == pytest.approx(20000.0)


def test_a_fill_over_the_pumps_reservoir_is_refused(program):
    with pytest.raises(ProgramError, match="40 mL does not fit in; the pump holds 20 mL"):
        program(basal("1 mL/day"), reservoir="40 mL", limits=PumpLimits(reservoir=VOLUME.parse("r", "20 mL")))


def test_a_residual_over_the_fill_is_refused(program):
    with pytest.raises(ProgramError, match="residual"):
        program(basal("1 mL/day"), residual="21 mL")


def test_a_segment_in_the_middle_needs_a_duration(program):
    with pytest.raises(ProgramError, match=r"segments\[0\]: expected a duration"):
        program({"kind": "stop"}, basal("1 mL/day"))


def test_a_last_segment_after_the_end_is_refused(program):
    with pytest.raises(ProgramError, match=r"segments\[1\]: begins after 24 h"):
        program(basal("1 mL/day"), {"kind": "stop"}, until=program(basal("1 mL/day")).duration)


@pytest.mark.parametrize("at", ["24 h", "30 h"])
def test_a_change_after_its_segment_is_refused(program, at):
    with pytest.raises(ProgramError, match=r"changes\[0\]\.at"):
        program(basal("1 mL/day", changes=[{"at": at, "flow": "2 mL/day"}]))


def test_changes_out_of_order_are_refused(program):
    changes = [{"at": "3 h", "flow": "2 mL/day"}, {"at": "2 h", "flow": "3 mL/day"}]
    with pytest.raises(ProgramError, match=r"changes\[1\]\.at"):
        program(basal("1 mL/day", changes=changes))
