"""Dose: what is programmed, what any 24 h gave, and which drug left the tip."""

from __future__ import annotations

import numpy as np

from calibration.units import (
    CONCENTRATION,
    CONCENTRATION_DIFFERENCE,
    DOSE_RATE,
    DRUG_AMOUNT,
    FLOW,
    RATIO,
    TIME,
    VOLUME,
)
from rig.dose import flow_for_dose, time_to_level
from rig.verify.changed_dose import drug_between
from rig.verify.dose import Assay, delivered_dose
from rig.verify.dose_windows import extreme_windows, largest_errors_ul
from rig.verify.mixing import Line, changed_drug
from rig.verify.tracer import fit_tracer
from tests.held_against.row import CHANCE, Row, compared, drawn
from tests.held_against.vectors import vector
from tests.planted import Drawn, program

HOUR_S, DAY_S = 3600.0, 86400.0
BEGAN = TIME.quantity(0.0)
STILL = {"noise_ul": 0.0, "u_rate_ul_h": 0.0, "u_scale": 0.0}
FLEX = program(
    'kind = "day_schedule", duration = "72 h", steps = [ { start = "00:00", flow = "5 uL/h" }, '
    '{ start = "08:00", flow = "10 uL/h" }, { start = "20:00", flow = "2 uL/h" } ]'
)
#: 8 h, 12 h and 4 h of it [uL].
DAY_UL = 8 * 5.0 + 12 * 10.0 + 4 * 2.0
OLD, NEW, DEAD, MIXED = 500.0, 2000.0, 300.0, 90.0  # ug/mL and uL


def rows() -> list[Row]:
    return [flow(), levels(), assayed(), any_day(), any_day_bias(), changed(), changed_u(), window_drug(), tracer()]


def flow() -> Row:
    given, expected, tolerance = vector("ITB-1")
    pairs = zip(given["dose_ug_day"], given["conc_ug_mL"], strict=True)
    found = [flow_for_dose(DOSE_RATE.quantity(dose), CONCENTRATION.quantity(drug)) for dose, drug in pairs]
    values = tuple(
        compared(f"{dose} ug/day", "uL/h", e, FLOW.magnitude("flow", f), tolerance["rel"] * e)
        for dose, e, f in zip(given["dose_ug_day"], expected["rate_uL_h"], found, strict=True)
    )
    return Row(
        "rate of a programmed dose",
        (flow_for_dose,),
        "dose over concentration, by hand",
        values,
        "vector",
        "ITB-1",
        ("dose",),
    )


def levels() -> Row:
    given, expected, tolerance = vector("ITB-2")
    fill, rate = VOLUME.quantity(1000.0 * given["fill_mL"]), FLOW.parse("rate", f"{given['rate_mL_day']} mL/day")
    found = [
        TIME.magnitude("t", time_to_level(fill, VOLUME.quantity(1000.0 * at), rate)) / DAY_S
        for at in (given["alarm_mL"], 0.0)
    ]
    values = (
        compared("alarm", "days", expected["days_to_alarm"], found[0], tolerance["abs"]),
        compared("empty", "days", expected["days_to_empty"], found[1], tolerance["abs"]),
    )
    return Row(
        "days to the reservoir alarm, and to empty",
        (time_to_level,),
        "fill over rate, by hand",
        values,
        "vector",
        "ITB-2",
        ("reservoir",),
    )


def assayed() -> Row:
    """148.5 uL of 2000 ug/mL are 297 ug; volume and assay both err."""
    told = DRUG_AMOUNT.parse("dose", "300 ug")

    def dose(seed):
        random = np.random.default_rng(seed)
        assay = Assay(
            CONCENTRATION.quantity(random.normal(2000.0, 12.0)), CONCENTRATION_DIFFERENCE.quantity(12.0), "HPLC"
        )
        volume = VOLUME.quantity(random.normal(148.5, 1.0))
        found = delivered_dose(volume, VOLUME.quantity(1.0), programmed=told, assay=assay)
        return found.value_ug, found.u_ug

    return drawn(
        "assayed dose", (Assay, delivered_dose), "planted: 297 of 300 ug", dose, 297.0, "ug", findings=("dose",)
    )


def any_day() -> Row:
    """30 uL that nobody programmed, at hour 30.4."""
    truth = Drawn(lambda t: FLEX.volume_ul(t) + 30.0 * (t > 30.4 * HOUR_S), 73.0, **STILL)
    found = extreme_windows(truth, FLEX, BEGAN, step=TIME.parse("s", "1 h"), window=TIME.parse("w", "24 h"))
    values = (
        compared("most", "uL", DAY_UL + 30.0, found.largest_ul, 1e-6),
        compared("least", "uL", DAY_UL, found.smallest_ul, 1e-6),
        compared("error", "%", 100.0 * 30.0 / DAY_UL, found.error_percent, 1e-6),
    )
    return Row("any-24-h dose", (extreme_windows,), "planted bolus of 30 uL", values, findings=("any_24_h",))


def any_day_bias() -> Row:
    """A flat truth, noise of 0.5 uL: what the maximum operator adds, and whether U for all windows holds."""
    draws, seeds = 150, range(150)
    asked = {"step": TIME.parse("s", "2 h"), "window": TIME.parse("w", "24 h")}
    found = [extreme_windows(Drawn(FLEX.volume_ul, 73.0, seed=s, noise_ul=0.5), FLEX, BEGAN, **asked) for s in seeds]
    off = np.array([one.largest_ul for one in found]) - DAY_UL
    held = float(np.mean(np.abs(off) <= [one.expanded_ul for one in found]))
    chance = CHANCE * float(off.std()) / draws**0.5
    values = (
        compared("bias", "uL", found[0].bias_at_most_ul, off.mean(), chance, at_most=True),
        compared(
            "U misses", "%", 5.0, 100.0 * (1.0 - held), 100.0 * CHANCE * (0.05 * 0.95 / draws) ** 0.5, at_most=True
        ),
    )
    return Row(
        "bias of the any-24-h maximum",
        (extreme_windows, largest_errors_ul),
        f"mean of {draws} flat records",
        values,
        "4 sd",
        findings=("any_24_h",),
    )


def _line(**more):
    return Line(VOLUME.quantity(DEAD), VOLUME.quantity(MIXED), **more)


def _summed_ug(to_ul, old=OLD, new=NEW, dead=DEAD, mixed=MIXED):
    """What leaves a plug and then a stirred vessel that is fed with the new drug, portion after portion."""
    portion, out, held = 0.01, 0.0, mixed * old
    plug = dead - mixed
    for number in range(round(to_ul / portion)):
        if number * portion < plug:
            out += portion * old  # vessel and plug hold the old liquid
        else:
            inside = held / mixed
            held += portion * (new - inside)
            out += portion * (inside + 0.5 * portion * (new - inside) / mixed)
    return out / 1000.0


def changed() -> Row:
    old, new = CONCENTRATION.quantity(OLD), CONCENTRATION.quantity(NEW)
    values = tuple(
        compared(f"{v:g} uL", "ug", _summed_ug(v), changed_drug(VOLUME.quantity(v), old, new, _line()).drug_ug, 0.01)
        for v in (150.0, 330.0, 900.0)
    )
    return Row(
        "drug after a change, modelled mixing",
        (changed_drug, Line),
        "portions of 0.01 uL through a vessel",
        values,
        "0.01 ug",
        findings=("bridge_bolus", "dose"),
    )


def changed_u() -> Row:
    """All five quantities drawn; the truth is the amount at their true values."""
    truth = _summed_ug(330.0)
    width = CONCENTRATION_DIFFERENCE.quantity(20.0)

    def amount(seed):
        random = np.random.default_rng(seed)
        dead, mixed = random.normal(DEAD, 3.0), random.normal(MIXED, 4.0)
        line = Line(VOLUME.quantity(dead), VOLUME.quantity(mixed), VOLUME.quantity(3.0), VOLUME.quantity(4.0))
        old, new = (CONCENTRATION.quantity(random.normal(c, 20.0)) for c in (OLD, NEW))
        volume = VOLUME.quantity(random.normal(330.0, 2.0))
        u = {"u_delivered": VOLUME.quantity(2.0), "u_old": width, "u_new": width}
        found = changed_drug(volume, old, new, line, **u)
        return found.drug_ug, found.u_ug

    return drawn(
        "drug after a change, its U",
        (changed_drug,),
        "all inputs drawn about a truth",
        amount,
        truth,
        "ug",
        findings=("bridge_bolus", "dose"),
    )


def window_drug() -> Row:
    """Between 220 and 330 uL after the change; three levels with noise."""
    noise = np.diag([1.0, 2.0, 3.0])
    truth = _summed_ug(330.0) - _summed_ug(220.0)

    def amount(seed):
        random = np.random.default_rng(seed)
        at = np.array([0.0, 220.0, 330.0]) + random.standard_normal(3) * np.sqrt(np.diag(noise))
        line = random.normal(DEAD, 3.0), random.normal(MIXED, 4.0), 3.0, 4.0
        old, new = (random.normal(OLD, 5.0), 5.0), (random.normal(NEW, 20.0), 20.0)
        return drug_between((at[1] - at[0], at[2] - at[0]), noise, old=old, new=new, line=line)

    return drawn(
        "drug of a window while it changes",
        (drug_between,),
        "all inputs drawn about a truth",
        amount,
        truth,
        "ug",
        findings=("dose",),
    )


def tracer() -> Row:
    """Samples of a tracer that went through the vessel, portion after portion, with 1 % of noise."""
    v = np.linspace(150.0, 600.0, 40)
    step = 0.5
    amounts = np.array([_summed_ug(one + step, 0.0, 1000.0) - _summed_ug(one - step, 0.0, 1000.0) for one in v])

    def line(seed):
        part = amounts + np.random.default_rng(seed).normal(0.0, 0.01, v.size)
        found = fit_tracer(VOLUME.quantity(v), RATIO.quantity(100.0 * part), RATIO.quantity(1.0), "dye")
        dead, mixed, u_dead, u_mixed = found.numbers_ul
        return np.array([(dead, u_dead), (mixed, u_mixed)])

    return drawn(
        "dead and mixed volume of a line",
        (fit_tracer,),
        "planted line, samples drawn",
        line,
        [DEAD, MIXED],
        "uL",
        what=("dead", "mixed"),
        findings=("bridge_bolus",),
    )
