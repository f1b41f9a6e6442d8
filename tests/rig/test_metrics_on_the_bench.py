"""Bolus, schedule, stop and occlusion, run on the simulated bench and held against what its plant delivered."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.units import TIME, VOLUME
from fixtures.simulated.world import opened
from rig.errors import BenchError
from rig.runner import run
from rig.verify.delivered_bolus import delivered_boluses
from rig.verify.dose_windows import extreme_windows
from rig.verify.occlusion import undetected
from rig.verify.schedule import schedule
from rig.verify.stop import after_stop

HOUR = 3600.0
SEGMENT = 'kind = "continuous"\nflow = "0.15 mL/day"'


@pytest.fixture
def delivered(station, tmp_path):
    """Runs a program of segments; answers delivery, program, its beginning [s], and the plant's own volume [uL]."""

    def ran(hours, *segments, options="", line="2 s"):
        path = station.protocol(stabilization="0 h", analysis=f"{hours} h")
        text = "\n[[program.segments]]\n".join(segments)
        path.write_text(path.read_text().replace(SEGMENT, text))
        bench = station.bench(options)
        bench.write_text(bench.read_text().replace('line_time_constant = "2 s"', f'line_time_constant = "{line}"'))
        kept = {}
        outcome = run(
            path, bench, tmp_path / "run",
            observers=[lambda event: kept.update(plant=opened("simulated").plant) if event.kind == "phase" else None],
        )  # fmt: skip
        found = outcome.assessment
        began = found.evidence.delivery_began_s
        return found.delivery, found.evidence.protocol.dose, began, kept["plant"].delivered_ul

    return ran


def flow(rate, hours):
    return f'kind = "continuous"\nflow = "{rate}"\nduration = "{hours} h"'


def test_a_series_of_boluses(delivered):
    bolus = 'kind = "single_bolus"\nvolume = "12.5 uL"\nflow = "50 uL/h"'
    parts = [flow("6.25 uL/h", 0.75), bolus] * 3
    delivery, dose, began, truth = delivered(4, *parts, flow("6.25 uL/h", 1), options="gain = 1.05")
    settle, shot = TIME.parse("settle", "5 min"), VOLUME.quantity(0.125)
    found = delivered_boluses(delivery, dose, TIME.quantity(began), settle=settle, shot=shot)
    exact = np.array([truth(b) - truth(a) for a, b in zip(found.start_s, found.end_s, strict=True)])
    exact -= dose.volume_ul(found.end_s - began) - dose.volume_ul(found.start_s - began) - found.programmed_ul
    u = np.sqrt(np.diag(found.covariance_ul2))
    assert np.abs(found.volume_ul - exact).max() < 2 * u.max()
    assert abs(found.mean_error_percent - 5.0) < 2 * found.u_mean_percent
    assert found.statistics().count == 3


def test_a_day_schedule_and_its_any_two_hours(delivered):
    steps = [flow("6.25 uL/h", 3), flow("25 uL/h", 3), flow("12.5 uL/h", 3)]
    delivery, dose, began, truth = delivered(9, *steps)
    at = TIME.quantity(began)
    found = schedule(delivery, dose, at, guard=TIME.parse("guard", "15 min"), ripple=VOLUME.quantity(0.3))
    for step in found.steps:
        assert abs(step.volume_ul - (truth(step.end_s) - truth(step.start_s))) < 2 * step.u_ul
    for step in found.steps[1:]:
        assert abs(step.delay_s - 2.0) < 2 * step.u_delay_s  # the line's time constant
    most = extreme_windows(delivery, dose, at, step=TIME.parse("step", "15 min"), window=TIME.parse("window", "2 h"))
    starts = np.arange(began, began + 7 * HOUR, 60.0)
    exact = max(truth(t + 2 * HOUR) - truth(t) for t in starts)
    assert abs(most.largest_ul - exact) < most.expanded_ul
    assert most.programmed_largest_ul == pytest.approx(50.0)


def test_a_stop_behind_a_soft_line(delivered):
    """A time constant of two minutes holds 0.8 uL of 25 uL/h back; it comes after the stop."""
    stop = 'kind = "stop"\nduration = "2 h"'
    delivery, _, began, truth = delivered(4, flow("25 uL/h", 2), stop, line="2 min")
    stopped, end = began + 2 * HOUR, began + 4 * HOUR
    found = after_stop(delivery, TIME.quantity(stopped), TIME.quantity(end), settle=TIME.parse("settle", "15 min"))
    assert abs(found.residual_ul - (truth(end) - truth(stopped))) < 2 * found.u_residual_ul
    assert abs(found.flow_ul_h) < 3 * found.u_flow_ul_h


def test_an_occlusion_that_nobody_noticed(delivered):
    """Closed from hour 3 to 4 of the simulation, one or two hours into the delivery."""
    options = 'occlusion = [["3 h", "4 h"]]\nocclusion_switch = "299 kPa"'
    delivery, dose, began, truth = delivered(5, flow("6.25 uL/h", 5), options=options)
    closed, opened_s, settle = 3 * HOUR, 4 * HOUR, 600.0
    found = undetected(
        delivery, dose, TIME.quantity(began),
        blocked=TIME.quantity(closed), opened=TIME.quantity(opened_s), settle=TIME.quantity(settle),
    )  # fmt: skip
    gave = truth(opened_s) - truth(closed), truth(opened_s + settle) - truth(opened_s)
    assert abs(found.missed_ul - (6.25 - gave[0])) < 2 * found.u_missed_ul
    assert abs(found.release_ul - (gave[1] - 6.25 / 6)) < 2 * found.u_release_ul
    assert found.missed_percent == pytest.approx(100.0, abs=3.0)


def verdicts(station, folder, hours, segments, more, options=""):
    path = station.protocol(stabilization="0 h", analysis=f"{hours} h", more=f"[intervals]\nwitness = '10 s'\n{more}")
    path.write_text(path.read_text().replace(SEGMENT, "\n[[program.segments]]\n".join(segments)))
    outcome = run(path, station.bench(options), folder)
    return {finding.name: finding for finding in outcome.assessment.findings}


BOLUS = 'kind = "single_bolus"\nvolume = "12.5 uL"\nflow = "50 uL/h"'


@pytest.mark.parametrize(("options", "verdict"), [("", "pass"), ("gain = 1.3", "fail")])
def test_a_protocol_asks_for_boluses(station, tmp_path, options, verdict):
    parts = [flow("6.25 uL/h", 0.75), BOLUS, flow("6.25 uL/h", 1)]
    found = verdicts(station, tmp_path / "run", 2, parts, '[findings.bolus]\nlimit = "14.5 %"', options)
    assert (found["bolus_mean"].verdict, found["bolus_largest"].verdict) == (verdict, verdict)
    assert found["bolus_mean"].facts["kinds"] == ["single"]


def test_a_bolus_that_is_not_in_the_program_and_24_h_that_are_not_either(station, tmp_path):
    """The gate sees before the start that nothing could be decided."""
    more = '[findings.bolus]\nlimit = "14.5 %"\n[findings.any_24_h]\nlimit = "14.5 %"'
    with pytest.raises(BenchError) as refused:
        verdicts(station, tmp_path / "run", 2, [flow("6.25 uL/h", 2)], more)
    assert "a program with a bolus, found none" in str(refused.value)
    assert "at most the program's 7200 s" in str(refused.value)


def test_a_stall_of_six_hours_shows_in_the_least_of_any_24(station, tmp_path):
    more = '[findings.any_24_h]\nlimit = "14.5 %"\nstep = "1 h"'
    options = 'stall = [["10 h", "16 h"]]'
    found = verdicts(station, tmp_path / "run", 26, [flow("6.25 uL/h", 26)], more, options)
    least, most = found["any_24_h_least"], found["any_24_h_most"]
    assert least.value == pytest.approx(-25.0, abs=least.expanded)
    assert (least.verdict, most.verdict) == ("fail", "fail")
    assert least.facts["windows"] == 3
