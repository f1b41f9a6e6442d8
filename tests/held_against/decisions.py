"""Decisions: conformance probability, guard bands, specific and global risk, one value or many at once."""

from __future__ import annotations

import math

import numpy as np

from calibration.units import RATIO
from rig.verify.guard_bands import find_rule
from rig.verify.prior import Prior, rule_risk
from rig.verify.risk import conforms, global_risk
from rig.verify.rule import student_quantile, student_tail
from rig.verify.rule_arrays import FAIL, PASS, verdicts
from rig.verify.rule_names import band_for_risk, r_for_risk
from rig.verify.rules import decide, decide_numbers
from tests.held_against.row import CHANCE, Row, compared, same
from tests.held_against.vectors import vector

TOLERANCE, LIMIT, RUNS = "vector", 14.5, 200_000


def rows() -> list[Row]:
    return [
        zener(),
        two_sided(),
        specific(),
        deaver(),
        zones(),
        named(),
        exact_band(),
        at_the_limit(),
        few_degrees(),
        population(),
        student(),
    ]


def zener() -> Row:
    given, expected, tolerance = vector("C106-zener")
    found = conforms(given["y"], given["u"], None, given["T_U"]).inside
    values = (compared("p", "", expected["p_c"], found, tolerance["abs"]),)
    return Row("conformance, one limit", (conforms,), "JCGM 106, 7.4", values, TOLERANCE, "C106-zener")


def two_sided() -> Row:
    given, expected, tolerance = vector("C106-ITB")
    lower, upper, u = *given["TL_percent"], given["U_k2_percent"] / 2.0
    found = [conforms(y, u, lower, upper).inside for y in given["y_percent"]]
    by = {
        rule: decide_numbers(0.0, u, lower=lower, upper=upper, rule=rule, k=2.0)
        for rule in ("guard-band-U", "iso14253")
    }
    ends = {rule: (one.accept_lower, one.accept_upper) for rule, one in by.items()}
    values = (
        compared("p", "", expected["p_c"], found, tolerance["abs"]),
        compared("accepted, U", "%", expected["acceptance_limits_w_eq_U"], ends["guard-band-U"], tolerance["abs"]),
        compared("accepted, ISO", "%", expected["acceptance_limits_ISO14253_p95"], ends["iso14253"], 5e-5),
    )
    return Row(
        "conformance, two limits; acceptance limits",
        (conforms, decide_numbers, find_rule),
        "JCGM 106, 7.5; ILAC-G8; ISO 14253-1",
        values,
        "vector; last digit",
        "C106-ITB",
    )


def specific() -> Row:
    given, expected, tolerance = vector("RISK-ILAC")
    k, u = given["k"], 1.5
    found = []
    for r in given["w_over_U"]:
        asked = {"lower": None, "upper": LIMIT, "rule": f"guard-band-{r}U", "k": k}
        end = decide_numbers(0.0, u, **asked).accept_upper
        found.append(decide_numbers(float(end or math.nan), u, **asked).pfa)
    values = (compared("risk", "", expected["PFA_at_AL"], found, tolerance["abs"]),)
    return Row(
        "specific risk at the acceptance limit",
        (decide_numbers, find_rule),
        "ILAC-G8:09/2019",
        values,
        TOLERANCE,
        "RISK-ILAC",
    )


def deaver() -> Row:
    given, expected, tolerance = vector("RISK-deaver")
    process, noise, limit, accept = (given[key] for key in ("sigma_process", "sigma_meas", "TL", "AL"))
    direct = global_risk(0.0, process, noise, (-limit, limit), (-accept, accept))
    ruled = rule_risk(Prior(0.0, process, "Deaver"), noise, -limit, limit, "simple").risk
    made = [("PFA", risk.false_accept) for risk in (direct, ruled)]
    made += [("PFR", risk.false_reject) for risk in (direct, ruled)]
    values = (
        *(compared(key, "", expected[key], one, tolerance["abs"]) for key, one in made),
        *(compared(key, "", expected[f"{key}_published"], one, tolerance["published_abs"]) for key, one in made),
    )
    return Row(
        "global risk over a population",
        (global_risk, Prior, rule_risk),
        "Deaver, TUR 4:1",
        values,
        TOLERANCE,
        "RISK-deaver",
    )


def zones() -> Row:
    """U = 3 % inside +-14.5 %: accepted to 11.5 %, failed beyond 17.5 %."""
    asked = {"lower": RATIO.quantity(-LIMIT), "upper": RATIO.quantity(LIMIT), "rule": "guard-band-U", "k": 2.0}
    found = [decide(RATIO.quantity(y), RATIO.quantity(1.5), **asked).zone for y in (11.4, 11.6, 14.6, 17.4, 17.6)]
    wanted = ["pass", "conditional pass", "conditional fail", "conditional fail", "fail"]
    many = verdicts([11.4, 11.6, 17.4, 17.6], 1.5, -LIMIT, LIMIT, "guard-band-U", k=2.0).tolist()
    binary = verdicts([11.4, 11.6], 1.5, -LIMIT, LIMIT, "guard-band-U-binary", k=2.0).tolist()
    values = (
        *(same("zone", zone, one) for zone, one in zip(wanted, found, strict=True)),
        same("arrays", [1, 0, 0, -1], many),
        same("binary", [1, -1], binary),
    )
    return Row("zones of a decision", (decide, verdicts), "w = U, by hand", values)


def named() -> Row:
    """Of a normal distribution 5 % lie beyond 1.644854 (any table)."""
    band = find_rule("risk-5%").width(1.0, 2.0, math.inf)
    values = (
        compared("band", "u", 1.644854, band, 1e-6),
        compared("r", "U", 0.822427, r_for_risk(0.05, 2.0), 1e-6),
    )
    return Row("guard band of a named risk", (find_rule, r_for_risk), "normal quantile, tables", values, "last digit")


def exact_band() -> Row:
    """With both limits near: 2,000,000 draws of the truth about a value at the end of the accepted part."""
    u, risk, limit = 6.0, 0.05, LIMIT
    end = limit - band_for_risk(u, -limit, limit, risk)
    truth = np.random.default_rng(8).normal(end, u, 2_000_000)
    found = 100.0 * float((np.abs(truth) > limit).mean())
    values = (compared("risk", "%", 5.0, found, 100.0 * CHANCE * (0.05 * 0.95 / truth.size) ** 0.5),)
    return Row("guard band, both limits counted", (band_for_risk,), "2,000,000 draws", values, "4 sd")


def at_the_limit() -> Row:
    """Pumps at the limit: how many of 200,000 measurements each rule passes."""
    noise = np.random.default_rng(7).normal(LIMIT, 1.5, RUNS)
    wanted = {"simple": 50.0, "iso14253": 5.0, "guard-band-U": 2.275013, "risk-1%": 1.0, "guard-band-0.5U": 15.865525}
    found = {rule: 100.0 * float((verdicts(noise, 1.5, -LIMIT, LIMIT, rule, k=2.0) == PASS).mean()) for rule in wanted}
    failed = 100.0 * float((verdicts(noise, 1.5, -LIMIT, LIMIT, "guard-band-U", k=2.0) == FAIL).mean())
    values = (
        *(compared(rule, "%", e, found[rule], _percent(e)) for rule, e in wanted.items()),
        compared("w = U, fails", "%", 2.275013, failed, _percent(2.275013)),
    )
    return Row("false passes of a pump at its limit", (verdicts,), f"{RUNS:,} drawn measurements", values, "4 sd")


def _percent(expected):
    part = expected / 100.0
    return 100.0 * CHANCE * (part * (1.0 - part) / RUNS) ** 0.5


def few_degrees() -> Row:
    """U from five readings (nu = 4): u itself is drawn, and k is Student's."""
    random = np.random.default_rng(9)
    value, u = random.normal(LIMIT, 1.5, 20_000), 1.5 * np.sqrt(random.chisquare(4.0, 20_000) / 4.0)
    k = student_quantile(0.975, 4.0)
    found = 100.0 * float((verdicts(value, u, -LIMIT, LIMIT, "guard-band-U", k=k, nu=4.0) == PASS).mean())
    chance = 100.0 * CHANCE * (0.025 * 0.975 / 20_000) ** 0.5
    values = (compared("w = U", "%", 2.5, found, chance),)
    return Row(
        "false passes, u from five readings", (verdicts, student_quantile), "20,000 drawn measurements", values, "4 sd"
    )


def population() -> Row:
    """A million pumps about zero, measured once each; the errors of measurement are Student's of 4."""
    random, u, limit = np.random.default_rng(7), 1.5, 8.0
    truth = random.normal(0.0, 6.0, 1_000_000)
    found = verdicts(truth + u * random.standard_t(4.0, truth.size), u, -limit, limit, "guard-band-U", nu=4.0)
    risk = rule_risk(Prior(0.0, 6.0, "a simulation"), u, -limit, limit, "guard-band-U", nu=4.0).risk
    inside = np.abs(truth) <= limit
    made = float(((found == PASS) & ~inside).mean()), float(((found != PASS) & inside).mean())
    values = tuple(
        compared(name, "", part, one, CHANCE * (part / truth.size) ** 0.5 + 2e-6)
        for name, part, one in zip(("PFA", "PFR"), made, (risk.false_accept, risk.false_reject), strict=True)
    )
    return Row("global risk, few degrees of freedom", (rule_risk, verdicts), "1,000,000 drawn pumps", values, "4 sd")


def student() -> Row:
    """Beyond 2.776445 lie 2.5 % for nu = 4 (tables)."""
    values = (
        compared("quantile", "", 2.776445, student_quantile(0.975, 4.0), 1e-6),
        compared("tail", "", 0.025, student_tail(2.776445, 4.0), 1e-7),
    )
    return Row(
        "Student's quantile and tail", (student_quantile, student_tail), "tables of Student's t", values, "last digit"
    )
