"""Boluses: single, in series, priming, bridge; and the screening dose of a syringe."""

from __future__ import annotations

import numpy as np

from calibration.units import TIME, VOLUME
from rig.verify.bolus import bolus_statistics
from rig.verify.delivered_bolus import delivered_boluses
from rig.verify.screening import screening_dose
from tests.held_against.row import Row, compared, drawn, same
from tests.held_against.vectors import vector
from tests.planted import Drawn, program

HOUR_S = 3600.0
BEGAN, SETTLE = TIME.quantity(0.0), TIME.parse("settle", "5 min")
BASAL = 'kind = "continuous", flow = "0.15 mL/day", duration = "1 h"'
BOLUS = 'kind = "single_bolus", volume = "10 uL", flow = "40 uL/h"'
SERIES = program(*[BASAL, BOLUS] * 25, BASAL)
OTHERS = program(
    'kind = "priming_bolus", volume = "200 uL", flow = "400 uL/h"',
    'kind = "bridge_bolus", old_concentration = "500 ug/mL", volume = "300 uL", dose_rate = "200 ug/day"',
    BASAL,
)
#: Of volume that a pump gives, against what it was told.
GAIN = 1.03


def rows() -> list[Row]:
    return [statistics(), single(), series(), extremes_of_a_series(), priming(), bridge(), screening()]


def too_much(told):
    return lambda time_s: GAIN * told.volume_ul(time_s)


def boluses(told, hours, seed, settle=SETTLE, truth=None):
    return delivered_boluses(Drawn(truth or too_much(told), hours, seed=seed), told, BEGAN, settle=settle)


def statistics() -> Row:
    given, expected, tolerance = vector("IEC-B2")
    found = bolus_statistics(VOLUME.quantity(np.array(given["bolus_uL"])), VOLUME.quantity(given["set_uL"]))
    numbers = {
        "mean_uL": (found.mean_ul, "uL"),
        "mean_dev_percent": (found.mean_error_percent, "%"),
        "max_pos_dev_percent": (found.max_error_percent, "%"),
        "max_neg_dev_percent": (found.min_error_percent, "%"),
        "sd_uL": (found.sd_ul, "uL"),
        "tol_interval_95_95_uL": ((found.tolerance_low_ul, found.tolerance_high_ul), "uL"),
    }
    names = ("mean", "mean error", "largest error", "least error", "sd", "95/95 interval")
    values = tuple(
        compared(name, unit, expected[key], one, tolerance["abs"])
        for name, (key, (one, unit)) in zip(names, numbers.items(), strict=True)
    )
    return Row(
        "series of 25 boluses, statistics",
        (bolus_statistics,),
        "25 values, computed by numpy",
        values,
        "vector",
        "IEC-B2",
        ("bolus",),
    )


def single() -> Row:
    """Basal delivery goes on at 3 % too much while the bolus settles, which is 0.016 uL of 10."""
    told = program(BASAL, BOLUS, BASAL)

    def error(seed):
        found = boluses(told, 3.0, seed, TIME.quantity(0.0))
        return found.error_percent[0], found.u_percent[0]

    return drawn("single bolus", (delivered_boluses,), "planted: 3 % too large", error, 3.0, "%", findings=("bolus",))


def series() -> Row:
    def mean(seed):
        found = boluses(SERIES, 33.0, seed, TIME.quantity(0.0))
        return found.mean_error_percent, found.u_mean_percent

    return drawn(
        "mean of 25 boluses", (delivered_boluses,), "planted: 3 % too large", mean, 3.0, "%", findings=("bolus",)
    )


def extremes_of_a_series() -> Row:
    """The first of 25 is 2 uL too small, on levels without noise."""

    def truth(time_s):
        return SERIES.volume_ul(time_s) - 2.0 * np.clip((time_s / HOUR_S - 1.0) * 4.0, 0.0, 1.0)

    quiet = Drawn(truth, 33.0, noise_ul=0.0, u_rate_ul_h=0.0, u_scale=0.0)
    found = delivered_boluses(quiet, SERIES, BEGAN, settle=SETTLE).statistics()
    values = (
        compared("least", "%", -20.0, found.min_error_percent, 1e-6),
        compared("largest", "%", 0.0, found.max_error_percent, 1e-6),
        compared("mean", "%", -20.0 / 25.0, found.mean_error_percent, 1e-6),
    )
    return Row(
        "extremes of 25 boluses",
        (delivered_boluses, bolus_statistics),
        "planted: one 2 uL too small",
        values,
        findings=("bolus",),
    )


def priming() -> Row:
    def error(seed):
        found = boluses(OTHERS, 19.6, seed, TIME.quantity(0.0))
        return found.error_percent[0], found.u_percent[0]

    return drawn(
        "priming bolus", (delivered_boluses,), "planted: 3 % too large", error, 3.0, "%", findings=("priming_bolus",)
    )


def bridge() -> Row:
    def error(seed):
        found = boluses(OTHERS, 19.6, seed, TIME.quantity(0.0))
        return found.error_percent[1], found.u_percent[1]

    return drawn(
        "bridge bolus", (delivered_boluses,), "planted: 3 % too large", error, 3.0, "%", findings=("bridge_bolus",)
    )


def screening() -> Row:
    ml, second = VOLUME.parse("v", "1 mL"), TIME.parse("t", "1 s")
    found = [
        screening_dose(0.98 * ml, VOLUME.quantity(5.0), TIME.parse("t", f"{lasted} s"), second, programmed=ml)
        for lasted in (75, 61, 50)
    ]
    says = ["too fast" if one.too_fast else "slow enough" if one.slow_enough else "open" for one in found]
    values = (
        compared("error", "%", -2.0, found[0].error_percent, 1e-9),
        compared("u", "%", 0.5, found[0].u_percent, 1e-9),
        same("75, 61, 50 s", "slow enough, open, too fast", ", ".join(says)),
    )
    return Row("screening dose", (screening_dose,), "planted: 980 uL in 75, 61, 50 s", values, findings=("screening",))
