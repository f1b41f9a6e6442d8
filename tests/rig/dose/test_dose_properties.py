"""Whatever the program: volume grows, and is the integral of the rate."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.units import TIME
from rig.dose import DoseProgram, ProgramTable

FLOWS = st.floats(2.0, 1000.0).map(lambda value: f"{value!r} uL/h")
HOURS = st.floats(0.01, 60.0).map(lambda value: f"{value!r} h")
CONTINUOUS = st.fixed_dictionaries({"kind": st.just("continuous"), "flow": FLOWS, "duration": HOURS})
STOP = st.fixed_dictionaries({"kind": st.just("stop"), "duration": HOURS})
BOLUS = st.fixed_dictionaries(
    {"kind": st.just("single_bolus"), "volume": st.floats(0.1, 500.0).map(lambda v: f"{v!r} uL"), "flow": FLOWS}
)
STEPS = st.lists(st.integers(0, 1439), min_size=1, max_size=13, unique=True).map(sorted)
SCHEDULE = st.builds(
    lambda starts, flow, duration: {
        "kind": "day_schedule",
        "duration": duration,
        "steps": [{"start": f"{m // 60:02d}:{m % 60:02d}", "flow": flow} for m in starts],
    },
    STEPS, FLOWS, HOURS,
)  # fmt: skip
PROGRAMS = st.lists(CONTINUOUS | STOP | BOLUS | SCHEDULE, min_size=1, max_size=5)


def made_of(segments):
    data = {"drug": "b", "concentration": "500 ug/mL", "reservoir": "900 mL", "segments": segments}
    return DoseProgram.from_table(ProgramTable.model_validate(data))


@settings(max_examples=60, deadline=None)
@given(PROGRAMS)
def test_volume_grows_and_is_the_integral_of_the_rate(segments):
    program = made_of(segments)
    times = np.unique(np.concatenate([program.breakpoints, np.linspace(-10.0, program.breakpoints[-1] + 10.0, 97)]))
    volume, rate = program.volume_ul(times), program.rate_ul_h(times)

    assert (np.diff(volume) >= 0).all()
    integral = np.concatenate([[0.0], np.cumsum(rate[:-1] * np.diff(times) / 3600.0)])
    np.testing.assert_allclose(volume, integral, rtol=1e-9, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(PROGRAMS)
def test_the_actions_alone_give_the_same_volume(segments):
    """A pump that does nothing but what it is told delivers the programmed volume."""
    program = made_of(segments)
    now, rate, running, delivered, busy_until = 0.0, 0.0, False, 0.0, 0.0
    for action in program.actions():
        delivered += (max(action.time_s - max(now, busy_until), 0.0)) / 3600.0 * (rate if running else 0.0)
        now = action.time_s
        if action.kind == "bolus":
            delivered += action.volume_ul
            busy_until = now + action.volume_ul / action.rate_ul_h * 3600.0
        rate = action.rate_ul_h if action.kind == "set_rate" else rate
        running = (running or action.kind == "start") and action.kind != "stop"
    assert abs(delivered - float(program.volume_ul(now))) < 1e-6 * max(delivered, 1.0)


@settings(max_examples=40, deadline=None)
@given(PROGRAMS, st.floats(0.0, 1.0))
def test_drug_is_volume_times_concentration_without_bridge_or_priming(segments, share):
    program = made_of(segments)
    time = TIME.quantity(float(program.breakpoints[-1]) * share)

    drug, volume = program.expected_drug(time).m_as("ug_drug"), program.expected_volume(time).m_as("mL")
    np.testing.assert_allclose(drug, volume * 500.0, rtol=1e-9, atol=1e-9)
