"""Each protocol of the acceptance suites ends in *fail*, by the finding that it is there for, on a pump with the fault.

The suites themselves run on a good pump (``tests/acceptance``); one that passed there and here would prove nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.control import Control
from rig.protocol import load_protocol, parse_protocol
from rig.runner import run

PROTOCOLS = Path(__file__).parents[1] / "acceptance" / "protocols"

#: Protocol, what is wrong with the plant, the finding that must say so; the quick ones run each time.
QUICK = [
    ("rate_maximum", {"gain": 1.2}, "mean_flow_error"),
    ("priming", {"gain": 0.8}, "priming_bolus_mean"),
    ("bridge", {"gain": 0.8}, "dose"),
    ("occlusion", {"occlusion_switch": "299 kPa"}, "occlusion_detection"),
    ("reservoir", {"gain": 1.3}, "reservoir_refill"),
    ("reservoir", {"reservoir": "18 mL"}, "reservoir_refill"),  # 2 mL went beside the port
    ("end_of_service", {"brown_out": "0 V"}, "event_end"),
    ("screening_100", {"syringe_gain": 0.8}, "screening_volume"),
    ("low_reservoir", {"firmware": {"low_late": "5 mL"}}, "reservoir_low"),  # never
    ("stall_alarm", {"firmware": {"silent_stall": True}}, "event_stall"),
    ("battery_indicator", {"firmware": {"indicator_lower": "0.5 V"}}, "battery_indicator"),  # never
]
SLOW = [
    ("continuous_infusion", {"stall": [["5 h", "6.5 h"]]}, "start_up"),
    ("rate_minimum", {"gain": 0.8}, "mean_flow_error"),
    ("rate_minimum", {"stall": [["10 h", "14 h"]]}, "mean_flow_error"),
    ("day_schedule", {"stall": [["6 h", "7 h"]]}, "day_schedule_error"),
    ("day_schedule", {"line_time_constant": "20 min"}, "day_schedule_delay"),
    ("bolus_series", {"stall": [["5 h", "5.2 h"]]}, "bolus_series"),
    ("bolus_series", {"rate_loss_per_ml_h": 3.0}, "bolus_series"),
    ("stop_restart", {"line_time_constant": "5 min"}, "stop_residual"),
    ("stop_restart", {"stall": [["7 h", "8 h"]]}, "day_schedule_error"),
    ("occlusion", {"compliance": "1 uL/kPa"}, "occlusion_detection"),
    ("kink", {"max_pressure": "2 kPa"}, "mean_flow_error"),
    ("kink", {"occlusion_switch": "20 kPa"}, "alarms"),
    ("reservoir", {"gain": 1.3}, "reservoir_book"),
    ("supply_sag", {"brown_out": "3.1 V"}, "mean_flow_error"),
    ("brown_out", {"brown_out": "1.5 V"}, "event_reset"),  # it goes on, half awake
    ("brown_out", {"brown_out": "1.5 V"}, "event_unconfirmed_dose"),
    ("brown_out", {"stall": [["3.8 h", "7 h"]]}, "recovery_error"),
    ("pump_swap", {"tubing_lots": {"new": 0.8}}, "priming_bolus_mean"),
    ("stall", {"stall": [["2.5 h", "7 h"]]}, "recovery_error"),
    ("stall_alarm", {"rotor_sensor": False}, "event_stall"),
    ("low_reservoir", {"firmware": {"low_late": "250 uL"}}, "reservoir_low"),
    ("low_reservoir", {"gain": 1.3}, "reservoir_low"),  # its book does not see what it gives
    ("reset", {"stall": [["3.8 h", "7 h"]]}, "recovery_error"),
    ("titration", {"firmware": {"late_rate": "25 min"}}, "reprogramming_1"),
    ("titration", {"firmware": {"kept_rates": 2}}, "reprogramming_2"),  # confirmed, and never carried out
    ("wear", {"wear_per_ml": 0.03}, "rate_windows_1h"),
    ("minimum_rate", {"stall": [["8 h", "16 h"]]}, "minimum_rate"),
    ("back_pressure", {"slip_per_kpa": 0.01}, "back_pressure"),
    ("viscosity", {"slip_per_kpa": 0.015}, "mean_flow_error"),
    ("body_temperature", {"gain_per_k": -0.015}, "mean_flow_error"),
]
CASES = [*QUICK, *(pytest.param(*case, marks=pytest.mark.nightly) for case in SLOW)]


@pytest.mark.parametrize(("protocol", "options", "finding"), CASES, ids=lambda v: v if isinstance(v, str) else "")
def test_a_pump_with_the_fault_fails(bench_with, tmp_path, protocol, options, finding):
    bench = bench_with(options)
    asked = load_protocol(PROTOCOLS / f"{protocol}.toml", bench.limits)
    outcome = run(asked, bench, tmp_path / "run", control=Control(unattended="yes"))
    found = {one.name: one for one in outcome.assessment.findings}
    assert outcome.assessment.verdict.outcome == "fail", outcome.assessment.verdict.reasons
    assert found[finding].verdict == "fail", found[finding].statement


UNPLUGGED = """
[[acts]]
at = "5 min"
note = "cable"
text = "Pull the cable of the balance."
do = "unplug"
values = { instrument = "balance" }
"""


@pytest.mark.parametrize("protocol", ["occlusion", "reservoir", "supply_sag", "screening_100"])
def test_a_broken_bench_is_invalid_and_says_nothing_of_the_pump(bench_with, tmp_path, protocol):
    bench = bench_with({})
    text = (PROTOCOLS / f"{protocol}.toml").read_text(encoding="utf-8") + UNPLUGGED
    asked = parse_protocol(text, protocol, bench.limits)
    outcome = run(asked, bench, tmp_path / "run", control=Control())
    assert outcome.assessment.verdict.outcome == "invalid", outcome.assessment.verdict.reasons
