"""Limits of each kind, by planted values and by how often they err over drawn runs."""

from __future__ import annotations

import numpy as np

from rig.verify.joint import Joint
from rig.verify.limits import (
    AtMost,
    Between,
    By,
    EachWithin,
    FailingPart,
    FractionWithin,
    Instant,
    LargerOf,
    Mask,
    NoLaterThan,
    Sample,
    Tally,
    ToleranceWithin,
    Value,
    Windows,
)
from rig.verify.simultaneous import draws, factor_of_largest, probability_within, simultaneous_factor
from tests.held_against.row import CHANCE, Row, compared, same
from tests.held_against.vectors import vector

LIMIT, N, RUNS = 14.5, 10, 20_000
ONE_SIDED = 0.02275013  # beyond 2 u


def rows() -> list[Row]:
    return [
        between(),
        larger(),
        many(),
        mask(),
        fraction(),
        many_risks(),
        many_u(),
        tolerance(),
        failing(),
        counts(),
        instants(),
    ]


def joint(*values, correlation=0.0):
    n = len(values)
    return Joint(np.array(values, float), correlation + (1.0 - correlation) * np.eye(n))


def verdicts_of(limit, found, by=None):
    return ", ".join(limit.judge(one, *([] if by is None else [by])).verdict for one in found)


def between() -> Row:
    found = verdicts_of(Between(-10.0, LIMIT), [Value(y, 1.5) for y in (-8.0, -6.9, 11.4, 11.6, 17.6)])
    wanted = "inconclusive, pass, pass, inconclusive, fail"
    return Row("one value, unequal limits", (Between, Value, By), "U = 3, by hand", (same("", wanted, found),))


def larger() -> Row:
    """5 % or 0.5 uL: of 2 uL that is 25 %, of 10 and 100 uL 5 %."""
    found = [LargerOf(percent=5.0, volume_ul=0.5).at(v).upper for v in (2.0, 10.0, 100.0)]
    values = (compared("", "%", [25.0, 5.0, 5.0], found, 1e-9),)
    return Row("the larger of a percentage and a volume", (LargerOf,), "by hand", values, findings=("bolus",))


def many() -> Row:
    found = verdicts_of(
        EachWithin(-LIMIT, LIMIT), [joint(1.0, -12.4, 12.4), joint(1.0, -12.6, 12.4), joint(1.0, -12.6, 18.0)]
    )
    return Row(
        "each of n values",
        (EachWithin, Joint),
        "U = 2, by hand",
        (same("", "pass, inconclusive, fail", found),),
        findings=("bolus", "rate_windows"),
    )


def mask() -> Row:
    limit = Mask(((900.0, -50.0, 50.0), (3600.0, -LIMIT, LIMIT)))
    found = verdicts_of(
        limit,
        [
            Windows(joint(40.0, -30.0, 9.0), np.array([900.0, 900.0, 3600.0])),
            Windows(joint(40.0), np.array([3600.0])),
        ],
    )
    return Row(
        "mask over window lengths",
        (Mask, Windows),
        "U = 2, by hand",
        (same("", "pass, fail", found),),
        findings=("rate_windows",),
    )


def fraction() -> Row:
    limit = FractionWithin(0.8, -50.0, 50.0)
    found = verdicts_of(limit, [joint(*[0.0] * n, *[90.0] * (10 - n)) for n in (10, 8, 7)])
    near = limit.judge(joint(*[0.0] * 7, 50.5, 90.0, 90.0))
    values = (
        same("10, 8, 7 of 10", "pass, pass, fail", found),
        compared("p, one at 0.5 u", "", 0.308538, near.p_conform, CHANCE * (0.2133 / 20_000) ** 0.5),
    )
    return Row(
        "fraction of the windows",
        (FractionWithin, probability_within),
        "by hand; normal tables",
        values,
        "4 sd",
        findings=("rate_windows",),
    )


def _runs(correlation, truth):
    random = np.random.default_rng(5)
    common, own = random.standard_normal((RUNS, 1)), random.standard_normal((RUNS, N))
    return truth + np.sqrt(correlation) * common + np.sqrt(1.0 - correlation) * own


def many_risks() -> Row:
    """Ten values, all at the upper limit: how often the factor lets the largest prove that one is outside."""
    allowed = 100.0 * CHANCE * (ONE_SIDED / RUNS) ** 0.5
    values = []
    for r in (0.0, 0.5, 0.95):
        factor = simultaneous_factor(joint(*[0.0] * N, correlation=r).correlation, ONE_SIDED)
        beyond = (_runs(r, LIMIT).max(axis=1) > LIMIT + factor).mean()
        values.append(compared(f"r = {r:g}", "%", 100.0 * ONE_SIDED, 100.0 * beyond, allowed, at_most=True))
    return Row(
        "false fails of the worst of ten",
        (simultaneous_factor, factor_of_largest),
        f"{RUNS:,} drawn runs",
        tuple(values),
        "4 sd",
        findings=("bolus", "rate_windows", "trumpet"),
    )


def many_u() -> Row:
    """The draws by which the factor is made have the correlation that was asked for."""
    wanted = 0.5 + 0.5 * np.eye(4)
    found = draws(wanted, np.inf)
    values = (compared("", "", wanted, np.cov(found.T), CHANCE * (2.0 / len(found)) ** 0.5),)
    return Row("draws of correlated values", (draws,), "planted correlation of 0.5", values, "4 sd")


def tolerance() -> Row:
    """95 % of a population lie just within the limits: a pass is wrong in 5 % of studies, and so is a fail."""
    studies = 1500
    made = np.random.default_rng(9).standard_normal((studies, 10))
    limit = ToleranceWithin(-1.959964, 1.959964)
    found = [limit.judge(Sample(tuple(one))).verdict for one in made]
    allowed = 100.0 * CHANCE * (0.05 * 0.95 / studies) ** 0.5
    values = tuple(
        compared(word, "%", 5.0, 100.0 * found.count(word) / studies, allowed, at_most=True)
        for word in ("pass", "fail")
    )
    return Row(
        "a part of all pumps within", (ToleranceWithin, Sample), f"{studies:,} drawn studies of 10", values, "4 sd"
    )


def failing() -> Row:
    given, expected, tolerance_ = vector("REL-CP")
    limit = FailingPart(0.05, given["confidence"])
    found = limit.judge(Tally(given["failures"], given["n"]))
    values = (
        compared("lower bound", "", expected["lower_bound"], 1.0 - found.facts["upper"], tolerance_["abs"]),
        same("0 of 59, 58", "pass, inconclusive", verdicts_of(limit, [Tally(0, 59), Tally(0, 58)])),
    )
    return Row(
        "a failing part of all pumps", (FailingPart, Tally), "binomial, Clopper-Pearson", values, "vector", "REL-CP"
    )


def counts() -> Row:
    found = verdicts_of(AtMost(2), [0, 2, 3])
    return Row(
        "a number that must not be exceeded",
        (AtMost,),
        "counted",
        (same("", "pass, pass, fail", found),),
        findings=("alarms",),
    )


def instants() -> Row:
    seen = [Instant(40.0, 50.0, 0.5), Instant(50.0, 70.0, 0.5), Instant(70.0, 80.0, 0.5), Instant(80.0, None, 0.5)]
    found = verdicts_of(NoLaterThan(60.0), seen)
    return Row(
        "a time limit",
        (NoLaterThan, Instant),
        "60 s, by hand",
        (same("", "pass, inconclusive, fail, fail", found),),
        findings=("events", "recovery", "start_up"),
    )
