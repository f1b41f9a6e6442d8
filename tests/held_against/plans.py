"""Runs that may end early, and what a plan promises."""

from __future__ import annotations

import numpy as np

from rig.planning.decidable import Wanted, decidable
from rig.predict import PredictedFinding
from rig.verify.crossing import boundaries
from rig.verify.joint import errors_of_levels, level_covariance_ul2, successive_errors
from rig.verify.looks import Plan, stops
from rig.verify.rule_arrays import PASS, verdicts
from rig.verify.sequential import next_look, plan_looks
from rig.verify.spending import spent
from tests.held_against.row import CHANCE, Row, compared

HOURS, RATE, LIMIT, RUNS = np.arange(0.0, 25.1, 2.5), 6.25, 14.5, 100_000
NOISE_UL, EVAPORATION_UL_H, SCALE_PERCENT = 2.0, 0.02, 0.05
ONE_SIDED = 0.02275013


def rows() -> list[Row]:
    return [published(), spending(), covariance(), risks(), beyond(), achieved(), power()]


def published() -> Row:
    """Five looks, one-sided 0.025, independent increments."""
    part = np.arange(1, 6) / 5.0
    correlation = np.sqrt(np.minimum.outer(part, part) / np.maximum.outer(part, part))
    tables = {
        "obrien-fleming": [4.877, 3.357, 2.680, 2.290, 2.031],
        "pocock": [2.438, 2.427, 2.410, 2.397, 2.386],
    }
    values = tuple(
        compared(name, "", table, boundaries(correlation, spent(name, part, 0.025)).factor, 0.02)
        for name, table in tables.items()
    )
    return Row(
        "boundaries of five looks",
        (boundaries, spent),
        "Lan-DeMets tables (Reboussin et al.)",
        values,
        "0.02: Monte Carlo",
    )


def spending() -> Row:
    """At the half, from the definitions: 2 - 2 Phi(3.169790) = 0.001525 of 0.025; a quarter; and ln 1.859141."""
    found = [float(spent(name, [0.5], 0.025)[0]) for name in ("obrien-fleming", "power", "pocock")]
    values = (compared("at 1/2", "", [0.001525, 0.00625, 0.015503], found, 1e-6),)
    return Row("spending functions", (spent,), "Lan and DeMets 1983, by hand", values, "last digit")


def planned(spending="power"):
    known = {"noise_ul": NOISE_UL, "u_evaporation_ul_h": EVAPORATION_UL_H, "u_scale_percent": SCALE_PERCENT}
    levels = level_covariance_ul2(HOURS * 3600.0, RATE, **known)
    errors = successive_errors(RATE * HOURS, levels, HOURS * 3600.0, RATE)
    required = {"limit_percent": LIMIT, "required_s": 5 * 3600.0}
    return plan_looks(HOURS[1:] * 3600.0, errors.covariance, spending=spending, **required)


def delivered(error_percent, seed, runs=RUNS):
    """Errors at each look of many deliveries, from their levels, without the covariance that the plan knows."""
    random = np.random.default_rng(seed)
    level = RATE * HOURS * (1.0 + error_percent / 100.0) * np.ones((runs, 1))
    level += RATE * HOURS * random.normal(0.0, SCALE_PERCENT / 100.0, (runs, 1))
    level += HOURS * random.normal(0.0, EVAPORATION_UL_H, (runs, 1)) + random.normal(0.0, NOISE_UL, level.shape)
    errors = 100.0 * (level[:, 1:] - level[:, :1]) / (RATE * HOURS[1:]) - 100.0
    return errors[:, HOURS[1:] >= 5.0]


def covariance() -> Row:
    """Of the errors at each look, against that of the deliveries."""
    made = np.sqrt(np.cov(delivered(0.0, 9).T).diagonal())
    found = [one.u_percent for one in planned().looks]
    values = tuple(
        compared(f"{hours:g} h", "%", e, f, CHANCE * float(e) / (2.0 * RUNS) ** 0.5)
        for hours, e, f in zip(HOURS[HOURS >= 5.0], made, found, strict=True)
    )
    functions = (level_covariance_ul2, successive_errors, errors_of_levels)
    return Row("u of a run as it goes on", functions, f"{RUNS:,} drawn deliveries", values, "4 sd")


def risks() -> Row:
    """Pumps at the limit, over all looks together."""
    allowed = 100.0 * CHANCE * (ONE_SIDED / RUNS) ** 0.5
    values = []
    for spending_ in ("power", "obrien-fleming", "pocock"):
        said = stops(planned(spending_), delivered(LIMIT, 1))[1]
        values += [
            compared(
                f"{spending_}, {word}",
                "%",
                100.0 * ONE_SIDED,
                100.0 * float((said == sign).mean()),
                allowed,
                at_most=True,
            )
            for word, sign in (("pass", 1), ("fail", -1))
        ]
    return Row(
        "run decided early: false passes and fails",
        (plan_looks, stops, Plan),
        f"{RUNS:,} drawn deliveries",
        tuple(values),
        "4 sd",
        findings=("mean_flow_error",),
    )


def beyond() -> Row:
    """Pumps that are 2 U beyond the limit; a fixed run as well."""
    u = planned().looks[-1].u_percent
    far = delivered(LIMIT + 4.0 * u, 3)
    fixed = verdicts(far[:, -1], u, -LIMIT, LIMIT, "guard-band-U", k=2.0)
    values = (
        compared("early", f"of {RUNS:,}", 0.0, int((stops(planned(), far)[1] == 1).sum()), 0.0),
        compared("fixed", f"of {RUNS:,}", 0.0, int((fixed == PASS).sum()), 0.0),
    )
    return Row(
        "passes 2 U beyond the limit",
        (plan_looks, stops, verdicts),
        f"{RUNS:,} drawn deliveries",
        values,
        "none",
        findings=("mean_flow_error",),
    )


def achieved() -> Row:
    """Looks of which the uncertainty turned out to be the planned one get the planned boundary."""
    plan, done, found = planned(), [], []
    known = {"noise_ul": NOISE_UL, "u_evaporation_ul_h": EVAPORATION_UL_H, "u_scale_percent": SCALE_PERCENT}
    kept = HOURS[(HOURS == 0.0) | (HOURS >= 5.0)]
    for number in range(3):
        at = kept[: number + 2]
        levels = level_covariance_ul2(at * 3600.0, RATE, **known)
        done.append(next_look(plan, number, done, successive_errors(RATE * at, levels, at * 3600.0, RATE)))
        found.append(done[-1].factor)
    values = tuple(compared(f"look {n + 1}", "", plan.looks[n].factor, one, 0.02) for n, one in enumerate(found))
    return Row(
        "boundary of a look as it is made",
        (next_look,),
        "planned and achieved u the same",
        values,
        "0.02: Monte Carlo",
        findings=("mean_flow_error",),
    )


def power() -> Row:
    """The largest true error that a plan says will pass with 95 %: how many drawn runs of such a pump do."""
    u = 1.5
    told = PredictedFinding(
        "mean_flow_error",
        2.0 * u,
        2.0,
        LIMIT,
        "increment_g",
        "",
        value=0.0,
        u=u,
        limits=(-LIMIT, LIMIT),
        rule="guard-band-U",
    )
    found = decidable(told, Wanted())
    made = np.random.default_rng(4).normal(found.passes_up_to, u, RUNS)
    passed = 100.0 * float((verdicts(made, u, -LIMIT, LIMIT, "guard-band-U", k=2.0) == PASS).mean())
    values = (compared("passes", "%", 95.0, passed, 100.0 * CHANCE * (0.95 * 0.05 / RUNS) ** 0.5),)
    return Row(
        "chance that a good pump passes, planned",
        (decidable,),
        f"{RUNS:,} drawn measurements",
        values,
        "4 sd",
        findings=("mean_flow_error",),
    )
