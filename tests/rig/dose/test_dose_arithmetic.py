"""Arithmetic of therapy against the reference vectors."""

from __future__ import annotations

import pytest

from calibration.errors import ImplausibleError
from calibration.units import CONCENTRATION, DOSE_RATE, FLOW, TIME, VOLUME
from rig.dose import ProgramError, bridge_time, flow_for_dose, time_to_level

DAY_S = 86400.0


def test_vector_itb_1_dose_to_flow(itb):
    given, expected = itb["ITB-1"]["inputs"], itb["ITB-1"]["expected"]
    pairs = zip(given["dose_ug_day"], given["conc_ug_mL"], strict=True)
    flows = [flow_for_dose(DOSE_RATE.quantity(dose), CONCENTRATION.quantity(drug)) for dose, drug in pairs]

    assert [FLOW.magnitude("flow", flow) for flow in flows] == pytest.approx(expected["rate_uL_h"], rel=1e-6)
    assert [flow.m_as("mL/day") for flow in flows] == pytest.approx(expected["rate_mL_day"], rel=1e-6)


def test_vector_itb_1_its_first_dose_cannot_be_programmed(itb, program):
    dose, *others = itb["ITB-1"]["inputs"]["dose_ug_day"]
    segment = {"kind": "continuous", "dose_rate": f"{dose} ug/day", "duration": "24 h"}
    with pytest.raises(ProgramError, match=r"0\.044 mL/day .* below the pump's minimum"):
        program(segment)
    for other in others:
        program(segment | {"dose_rate": f"{other} ug/day"})


def test_vector_itb_2_days_to_alarm_and_to_empty(itb):
    given, expected = itb["ITB-2"]["inputs"], itb["ITB-2"]["expected"]
    fill = VOLUME.quantity(given["fill_mL"] * 1000)
    alarm = VOLUME.quantity(given["alarm_mL"] * 1000)
    flow = FLOW.parse("flow", f"{given['rate_mL_day']} mL/day")

    days = [TIME.magnitude("t", time_to_level(fill, level, flow)) / DAY_S for level in (alarm, VOLUME.quantity(0.0))]
    assert days == pytest.approx([expected["days_to_alarm"], expected["days_to_empty"]], abs=1e-3)


def test_vector_itb_3_a_bridge_of_18_hours():
    drug, dose = CONCENTRATION.parse("c", "500 ug/mL"), DOSE_RATE.parse("d", "200 ug/day")

    assert bridge_time(VOLUME.parse("v", "0.3 mL"), drug, dose).m_as("hour") == pytest.approx(18.0)


def test_a_level_above_the_fill_is_refused():
    with pytest.raises(ImplausibleError, match="level < fill"):
        time_to_level(VOLUME.parse("v", "1 mL"), VOLUME.parse("v", "2 mL"), FLOW.parse("f", "1 mL/day"))
