"""Reservoir and battery: the pump's book, its alarms, refills; consumption, indicators, end of service."""

from __future__ import annotations

import numpy as np

from calibration.units import CHARGE, CURRENT, FLOW, RATIO, TIME, VOLTAGE, VOLUME
from rig.verify.battery import consumption, lifetime, mean_and_u_ma
from rig.verify.indicators import notice, value_at
from rig.verify.refill import reconcile
from rig.verify.reservoir import bookkeeping, low_reservoir
from tests.held_against.row import Row, compared, drawn, same
from tests.held_against.vectors import vector
from tests.planted import Drawn

HOUR_S, DAY_S = 3600.0, 86400.0


def rows() -> list[Row]:
    return [refill(), book(), low(), charge(), mean_current(), life(), indicator(), end_of_service()]


def ml(value):
    return VOLUME.quantity(1000.0 * value)


def seconds(value):
    return TIME.quantity(value)


def refill() -> Row:
    given, expected, tolerance = vector("ITB-4")
    limit = RATIO.parse("limit", "14.5 %")
    fill, told = ml(given["filled_mL"]), ml(given["programmed_delivered_mL"])
    found = [reconcile(fill, told, ml(left), ml(0.05), limit=limit) for left in given["residual_measured_mL"]]
    flags = "overinfusion_flag_gt_plus14.5", "underinfusion_flag_lt_minus14.5"
    values = (
        compared("ratio", "", expected["delivered_over_programmed"], [one.ratio for one in found], tolerance["abs"]),
        compared("error", "%", expected["error_percent"], [one.error_percent for one in found], tolerance["abs"]),
        same("over", expected[flags[0]], [one.over for one in found]),
        same("under", expected[flags[1]], [one.under for one in found]),
    )
    return Row(
        "refill reconciliation", (reconcile,), "volumes in and out, by hand", values, "vector", "ITB-4", ("reservoir",)
    )


def book() -> Row:
    """40 mL filled, 10.5 mL weighed out; the pump believes that 30 mL are left."""

    def error(seed):
        random = np.random.default_rng(seed)
        fill, out = random.normal(40.0, 0.02), random.normal(10.5, 0.03)
        found = bookkeeping(ml(fill), ml(0.02), ml(out), ml(0.03), ml(30.0))
        return found.claim_error_ul, found.u_left_ul

    return drawn(
        "reservoir bookkeeping", (bookkeeping,), "planted: 0.5 mL too many", error, 500.0, "uL", findings=("reservoir",)
    )


def low() -> Row:
    """17 h at 6.3 uL/h leave 392.9 uL of 500, where it should alarm at 400."""
    facts = {"setting": VOLUME.quantity(400.0), "flow": FLOW.quantity(6.0)}

    def left(seed):
        random = np.random.default_rng([seed, 1])
        fill, at = VOLUME.quantity(random.normal(500.0, 1.0)), seconds(18 * HOUR_S + random.normal(0.0, 30.0))
        levels = Drawn(lambda t: 6.3 * t / HOUR_S, 25.0, seed=seed)
        alarmed = at, seconds(30.0)
        found = low_reservoir(
            fill, VOLUME.quantity(1.0), levels, seconds(HOUR_S), *alarmed, facts["setting"], flow=facts["flow"]
        )
        return np.array([(found.left_ul, found.u_left_ul), (found.early_s / 60.0, found.u_early_s / 60.0)])

    return drawn(
        "volume left at the low-reservoir alarm",
        (low_reservoir,),
        "planted: 7.1 uL late",
        left,
        [392.9, -71.0],
        ("uL", "min"),
        what=("left", "early"),
        findings=("reservoir", "alarms"),
    )


def current_a(seed):
    """20 uA, and 30 uA more for 10 s of each minute: 25 uA in the mean; gain and offset of the meter are drawn."""
    random = np.random.default_rng(seed)
    t = np.arange(0.0, 2 * HOUR_S, 1.0)
    a = 20e-6 + 30e-6 * (t % 60 < 10) + random.normal(0.0, 2e-6, len(t))
    return t, a * random.normal(1.0, 0.002) + random.normal(0.0, 1e-7)


def used(seed):
    t, a = current_a(seed)
    u = {"u_gain": RATIO.quantity(0.2), "u_offset": CURRENT.quantity(1e-7)}
    return consumption(seconds(t), CURRENT.quantity(a), **u, longest_gap=seconds(2.0))


def charge() -> Row:
    def taken(seed):
        found = used(seed)
        return np.array(
            [(1e3 * found.mean_ma, 1e3 * found.u_mean_ma), (1e3 * found.charge_mah, 1e3 * found.u_charge_mah)]
        )

    return drawn(
        "battery consumption",
        (consumption,),
        "planted: 25 uA in bursts",
        taken,
        [25.0, 50.0],
        ("uA", "uAh"),
        what=("mean", "charge"),
        findings=("battery",),
    )


def mean_current() -> Row:
    """Noise that has no bursts, about 25 uA, and no error of the meter."""

    def mean(seed):
        t = np.arange(0.0, 600.0, 1.0)
        found, u = mean_and_u_ma(t, 0.025 + np.random.default_rng(seed).normal(0.0, 0.002, len(t)))
        return 1e3 * found, 1e3 * u

    return drawn(
        "mean of a noisy current",
        (mean_and_u_ma,),
        "planted: 25 uA, white noise",
        mean,
        25.0,
        "uA",
        findings=("battery",),
    )


def life() -> Row:
    """1100 mAh at 25 uA are 44,000 h; the capacity is drawn."""

    def years(seed):
        capacity = np.random.default_rng([seed, 1]).normal(1100.0, 22.0)
        left = CHARGE.parse("c", f"{capacity} mAh"), CHARGE.parse("u", "22 mAh")
        found = lifetime(*left, used(seed))
        return found.value_s / HOUR_S, found.u_s / HOUR_S

    return drawn(
        "lifetime of a battery", (lifetime,), "planted: 1100 mAh at 25 uA", years, 44_000.0, "h", findings=("battery",)
    )


def indicator() -> Row:
    """A ramp of -1 mV/s from 3 V; the indicator came at 405 s, and the clock errs by 2 s."""
    t = np.arange(0.0, 1000.0, 10.0)

    def volts(seed):
        random = np.random.default_rng(seed)
        ramp = VOLTAGE.quantity(3.0 - 1e-3 * t + random.normal(0.0, 0.001))
        at = seconds(405.0 + random.normal(0.0, 2.0))
        found = value_at(seconds(t), ramp, at, seconds(2.0), u_voltage=VOLTAGE.quantity(0.001))
        return found.volts, found.u_volts

    return drawn(
        "voltage at the replacement indicator",
        (value_at,),
        "planted: 2.595 V on a ramp",
        volts,
        2.595,
        "V",
        findings=("battery",),
    )


def end_of_service() -> Row:
    """91 days of notice where 90 are declared; each instant errs by 100 s."""

    def days(seed):
        off = np.random.default_rng(seed).normal(0.0, 100.0, 2)
        told = {"u_each": seconds(100.0), "declared": seconds(90 * DAY_S)}
        found = notice(seconds(DAY_S + off[0]), seconds(92 * DAY_S + off[1]), seconds(99 * DAY_S), **told)
        return np.array([(found.value_s, found.u_s), (found.short_s, found.u_s)])

    return drawn(
        "notice before the end of service",
        (notice,),
        "planted: 91 of 90 days",
        days,
        [91 * DAY_S, -DAY_S],
        "s",
        what=("notice", "short"),
        findings=("battery",),
    )
