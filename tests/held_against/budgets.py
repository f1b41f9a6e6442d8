"""Uncertainty budgets and what is made of them, against the published examples."""

from __future__ import annotations

import math

from calibration.air_density import oiml_r111_kg_m3
from calibration.coverage import coverage_factor, effective_degrees_of_freedom, expanded_uncertainty
from calibration.gravimetry import z_factor_ul_mg
from calibration.straight_line import fit_line
from calibration.type_a import effective_sample_size
from calibration.uncertainty import Budget, Input
from calibration.water_density import tanaka_kg_m3
from tests.held_against.row import Row, compared, same
from tests.held_against.vectors import vector

TOLERANCE = "vector"


def rows() -> list[Row]:
    return [
        end_gauge(),
        line(),
        freedom(),
        freedom_h16(),
        student(),
        quam(),
        stefan_boltzmann(),
        collection(),
        memory(),
    ]


def gauge_nm(ls, d0, d1, d2, alpha_s, dalpha, dtheta, theta_bar, delta):
    return ls + d0 + d1 + d2 - ls * (alpha_s * dtheta + dalpha * (theta_bar + delta))


def end_gauge() -> Row:
    given, expected, tolerance = vector("GUM-H1")
    normal = [("ls", "l_s"), ("d0", "d0"), ("d1", "d1"), ("d2", "d2"), ("theta_bar", "theta_bar")]
    inputs = [Input.normal(name, given[k]["x"], given[k]["u"], given[k].get("nu", math.inf)) for name, k in normal]
    inputs += [
        Input.rectangular(k, given[k]["x"], given[k]["uniform_half"], given[k].get("nu", math.inf))
        for k in ("alpha_s", "dalpha", "dtheta")
    ]
    inputs.append(Input.arcsine("delta", given["Delta"]["x"], given["Delta"]["arcsine_half"]))
    found, rounded = Budget(inputs).evaluate(gauge_nm), tolerance["rounded_abs"]
    values = (
        compared("length", "nm", expected["l_nm"], found.value, rounded),
        compared("u", "nm", expected["u_c_nm_exact"], found.u, tolerance["u_c_exact_abs"]),
        compared("nu", "", expected["nu_eff_exact"], found.nu_eff, tolerance["nu_exact_abs"]),
        compared("U99", "nm", expected["U99_nm"], found.expanded(0.99, truncate=True), rounded),
    )
    return Row("budget of an end gauge", (Budget.evaluate,), "JCGM 100 H.1", values, TOLERANCE, "GUM-H1")


def line() -> Row:
    given, expected, tolerance = vector("GUM-H3")
    found = fit_line(given["t_C"], given["b_C"], given["t0"])
    b30, u_b30 = (float(one) for one in found.predict(given["predict_at_C"]))
    plain = {
        "intercept": found.intercept,
        "u_intercept": found.u_intercept,
        "s_resid": found.s_residual,
        "SSR": found.sum_of_squares,
        "b30": b30,
        "u_b30": u_b30,
    }
    steep = {"slope": found.slope, "u_slope": found.u_slope}
    values = (
        *(compared(name, "", expected[name], one, tolerance["abs"]) for name, one in plain.items()),
        *(compared(name, "", expected[name], one, tolerance["slope_abs"]) for name, one in steep.items()),
        compared("correlation", "", expected["corr"], found.correlation, tolerance["corr_abs"]),
        same("nu", expected["nu"], found.degrees_of_freedom),
    )
    return Row("straight line of a calibration", (fit_line,), "JCGM 100 H.3", values, TOLERANCE, "GUM-H3")


def freedom() -> Row:
    given, expected, tolerance = vector("GUM-G41")
    nu, uc = effective_degrees_of_freedom(given["u_rel_percent"], given["nu"]), math.hypot(*given["u_rel_percent"])
    values = (
        compared("nu", "", expected["nu_eff"], nu, tolerance["nu_abs"]),
        compared("k", "", expected["t95_nu19"], coverage_factor(round(nu)), tolerance["k_abs"]),
        compared("U95", "%", expected["U95_percent"], expanded_uncertainty(uc, nu), tolerance["U_abs"]),
    )
    functions = (effective_degrees_of_freedom, coverage_factor, expanded_uncertainty)
    return Row("degrees of freedom and U", functions, "JCGM 100 G.4.1", values, TOLERANCE, "GUM-G41")


def freedom_h16() -> Row:
    given, expected, tolerance = vector("GUM-WS3")
    own = effective_degrees_of_freedom(given["u"], given["nu"])
    rounded = effective_degrees_of_freedom(given["u"], given["nu"], uc=32.0)
    values = (
        compared("own u", "", expected["nu_eff_with_uc_from_components"], own, tolerance["abs"]),
        compared("u = 32", "", expected["nu_eff_with_uc_32"], rounded, tolerance["abs"]),
    )
    functions = (effective_degrees_of_freedom,)
    return Row("effective degrees of freedom", functions, "JCGM 100 H.1.6", values, TOLERANCE, "GUM-WS3")


def student() -> Row:
    given, expected, tolerance = vector("GUM-G2")
    found = [coverage_factor(nu, p) for nu, p in given["nu_p"]]
    values = (compared("t", "", expected["t_p"], found, tolerance["abs"]),)
    return Row("coverage factor", (coverage_factor,), "JCGM 100 table G.2", values, TOLERANCE, "GUM-G2")


def quam() -> Row:
    given, expected, tolerance = vector("QUAM-A1")
    budget = Budget(
        [
            Input.normal("m", given["m_mg"]["x"], given["m_mg"]["u"], unit="mg"),
            Input.rectangular("P", given["P"]["x"], given["P"]["uniform_half"]),
            Input.triangular("V_flask", given["V_flask_mL"]["x"], given["V_flask_mL"]["triangular_half"], unit="mL"),
            Input.normal("V_rep", 0.0, given["V_rep"]["u"], unit="mL"),
            Input.rectangular("V_T", 0.0, given["V_T"]["uniform_half"], unit="mL"),
        ]
    )
    found = budget.evaluate(lambda m, P, V_flask, V_rep, V_T: 1000.0 * m * P / (V_flask + V_rep + V_T))  # noqa: N803 - the example's names
    values = (
        compared("c", "mg/L", expected["c_mg_L"], found.value, tolerance["c_abs"]),
        compared("u", "mg/L", expected["u"], found.u, tolerance["u_abs"]),
        *(
            compared(name, "mg/L", part, found.contribution(name), tolerance["u_abs"])
            for name, part in expected["budget"].items()
        ),
    )
    return Row("budget of a concentration", (Budget.evaluate,), "EURACHEM/CITAC A1", values, TOLERANCE, "QUAM-A1")


def stefan_boltzmann() -> Row:
    given, expected, tolerance = vector("NISTUM-10")
    scale = 32.0 * math.pi**5 / (15.0 * given["Mu"] ** 4 * given["c"] ** 6)
    names = ("h", "R", "Rinf", "Ar_e", "alpha")
    found = Budget([Input.normal(name, *given[name]) for name in names]).evaluate(
        lambda h, R, Rinf, Ar_e, alpha: scale * h * R**4 * Rinf**4 / (Ar_e**4 * alpha**8)  # noqa: N803 - the example's names
    )
    values = (
        compared("value", "W/(m2 K4)", expected["sigma"], found.value, tolerance["sigma_abs"]),
        compared("u", "W/(m2 K4)", expected["u"], found.u, tolerance["u_abs"]),
    )
    return Row(
        "budget of high powers", (Budget.evaluate,), "NIST Uncertainty Machine 10", values, TOLERANCE, "NISTUM-10"
    )


def collected_ml(w0, w1, linearity, evaporation, time, t_w, t_a, p, h, rho_b, water_model):
    mass_g = w1 - w0 + linearity + evaporation * time
    return mass_g * z_factor_ul_mg(tanaka_kg_m3(t_w) + water_model, oiml_r111_kg_m3(t_a, p, h), rho_b)


def collection() -> Row:
    given, expected, tolerance = vector("BUDGET-1")
    weighed = (("w0", "W0_g"), ("w1", "W1_g"), ("evaporation", "evap_g_per_h"))
    flat = (("t_w", "t_w_C"), ("t_a", "t_a_C"), ("p", "p_hPa"), ("h", "RH"), ("rho_b", "rho_b"))
    found = Budget(
        [
            *(Input.normal(name, *given[key].values()) for name, key in weighed),
            Input.rectangular("linearity", 0.0, given["linearity_half_g"], unit="g"),
            Input.rectangular("time", given["t_h"]["x"], given["t_h"]["uniform_half_s"] / 3600.0, unit="h"),
            Input.normal("water_model", 0.0, given["u_rho_w_model_kg_m3"]),
            *(Input.rectangular(name, given[key]["x"], given[key]["uniform_half"]) for name, key in flat),
        ]
    ).evaluate(collected_ml)
    values = (
        compared("V", "mL", expected["V_mL"], found.value, tolerance["V_abs"]),
        compared("u", "mL", expected["u_mL"], found.u, tolerance["u_rel"] * expected["u_mL"]),
        compared("nu", "", expected["nu_eff"], found.nu_eff, tolerance["nu_abs"]),
        compared("U95", "mL", expected["U95_mL"], found.expanded(0.95), tolerance["U_rel"] * expected["U95_mL"]),
    )
    return Row(
        "budget of a day's collection",
        (Budget.evaluate, z_factor_ul_mg),
        "GTC and Monte Carlo",
        values,
        TOLERANCE,
        "BUDGET-1",
    )


def memory() -> Row:
    given, expected, tolerance = vector("AR1")
    values = tuple(
        compared(f"r = {r}", "", n, effective_sample_size(given["n"], r), tolerance["rel"] * n)
        for r, n in zip(given["rho1"], expected["n_eff"], strict=True)
    )
    return Row("readings that remember", (effective_sample_size,), "AR(1), closed form", values, TOLERANCE, "AR1")
