"""Delivered volume from readings of a balance: synthetic readings of which the volume is known, and closed forms."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from calibration.noise_model import NoiseModel
from fixtures.synthetic.bench import HOUR_S, Run
from fixtures.synthetic.noise import noise_g
from fixtures.synthetic.study import study
from rig.delivery.bound import bound_of_ends
from rig.delivery.collected import Air
from rig.delivery.constant_rate import constant_rate
from rig.delivery.efficiency import how_good
from rig.delivery.evaporated import Evaporation
from rig.delivery.legs import evaporation_of, leg_of
from rig.delivery.modelled import ModelledNoise
from rig.delivery.rows import delivery_of_rows, differences_ul
from rig.delivery.setup import Setup
from rig.delivery.volume import Delivery
from rig.errors import EvidenceError
from tests.held_against.row import CHANCE, Compared, K, Row, compared, drawn, same
from tests.planted import program, weighed

WHITE = NoiseModel(5e-5, 0.0, 10.0, 0.0, 0.0, 0.0, math.inf, 86400.0)
#: 0.05 mg in a root hour and 0.02 mg of flicker.
WALKS = NoiseModel(5e-5, 0.0, 10.0, 0.0, 4e-10, 25e-10 / HOUR_S, math.inf, 86400.0)
#: The same, read each three minutes.
SELDOM = replace(WALKS, interval_s=180.0)
#: Nothing but noise is unknown.
SURE = Setup(1.19, 8000.0, 997.77, 1e-9, 53.0, 1e-9, 30.0, 1e-9, 1e-12, 1.0, 1e-12, 1e-12)
RECORDS = 400


def rows() -> list[Row]:
    return [
        from_readings("0.15 mL/day, 24 h, legs of 5 h", Run("", 6.25, 24.0, 5.0), WHITE, None),
        from_readings("1 mL/day, 6 h, legs of 1 h", Run("", 41.667, 6.0, 1.0), WHITE, None),
        from_readings("0.15 mL/day, balance walks and flickers", Run("", 6.25, 6.0, 2.0), WALKS, WALKS),
        stalled(),
        bound(),
        efficient(),
        slope(),
        refused_slope(),
    ]


def from_readings(name, run, noise, told) -> Row:
    """Every declared quantity of bench and run is drawn anew for each record; the pump is off by 5 %."""
    made = study(run, noise, RECORDS, seed=1, error=0.05, told=told)
    true, value, u = float(made.true_ul.mean()), float(made.value_ul.mean()), float(made.u_ul.mean())
    held = int((np.abs(made.value_ul - made.true_ul) <= K * made.u_ul).sum())
    values = (Compared("", "uL", true, value, CHANCE * u / math.sqrt(RECORDS)),)
    metric, functions = f"volume: {name}", (delivery_of_rows, differences_ul)
    if told is not None:
        metric, functions = f"{metric}, end levels by GLS", (*functions, ModelledNoise.of)
    against = "synthetic readings, volume planted"
    return Row(metric, functions, against, values, "U/10", draws=RECORDS, held=held)


def stalled() -> Row:
    """An hour without delivery in a day is 6 uL less, wherever it lies."""
    told = program('kind = "continuous", flow = "6 uL/h", duration = "24 h"')

    def less(seed):
        begin_s = (1.0 + 20.0 * np.random.default_rng(seed).uniform()) * HOUR_S
        made = weighed(lambda t: told.volume_ul(t - np.clip(t - begin_s, 0.0, HOUR_S)), 24.0, program=told, seed=seed)
        found = made.difference_ul(1200.0, 1200.0 + 24.0 * HOUR_S)
        return found.value, found.u

    return drawn(
        "volume of a day with a stall of 1 h",
        (Delivery.difference_ul,),
        "planted stall at a drawn hour",
        less,
        138.0,
        "uL",
        draws=25,
    )


def bound() -> Row:
    """Two means of n readings with white noise, their instants in the middle: sigma times the root of 2/n."""
    windows = [np.arange(at - 295.0, at + 300.0, 10.0) for at in (HOUR_S, 20.0 * HOUR_S)]
    found = bound_of_ends(WHITE, windows, [], (HOUR_S, 20.0 * HOUR_S), 600.0)
    exact = WHITE.reading_g * math.sqrt(2.0 / len(windows[0]))
    values = (compared("", "mg", 1e3 * exact, 1e3 * found, 1e-6 * 1e3 * exact),)
    return Row("Cramer-Rao bound, white noise", (bound_of_ends,), "closed form: two means", values)


def efficient() -> Row:
    """Nothing but the balance is unknown: the scatter of the estimates is that of the bound."""
    run = Run("", 6.25, 6.0, 2.0, setup=SURE, course_mg_h=0.0)
    time_s, draws = run.time_s(), 1000
    reading_g = 53.0 + noise_g(WALKS, time_s, draws, np.random.default_rng(2))
    air = Air(time_s[:1], np.array([1.19]), 1e-12, "declared")
    made = delivery_of_rows(time_s, reading_g, air, SURE, run.legs_s, run.window_s, WALKS)
    found = differences_ul(made, *run.ends_s)
    windows = [time_s[np.abs(time_s - at) <= run.window_s / 2.0] for at in run.ends_s]
    legs = [time_s[(time_s >= begin) & (time_s < end)] for begin, end in run.legs_s]
    least = 1e6 / SURE.fluid_kg_m3 * bound_of_ends(WALKS, windows, legs, run.ends_s, run.window_s)
    share = _told(time_s, reading_g[0], run, air)["efficiency"]
    chance = CHANCE / math.sqrt(2.0 * draws)
    values = (
        compared("scatter", "uL", found.value.std(), least, chance * least),
        compared("efficiency", "", 1.0, share, 0.05),
    )
    says = "synthetic noise; its scatter and bound"
    return Row(
        "efficiency against Cramer-Rao",
        (bound_of_ends, how_good, Delivery.increment),
        says,
        values,
        "4 sd; 5 %",
    )


def _told(time_s, reading_g, run, air):
    mass_mg = 1e3 * reading_g
    parts = [(time_s >= begin) & (time_s < end) for begin, end in run.legs_s]
    legs = [(name, leg_of(time_s[one], mass_mg[one], name, WALKS)[0]) for name, one in zip("ab", parts, strict=True)]
    noise = ModelledNoise.of(WALKS, time_s, run.window_s)
    gone: Evaporation = evaporation_of(legs, run.setup)
    made = Delivery(time_s, reading_g, air, run.setup, gone, noise, run.window_s, legs_s=run.legs_s)
    return how_good(made, *run.ends_s, made.difference_ul(*run.ends_s).u)


def slope() -> Row:
    """6 h at 6.25 mg/h, on a balance that walks."""
    time_s = np.arange(0.0, 6.0 * HOUR_S, SELDOM.interval_s)

    def rate(seed):
        mass_g = 6.25e-3 * time_s / HOUR_S + noise_g(SELDOM, time_s, 1, np.random.default_rng(seed))[0]
        found = constant_rate(SELDOM, time_s, mass_g, 600.0)
        return 3.6e6 * found.rate_g_s, 3.6e6 * found.u_g_s

    return drawn("slope of a constant rate", (constant_rate,), "planted rate, drawn noise", rate, 6.25, "mg/h")


def refused_slope() -> Row:
    """A stall of an hour makes a slope of a day wrong; how often constant rates are refused is 5 %."""
    time_s = np.arange(0.0, 6.0 * HOUR_S, SELDOM.interval_s)
    draws = 200
    noise = noise_g(SELDOM, time_s, draws, np.random.default_rng(3))
    steady = 6.25e-3 * time_s / HOUR_S
    refused = sum(not constant_rate(SELDOM, time_s, steady + one, 600.0).accepted for one in noise)
    ran = time_s - np.clip(time_s - 3.0 * HOUR_S, 0.0, HOUR_S)
    try:
        constant_rate(SELDOM, time_s, 6.25e-3 * ran / HOUR_S + noise[0], 600.0).checked()
        says = "used"
    except EvidenceError:
        says = "refused"
    values = (
        same("stalled", "refused", says),
        compared("constant, refused", "", 0.05, refused / draws, CHANCE * math.sqrt(0.05 * 0.95 / draws)),
    )
    return Row("slope only where the rate is constant", (constant_rate,), "planted stall of 1 h", values, "4 sd")
