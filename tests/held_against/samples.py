"""How many pumps, and what a sample of them shows: tolerance factors, sample sizes, reliability."""

from __future__ import annotations

import numpy as np

from rig.verify.distribution_free import confidence_of, content_of, needed
from rig.verify.reliability import lower_bound, needed_without_failure
from rig.verify.sample_size import (
    Claim,
    chance_of_success,
    largest_sd,
    order_statistics,
    tolerance_interval,
    zero_failures,
)
from rig.verify.tolerance import howe_factor, natrella_factor, one_sided_factor, two_sided_factor
from tests.held_against.row import CHANCE, Row, compared, same
from tests.held_against.vectors import vector

TOLERANCE = "vector"
BOTH = Claim(-14.5, 14.5)


def rows() -> list[Row]:
    return [factors(), wafers(), natrella(), promise(), reliability(), sizes(), extremes(), chances(), scatter()]


def factors() -> Row:
    given, expected, tolerance = vector("TOL-95-95")
    asked = given["content"], given["confidence"]
    two, one = ([f(n, *asked) for n in given["n"]] for f in (two_sided_factor, one_sided_factor))
    values = (
        compared("two-sided", "", expected["k_two_sided_exact"], two, tolerance["abs"]),
        compared("one-sided", "", expected["k_one_sided_exact"], one, tolerance["abs"]),
    )
    return Row(
        "tolerance factors 95/95, n = 5 to 100",
        (two_sided_factor, one_sided_factor),
        "ISO 16269-6",
        values,
        TOLERANCE,
        "TOL-95-95",
    )


def wafers() -> Row:
    given, expected, tolerance = vector("TOL-NIST")
    asked = given["n"], given["content"], given["confidence"]
    k2, k1 = howe_factor(*asked), natrella_factor(*asked)
    ends = [given["mean"] - k2 * given["sd"], given["mean"] + k2 * given["sd"]]
    values = (
        compared("k2, Howe", "", expected["k2_Howe_approx"], k2, tolerance["k_abs"]),
        compared("k1, Natrella", "", expected["k1_Natrella_approx"], k1, tolerance["k_abs"]),
        compared("interval", "", expected["interval_two_sided"], ends, tolerance["limits_abs"]),
        compared("limit", "", expected["upper_one_sided"], given["mean"] + k1 * given["sd"], tolerance["limits_abs"]),
        compared("k2", "", expected["k2_exact"], two_sided_factor(*asked), tolerance["exact_abs"]),
        compared("k1", "", expected["k1_exact_nct"], one_sided_factor(*asked), tolerance["exact_abs"]),
    )
    functions = (howe_factor, natrella_factor, two_sided_factor, one_sided_factor)
    return Row("tolerance interval of wafers", functions, "NIST e-Handbook 7.2.6.3", values, TOLERANCE, "TOL-NIST")


def natrella() -> Row:
    given, expected, tolerance = vector("TOL-REALSTAT")
    asked = given["n"], given["content"], given["confidence"]
    exact = one_sided_factor(*asked)
    values = (
        compared("Natrella", "", expected["k1_natrella"], natrella_factor(*asked), tolerance["abs"]),
        compared("exact", "", expected["k1_nct"], exact, tolerance["abs"]),
        compared("limit", "", expected["lower_limit_nct"], given["mean"] - exact * given["sd"], tolerance["abs"]),
    )
    return Row(
        "one-sided tolerance factor",
        (natrella_factor, one_sided_factor),
        "real-statistics.com, n = 40",
        values,
        TOLERANCE,
        "TOL-REALSTAT",
    )


def promise() -> Row:
    """How often mean +- k s of drawn pumps holds 95 % of the population."""
    from scipy.special import ndtr

    studies = 100_000
    values = []
    for n in (3, 10, 22):
        made = np.random.default_rng(11).standard_normal((studies, n))
        middle, reach = made.mean(axis=1), two_sided_factor(n, 0.95, 0.95) * made.std(axis=1, ddof=1)
        held = 100.0 * float((ndtr(middle + reach) - ndtr(middle - reach) >= 0.95).mean())
        values.append(compared(f"n = {n}", "%", 95.0, held, 100.0 * CHANCE * (0.95 * 0.05 / studies) ** 0.5))
    return Row(
        "confidence of a tolerance interval",
        (two_sided_factor,),
        f"{studies:,} drawn studies each",
        tuple(values),
        "4 sd",
    )


def reliability() -> Row:
    given, expected, tolerance = vector("REL-CP")
    found = lower_bound(given["n"], given["failures"], given["confidence"])
    values = (
        compared("bound", "", expected["lower_bound"], found, tolerance["abs"]),
        same("pumps for 95/95", given["n"], needed_without_failure(0.95, given["confidence"])),
    )
    return Row(
        "zero failures", (lower_bound, needed_without_failure), "binomial, Clopper-Pearson", values, TOLERANCE, "REL-CP"
    )


def sizes() -> Row:
    """59 without a failure, 93 with one, 124 with two; 93 for both extremes, 22 for 90/90."""
    values = (
        same("0, 1, 2 failures", [59, 93, 124], [zero_failures(BOTH, one) for one in (0, 1, 2)]),
        same("both extremes", [93, 93], [needed(0.95, 0.95, sides=2), order_statistics(BOTH)]),
        same("one extreme", [59, 59], [needed(0.95, 0.95), order_statistics(Claim(None, 14.5))]),
        same("90/90", [22, 22], [needed(0.90, 0.90), zero_failures(Claim(-14.5, 14.5, 0.90, 0.90))]),
    )
    return Row(
        "sample sizes without a distribution",
        (needed, zero_failures, order_statistics, Claim),
        "Wilks 1941; ISO 16269-6",
        values,
    )


def extremes() -> Row:
    """How often the extremes of drawn pumps hold 95 % of any population."""
    studies, n = 40_000, 93
    made = np.random.default_rng(1).uniform(size=(studies, n))
    span = made.max(axis=1) - made.min(axis=1)
    held = 100.0 * float((span >= 0.95).mean())
    values = (
        compared(
            "93 pumps", "%", held, 100.0 * confidence_of(n, 0.95, sides=2), 100.0 * CHANCE * (0.0475 / studies) ** 0.5
        ),
        compared("content", "", np.quantile(span, 0.05), content_of(n, 0.95, sides=2), 2e-3),
    )
    return Row(
        "extremes as a tolerance interval", (confidence_of, content_of), f"{studies:,} drawn studies", values, "4 sd"
    )


def chances() -> Row:
    studies = 100_000
    values = []
    for n, mean, sd in ((5, 0.0, 3.0), (20, 2.0, 4.0)):
        made = np.random.default_rng(7).normal(mean, sd, (studies, n))
        middle, reach = made.mean(axis=1), BOTH.factor(n) * made.std(axis=1, ddof=1)
        done = 100.0 * float(((middle + reach <= 14.5) & (middle - reach >= -14.5)).mean())
        found = 100.0 * chance_of_success(BOTH, n, mean=mean, sd=sd)
        values.append(compared(f"n = {n}", "%", done, found, 100.0 * CHANCE * 0.5 / studies**0.5))
    return Row(
        "chance that a study succeeds", (chance_of_success,), f"{studies:,} drawn studies each", tuple(values), "4 sd"
    )


def scatter() -> Row:
    """14.5 over 3.3934, the factor of ISO 16269-6 for ten; and the number of pumps that reaches a chance."""
    n = tolerance_interval(BOTH, mean=1.0, sd=3.0, chance=0.95)
    made = np.random.default_rng(3)
    held = []
    for pumps in (int(n or 0) - 1, int(n or 0)):
        x = made.normal(1.0, 3.0, (200_000, pumps))
        middle, reach = x.mean(axis=1), BOTH.factor(pumps) * x.std(axis=1, ddof=1)
        held.append(float(((middle + reach <= 14.5) & (middle - reach >= -14.5)).mean()))
    values = (
        compared("sd", "%", 14.5 / 3.3934, largest_sd(BOTH, 10), 1e-4),
        same("n - 1 and n reach 95 %", [False, True], [one >= 0.95 for one in held]),
    )
    return Row(
        "largest scatter, number of pumps",
        (largest_sd, tolerance_interval),
        "ISO 16269-6; drawn studies",
        values,
        "last digit of the table",
    )
