"""What cannot be below zero is refused at the door of every metric: by its name, with what was found and its unit."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.units import (
    CHARGE,
    CONCENTRATION,
    CONCENTRATION_DIFFERENCE,
    CURRENT,
    DRUG_AMOUNT,
    FLOW,
    PRESSURE,
    RATIO,
    TIME,
    VOLUME,
)
from rig.verify.battery import Consumption, consumption, lifetime
from rig.verify.compliance import compliance
from rig.verify.delivered_bolus import delivered_boluses
from rig.verify.dose import Assay, delivered_dose, dose_ug
from rig.verify.errors import MetricError
from rig.verify.events import TimedEvent, detection
from rig.verify.grid import duration_above_zero_s, levels_ul, programmed_step_ul
from rig.verify.leak import lost_between
from rig.verify.minimum_rate import flow_in
from rig.verify.mixing import Line, changed_drug
from rig.verify.noise import LevelNoise
from rig.verify.occlusion import stored_bolus
from rig.verify.refill import reconcile
from rig.verify.reservoir import bookkeeping, low_reservoir
from rig.verify.screening import screening_dose

S, UL, FLOWS, PERCENT = TIME.quantity, VOLUME.quantity, FLOW.quantity, RATIO.quantity
ROW = np.arange(10.0)
USED = Consumption(1.0, 0.1, 1.0, 0.1, 1.0)
WEAK, FEW = CONCENTRATION.quantity(500.0), CONCENTRATION_DIFFERENCE.quantity(5.0)


def event():
    return TimedEvent(S(10.0), S(0.0))


def current(gain=0.1, offset=1e-6):
    return consumption(
        S(ROW), CURRENT.quantity(1e-3 + 0.0 * ROW),
        u_gain=PERCENT(gain), u_offset=CURRENT.quantity(offset), longest_gap=S(2.0),
    )  # fmt: skip


def closed(flow=6.0, u_flow=0.1, gain=0.1):
    return compliance(
        S(ROW), PRESSURE.quantity(ROW), FLOWS(flow), u_flow=FLOWS(u_flow), u_gain=PERCENT(gain)
    )  # fmt: skip


def refill(fill=40.0, told=35.0, left=5.0, u=0.1, unusable=1.0, u_fill=0.1, limit=14.5):
    given = {"limit": PERCENT(limit), "unusable": UL(unusable), "u_fill": UL(u_fill)}
    return reconcile(UL(fill), UL(told), UL(left), UL(u), **given)


def changed(u=1.0):
    return changed_drug(UL(1.0), WEAK, WEAK, Line(UL(300.0)), u_delivered=UL(u))


def dosed(volume=150.0, u=0.5):
    assay = Assay(WEAK, FEW, "HPLC")
    return delivered_dose(UL(volume), UL(u), programmed=DRUG_AMOUNT.quantity(75.0), assay=assay)


def booked(fill=40.0, u_fill=0.1, gone=5.0, u_gone=0.1):
    return bookkeeping(UL(fill), UL(u_fill), UL(gone), UL(u_gone), UL(35.0))


def low(levels, u_fill=1.0, flow=6.0):
    return low_reservoir(UL(500.0), UL(u_fill), levels, S(0.0), S(900.0), S(1.0), UL(400.0), flow=FLOWS(flow))


def shot(told=1000.0, lasted=75.0, u_ul=5.0):
    return screening_dose(UL(told), UL(u_ul), S(lasted), S(1.0), programmed=UL(told))


ZERO = "expected a value above zero, found 0"
BELOW = "expected zero or more, found -1"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda _: current(gain=-1.0), f"u_gain: {BELOW} %"),
        (lambda _: current(offset=-1.0), f"u_offset: {BELOW} A"),
        (lambda _: USED.per(0.0), f"delivered: {ZERO} uL"),
        (lambda _: lifetime(CHARGE.quantity(0.0), CHARGE.quantity(1.0), USED), f"capacity: {ZERO} mAh"),
        (lambda _: closed(flow=0.0), f"flow: {ZERO} uL/h"),
        (lambda _: closed(u_flow=-1.0), f"u_flow: {BELOW} uL/h"),
        (lambda _: closed(gain=-1.0), f"u_gain: {BELOW} %"),
        (lambda _: refill(fill=0.0), f"fill: {ZERO} uL"),
        (lambda _: refill(told=0.0), f"programmed: {ZERO} uL"),
        (lambda _: refill(left=-1.0), f"residual: {BELOW} uL"),
        (lambda _: refill(u=-1.0), f"u_residual: {BELOW} uL"),
        (lambda _: refill(unusable=-1.0), f"unusable: {BELOW} uL"),
        (lambda _: refill(limit=-14.5), "limit: expected a value above zero, found -14.5 %"),
        (lambda _: refill(limit=0.0), f"limit: {ZERO} %"),
        (lambda _: changed(u=-1.0), f"u_delivered: {BELOW} uL"),
        (lambda _: dosed(u=-0.5), "u_volume: expected zero or more, found -0.5 uL"),
        (lambda _: dosed(-150.0), "volume: expected a delivered volume from zero up, .* found -150 uL with u.*"),
        (lambda _: dose_ug(1.0, -1.0, 1.0, 9.0, "assay"), f"u of the dose: {BELOW} ug"),
        (lambda _: dose_ug(np.nan, 1.0, 1.0, 9.0, "assay"), "dose: expected a number, found nan ug"),
        (lambda _: Assay(WEAK, FEW, "HPLC", nu=np.nan), "assay: expected degrees of freedom above zero .*, found nan"),
        (
            lambda levels: lost_between(levels, levels, S(0.0), S(9.0), u_common=PERCENT(-1.0)),
            f"u_common: {BELOW} %",
        ),
        (lambda _: refill(u_fill=-1.0), f"u_fill: {BELOW} uL"),
        (lambda _: booked(fill=0.0), f"fill: {ZERO} uL"),
        (lambda _: booked(gone=0.0), f"delivered: {ZERO} uL"),
        (lambda _: booked(u_fill=-1.0), f"u_fill: {BELOW} uL"),
        (lambda _: booked(u_gone=-1.0), f"u_delivered: {BELOW} uL"),
        (lambda levels: low(levels, u_fill=-1.0), f"u_fill: {BELOW} uL"),
        (lambda levels: low(levels, flow=0.0), f"flow: {ZERO} uL/h"),
        (lambda _: shot(told=0.0), f"programmed: {ZERO} uL"),
        (lambda _: shot(lasted=0.0), f"duration: {ZERO} s"),
        (lambda _: shot(u_ul=-1.0), f"u_volume: {BELOW} uL"),
        (lambda _: detection(event(), event(), u_rate=PERCENT(-1.0)), f"u_rate: {BELOW} %"),
        (lambda levels: flow_in(levels, S(0.0), S(9.0), programmed=FLOWS(0.0)), f"programmed: {ZERO} uL/h"),
        (lambda levels: lost_between(levels, levels, S(0.0), S(9.0), u_stored=UL(-1.0)), f"u_stored: {BELOW} uL"),
        (lambda _: Line(UL(300.0), u_dead=UL(-1.0)), f"u_dead: {BELOW} uL"),
        (lambda _: Line(UL(300.0), u_mixed=UL(-1.0)), f"u_mixed: {BELOW} uL"),
        (lambda _: changed_drug(UL(-1.0), WEAK, WEAK, Line(UL(300.0))), f"delivered: {BELOW} uL"),
        (
            lambda _: changed_drug(
                UL(1.0), WEAK, WEAK, Line(UL(300.0)), u_old=CONCENTRATION_DIFFERENCE.quantity(-1.0)
            ),
            f"u_old: {BELOW} ug/mL",
        ),
        (lambda _: LevelNoise(UL(-1.0)), f"standard_deviation: {BELOW} uL"),
        (lambda _: stored_bolus(1.0 * UL(1.0) / PRESSURE.quantity(1.0), PRESSURE.quantity(-1.0)),
         "pressure: expected a rise from zero up, found -1 kPa"),
        (lambda _: duration_above_zero_s("guard", S(0.0)), "guard: expected a duration above zero, found 0 s"),
        (lambda _: programmed_step_ul(FLOWS(0.0), S(1.0)), "rate: expected a programmed rate above zero, found 0 uL/h"),
        (lambda _: programmed_step_ul(FLOWS(1.0), S(0.0)), "sample_interval: expected a duration .*, found 0 s"),
        (lambda _: levels_ul(UL(np.ones((2, 2)))), r"volume: .* at least two levels, found shape \(2, 2\)"),
        (lambda _: levels_ul(UL(np.ones(1))), r"volume: .* at least two levels, found shape \(1,\)"),
    ],
)  # fmt: skip
def test_a_sign_that_cannot_be_is_refused(drawn, call, says):
    with pytest.raises(MetricError, match=f"^{says}$"):
        call(drawn(lambda t: t / 600.0, 1.0))


def test_zero_is_no_sign():
    """An uncertainty may be zero, and so may what was left or cannot be used; a hundredth of a microlitre is a fill."""
    assert refill(left=0.0, u=0.0, unusable=0.0, u_fill=0.0).u_percent == 0.0
    assert refill(fill=0.02, told=0.01, left=0.0, unusable=0.0).ratio == pytest.approx(2.0)
    assert booked(fill=0.02, u_fill=0.0, gone=0.01, u_gone=0.0).u_left_ul == 0.0
    assert shot(u_ul=0.0).u_percent == 0.0
    assert dosed(-1.5).error_percent == pytest.approx(-101.0)  # nothing, but for noise of three standard uncertainties
    assert current(gain=0.0, offset=0.0).u_mean_ma == 0.0
    assert USED.per(0.5) == 2000.0
    assert LevelNoise(UL(0.0)).sd_ul == 0.0
    assert levels_ul(UL(np.ones(2))).tolist() == [1.0, 1.0]
    assert programmed_step_ul(FLOWS(0.5), S(0.5)) == pytest.approx(0.25 / 3600.0)
    assert closed(u_flow=0.0, gain=0.0).value_ul_kpa == pytest.approx(6.0 / 3600.0)


def test_a_shot_of_the_pump_is_never_below_zero(program, drawn):
    told = program('kind = "single_bolus", volume = "10 uL", flow = "40 uL/h"')
    with pytest.raises(MetricError, match=f"^shot: {BELOW} uL$"):
        delivered_boluses(drawn(told.volume_ul, 1.0), told, S(0.0), settle=S(0.0), shot=UL(-1.0))


def test_a_volume_of_nothing_may_come_out_below_zero_by_noise():
    """By three standard uncertainties of it: 30 uL."""
    assert dosed(-29.9, u=10.0).error_percent < -100.0
    with pytest.raises(MetricError, match="is the sign turned"):
        dosed(-30.1, u=10.0)


@pytest.mark.parametrize("nu", [0.5, 1.0])
def test_an_assay_of_two_injections_has_one_degree_of_freedom(nu):
    assert Assay(WEAK, FEW, "HPLC", nu=nu).nu == nu
    with pytest.raises(MetricError, match="degrees of freedom above zero"):
        Assay(WEAK, FEW, "HPLC", nu=0.0)
