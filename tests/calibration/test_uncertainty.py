"""GUM budgets against the published examples."""

from __future__ import annotations

import math

import pytest

from calibration.air_density import oiml_r111_kg_m3
from calibration.any_number import cos, sin
from calibration.coverage import coverage_factor, effective_degrees_of_freedom, expanded_uncertainty
from calibration.errors import ImplausibleError
from calibration.gravimetry import z_factor_ul_mg
from calibration.straight_line import fit_line
from calibration.type_a import effective_sample_size, lag_one_correlation, type_a, type_a_joint
from calibration.uncertainty import Budget, Input
from calibration.water_density import tanaka_kg_m3


def gauge_block(ls, d0, d1, d2, alpha_s, dalpha, dtheta, theta_bar, delta):
    theta = theta_bar + delta
    return ls + d0 + d1 + d2 - ls * (alpha_s * dtheta + dalpha * theta)


def test_end_gauge_h1(vector):
    given, expected, tolerance = vector("GUM-H1")
    normal = [("ls", "l_s"), ("d0", "d0"), ("d1", "d1"), ("d2", "d2"), ("theta_bar", "theta_bar")]
    flat = [("alpha_s", "alpha_s"), ("dalpha", "dalpha"), ("dtheta", "dtheta")]
    inputs = [Input.normal(name, given[k]["x"], given[k]["u"], given[k].get("nu", math.inf)) for name, k in normal]
    inputs += [
        Input.rectangular(name, given[k]["x"], given[k]["uniform_half"], given[k].get("nu", math.inf))
        for name, k in flat
    ]
    inputs.append(Input.arcsine("delta", 0.0, given["Delta"]["arcsine_half"]))
    found = Budget(inputs).evaluate(gauge_block)
    assert found.value == pytest.approx(expected["l_nm"])
    assert found.u == pytest.approx(expected["u_c_nm_exact"], abs=tolerance["u_c_exact_abs"])
    assert found.nu_eff == pytest.approx(expected["nu_eff_exact"], abs=tolerance["nu_exact_abs"])
    assert found.expanded(0.99, truncate=True) == pytest.approx(expected["U99_nm"], abs=tolerance["rounded_abs"])
    assert found.coverage_factor(0.99, truncate=True) == pytest.approx(expected["k_p99_nu16"], abs=0.006)


def test_straight_line_h3(vector):
    given, expected, tolerance = vector("GUM-H3")
    line = fit_line(given["t_C"], given["b_C"], given["t0"])
    b30, u_b30 = line.predict(given["predict_at_C"])
    found = [line.intercept, line.u_intercept, line.s_residual, line.sum_of_squares, float(b30), float(u_b30)]
    keys = ["intercept", "u_intercept", "s_resid", "SSR", "b30", "u_b30"]
    assert found == pytest.approx([expected[key] for key in keys], abs=tolerance["abs"])
    assert line.sum_of_squares == pytest.approx(expected["SSR"], rel=1e-9)
    slopes = [expected["slope"], expected["u_slope"]]
    assert [line.slope, line.u_slope] == pytest.approx(slopes, abs=tolerance["slope_abs"])
    assert line.correlation == pytest.approx(expected["corr"], abs=tolerance["corr_abs"])
    assert line.degrees_of_freedom == expected["nu"]


def test_welch_satterthwaite_g41(vector):
    given, expected, tolerance = vector("GUM-G41")
    nu = effective_degrees_of_freedom(given["u_rel_percent"], given["nu"])
    uc = math.hypot(*given["u_rel_percent"])
    assert nu == pytest.approx(expected["nu_eff"], abs=tolerance["nu_abs"])
    assert uc == pytest.approx(expected["uc_rel_percent"], abs=tolerance["uc_abs"])
    assert coverage_factor(round(nu)) == pytest.approx(expected["t95_nu19"], abs=tolerance["k_abs"])
    assert expanded_uncertainty(uc, nu) == pytest.approx(expected["U95_percent"], abs=tolerance["U_abs"])


def test_welch_satterthwaite_h16(vector):
    given, expected, tolerance = vector("GUM-WS3")
    own = effective_degrees_of_freedom(given["u"], given["nu"])
    rounded = effective_degrees_of_freedom(given["u"], given["nu"], uc=32.0)
    wanted = [expected["nu_eff_with_uc_from_components"], expected["nu_eff_with_uc_32"]]
    assert [own, rounded] == pytest.approx(wanted, abs=tolerance["abs"])
    assert coverage_factor(own, 0.99, truncate=True) == coverage_factor(expected["GUM_truncated"], 0.99)


def test_student_table_g2(vector):
    given, expected, tolerance = vector("GUM-G2")
    found = [coverage_factor(nu, p) for nu, p in given["nu_p"]]
    assert found == pytest.approx(expected["t_p"], abs=tolerance["abs"])


def test_quam_a1(vector):
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
    assert found.value == pytest.approx(expected["c_mg_L"], abs=tolerance["c_abs"])
    assert found.u == pytest.approx(expected["u"], abs=tolerance["u_abs"])
    parts = {name: found.contribution(name) for name in expected["budget"]}
    assert parts == pytest.approx(expected["budget"], abs=tolerance["u_abs"])


def test_stefan_boltzmann(vector):
    given, expected, tolerance = vector("NISTUM-10")
    names = ["h", "R", "Rinf", "Ar_e", "alpha"]
    scale = 32.0 * math.pi**5 / (15.0 * given["Mu"] ** 4 * given["c"] ** 6)
    found = Budget([Input.normal(name, *given[name]) for name in names]).evaluate(
        lambda h, R, Rinf, Ar_e, alpha: scale * h * R**4 * Rinf**4 / (Ar_e**4 * alpha**8)  # noqa: N803 - the example's names
    )
    assert found.value == pytest.approx(expected["sigma"], abs=tolerance["sigma_abs"])
    assert found.u == pytest.approx(expected["u"], abs=tolerance["u_abs"])


def collection(given):
    half = {key: (given[key]["x"], given[key]["uniform_half"]) for key in ("t_w_C", "t_a_C", "p_hPa", "RH", "rho_b")}
    flat = [Input.rectangular(name, *half[key]) for name, key in
            [("t_w", "t_w_C"), ("t_a", "t_a_C"), ("p", "p_hPa"), ("h", "RH"), ("rho_b", "rho_b")]]  # fmt: skip
    return Budget([
        *(Input.normal(name, *given[key].values()) for name, key in
          [("w0", "W0_g"), ("w1", "W1_g"), ("evaporation", "evap_g_per_h")]),
        Input.rectangular("linearity", 0.0, given["linearity_half_g"], unit="g"),
        Input.rectangular("time", given["t_h"]["x"], given["t_h"]["uniform_half_s"] / 3600.0, unit="h"),
        Input.normal("water_model", 0.0, given["u_rho_w_model_kg_m3"]),
        *flat,
    ])  # fmt: skip


def collected_ml(w0, w1, linearity, evaporation, time, t_w, t_a, p, h, rho_b, water_model):
    mass_g = w1 - w0 + linearity + evaporation * time
    return mass_g * z_factor_ul_mg(tanaka_kg_m3(t_w) + water_model, oiml_r111_kg_m3(t_a, p, h), rho_b)


def test_a_day_of_collection_is_ruled_by_evaporation(vector):
    given, expected, tolerance = vector("BUDGET-1")
    found = collection(given).evaluate(collected_ml)
    assert found.value == pytest.approx(expected["V_mL"], abs=tolerance["V_abs"])
    assert found.u == pytest.approx(expected["u_mL"], rel=tolerance["u_rel"])
    assert found.nu_eff == pytest.approx(expected["nu_eff"], abs=tolerance["nu_abs"])
    assert found.expanded(0.95) == pytest.approx(expected["U95_mL"], rel=tolerance["U_rel"])
    parts = expected["budget_u_mL"]
    assert found.contribution("evaporation") == pytest.approx(parts["evap g/h"], rel=0.005)
    assert found.contribution("t_w") == pytest.approx(parts["t_w"], rel=0.005)


def test_the_table_adds_up_and_repeats(vector):
    budget = collection(vector("BUDGET-1")[0])
    first, again = budget.evaluate(collected_ml), budget.evaluate(collected_ml)
    assert first == again
    assert math.hypot(*(c.contribution for c in first.components)) == pytest.approx(first.u, rel=1e-12)
    by_hand = effective_degrees_of_freedom(
        [abs(c.contribution) for c in first.components], [c.nu for c in first.components]
    )
    assert by_hand == pytest.approx(first.nu_eff, rel=1e-9)


VOLTAGE_CURRENT_PHASE = [
    (5.007, 19.663e-3, 1.0456),
    (4.994, 19.639e-3, 1.0438),
    (5.005, 19.640e-3, 1.0468),
    (4.990, 19.685e-3, 1.0428),
    (4.999, 19.678e-3, 1.0433),
]


@pytest.mark.parametrize(
    ("model", "value", "u"),
    [
        (lambda v, i, phi: v / i * cos(phi), 127.732, 0.071),
        (lambda v, i, phi: v / i * sin(phi), 219.847, 0.2956),  # unrounded data; the GUM prints 0.295
        (lambda v, i, phi: v / i + 0.0 * phi, 254.260, 0.236),
    ],
)
def test_resistance_and_reactance_h2(model, value, u):
    """JCGM 100:2008 H.2: three quantities read together five times."""
    means, us, r, nu = type_a_joint(VOLTAGE_CURRENT_PHASE)
    names = ["v", "i", "phi"]
    inputs = [Input.normal(name, x, ux, nu) for name, x, ux in zip(names, means, us, strict=True)]
    pairs = {(names[a], names[b]): float(r[a, b]) for a, b in [(0, 1), (0, 2), (1, 2)]}
    found = Budget(inputs, pairs).evaluate(model)
    assert (found.value, found.u) == pytest.approx((value, u), abs=6e-4)
    assert found.nu_eff == pytest.approx(4.0)


def test_differences_forget_what_both_share():
    pair = [Input.normal("a", 1.0, 0.3), Input.normal("b", 3.0, 0.3)]
    alone = Budget(pair).evaluate(lambda a, b: b - a)
    tied = Budget(pair, {("a", "b"): 0.99}).evaluate(lambda a, b: b - a)
    assert alone.u == pytest.approx(0.3 * math.sqrt(2.0))
    assert tied.u == pytest.approx(0.3 * math.sqrt(0.02))
    assert tied.nu_eff == math.inf


def test_two_independent_sets_of_readings_count_twice():
    inputs = [Input.normal(name, 1.0, 0.1, nu=4.0) for name in "abcd"]
    found = Budget(inputs, {("a", "b"): 0.5, ("c", "d"): 0.5}).evaluate(lambda a, b, c, d: a + b + c + d)
    assert found.nu_eff == pytest.approx(8.0)


def test_an_input_without_uncertainty_contributes_nothing():
    found = Budget([Input.normal("a", 2.0, 0.0), Input.normal("b", 3.0, 0.1)]).evaluate(lambda a, b: a * b)
    assert (found.value, found.u) == pytest.approx((6.0, 0.2))
    assert found.components[0].contribution == 0.0
    assert Budget([Input.normal("a", 2.0, 0.1)]).evaluate(lambda a: 5.0 + 0.0 * a).interval() == (5.0, 5.0)


@pytest.mark.parametrize(
    ("made", "u"),
    [
        (Input.rectangular, 6.0 / math.sqrt(3.0)),
        (Input.triangular, 6.0 / math.sqrt(6.0)),
        (Input.arcsine, 6.0 / math.sqrt(2.0)),
    ],
)
def test_a_half_width_of_six_by_its_shape(made, u):
    """GUM 4.3.7 and 4.3.9, and JCGM 101 6.4.6 for what swings."""
    one = made("t", 20.0, 6.0, 8.0, "degC")
    assert (one.name, one.estimate, one.nu, one.unit) == ("t", 20.0, 8.0, "degC")
    assert one.u == pytest.approx(u)


@pytest.mark.parametrize(("nu", "used"), [(18.9, 18.0), (19.0 - 1e-13, 19.0), (1.0, 1.0), (1.9, 1.0), (0.7, 0.7)])
def test_degrees_of_freedom_are_cut_to_the_next_lower_whole_number(nu, used):
    """GUM G.4.1; 18.9999999999999 is 19 but for rounding, and less than one is left as it is."""
    assert coverage_factor(nu, truncate=True) == coverage_factor(used)
    assert coverage_factor(math.inf, truncate=True) == coverage_factor(math.inf)


def test_half_a_degree_of_freedom_is_some():
    assert effective_degrees_of_freedom([1.0], [0.5]) == pytest.approx(0.5)


def test_a_row_of_the_table_by_hand():
    """4 V over 2 A: 1/i = 0.5 ohm for each volt and -v/i^2 = -1 ohm for each ampere."""
    inputs = [Input.normal("v", 4.0, 0.2, 9.0, "V"), Input.normal("i", 2.0, 0.05, 4.0, "A"), Input("k", 1.0, 0.0)]
    budget = Budget(inputs)
    assert budget.inputs == tuple(inputs)
    v, i, k = budget.evaluate(lambda v, i, k: k * v / i).components
    assert (v.name, v.unit, v.estimate, v.u, v.nu) == ("v", "V", 4.0, 0.2, 9.0)
    assert (v.sensitivity, v.contribution) == pytest.approx((0.5, 0.1))
    assert (i.sensitivity, i.contribution) == pytest.approx((-1.0, -0.05))
    assert math.isnan(k.sensitivity)
    assert k.contribution == 0.0


def test_an_interval_lies_on_either_side_and_may_be_cut_as_the_gum_advises():
    """U = 1 with 2.5 degrees of freedom, cut to 2: t = 4.303."""
    found = Budget([Input.normal("a", 10.0, 1.0, 2.5)]).evaluate(lambda a: 1.0 * a)
    assert found.interval(truncate=True) == pytest.approx((10.0 - 4.302653, 10.0 + 4.302653), abs=1e-5)
    low, high = found.interval()
    assert (low + high) / 2.0 == pytest.approx(10.0)
    assert high - low < 8.6
    assert expanded_uncertainty(2.0, 2.5, truncate=True) == pytest.approx(2.0 * 4.302653, abs=1e-5)


def test_one_input_has_its_own_degrees_of_freedom_even_with_u_one():
    assert Budget([Input.normal("a", 10.0, 1.0, 7.0)]).evaluate(lambda a: 1.0 * a).nu_eff == pytest.approx(7.0)


@pytest.mark.parametrize("r", [-1.01, 1.01])
def test_no_correlation_is_beyond_one_even_of_one_input_with_another(r):
    with pytest.raises(ImplausibleError, match="two inputs and a number from -1 to 1"):
        Budget([Input("a", 1.0, 0.1), Input("b", 1.0, 0.1)], {("a", "b"): r})


def test_a_model_that_takes_no_notice_of_its_inputs_has_no_uncertainty():
    found = Budget([Input.normal("a", 2.0, 0.1, 4.0)]).evaluate(lambda **_: 5.0)
    assert (found.value, found.u, found.nu_eff) == (5.0, 0.0, math.inf)
    assert (found.contribution("a"), found.components[0].sensitivity) == (0.0, 0.0)
    with pytest.raises(ImplausibleError, match="name: expected one of a, found 'b'"):
        found.contribution("b")


@pytest.mark.parametrize("model", [lambda a: a * math.inf, lambda **_: math.nan])
def test_a_model_without_a_finite_number_is_refused(model):
    with pytest.raises(ImplausibleError, match="model: expected a finite value and uncertainty"):
        Budget([Input.normal("a", 2.0, 0.1)]).evaluate(model)


@pytest.mark.parametrize(("r", "u"), [(1.0, 0.0), (-1.0, 0.6)])
def test_perfect_correlation_is_a_correlation(r, u):
    pair = [Input.normal("a", 1.0, 0.3), Input.normal("b", 3.0, 0.3)]
    assert Budget(pair, {("a", "b"): r}).evaluate(lambda a, b: b - a).u == pytest.approx(u, abs=1e-9)


def test_three_that_hang_together_through_others_count_once():
    """A with b, and b with c: read together four times, they have three degrees of freedom and not nine."""
    inputs = [Input.normal(name, 1.0, 0.1, nu=3.0) for name in "abc"]
    found = Budget(inputs, {("a", "b"): 0.5, ("b", "c"): 0.5}).evaluate(lambda a, b, c: a + b + c)
    assert found.nu_eff == pytest.approx(3.0)
    assert found.u == pytest.approx(0.1 * math.sqrt(3.0 + 2.0))


@pytest.mark.parametrize(
    ("inputs", "correlations"),
    [
        ([Input("a", 1.0, 0.0), Input("b", 1.0, 0.1)], {("a", "b"): 0.5}),
        ([Input("a", 1.0, 0.1), Input("b", 1.0, 0.0)], {("a", "b"): 0.5}),
        ([Input("a", 1.0, 0.1), Input("b", 1.0, 0.1)], {("a", "b"): -1.5}),
        ([Input("a", 1.0, 0.1), Input("b", 1.0, 0.1)], {("a", "a"): 0.5}),
        ([Input("a", 1.0, 0.1), Input("a", 2.0, 0.1)], {}),
        ([], {}),
        ([Input("a", 1.0, 0.1), Input("b", 1.0, 0.1)], {("a", "b"): 1.5}),
        ([Input("a", 1.0, 0.1), Input("b", 1.0, 0.1)], {("a", "c"): 0.5}),
        ([Input("a", 1.0, 0.1, nu=5.0), Input("b", 1.0, 0.1)], {("a", "b"): 0.5}),
        ([Input(name, 1.0, 0.1) for name in "abc"], {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}),
    ],
)
def test_budgets_that_cannot_be_are_refused(inputs, correlations):
    with pytest.raises(ImplausibleError, match="expected"):
        Budget(inputs, correlations)


@pytest.mark.parametrize(
    "values", [("a b", 1.0, 0.1), ("a", math.nan, 0.1), ("a", 1.0, -0.1), ("a", 1.0, math.inf), ("a", 1.0, 0.1, 0.0)]
)
def test_inputs_that_cannot_be_are_refused(values):
    with pytest.raises(ImplausibleError, match="expected"):
        Input.normal(*values)


@pytest.mark.parametrize(("nu", "p"), [(0.0, 0.95), (math.nan, 0.95), (9.0, 0.0), (9.0, 1.0), (9.0, 95.0)])
def test_coverage_factors_that_cannot_be_are_refused(nu, p):
    with pytest.raises(ImplausibleError, match="expected"):
        coverage_factor(nu, p)


def test_welch_satterthwaite_at_its_edges():
    assert effective_degrees_of_freedom([0.0, 0.0], [5, 5]) == math.inf
    assert effective_degrees_of_freedom([1.0, 1.0], [math.inf, math.inf]) == math.inf
    assert effective_degrees_of_freedom([1e-200, 0.0], [7, 3]) == pytest.approx(7.0)
    with pytest.raises(ImplausibleError, match="one of each"):
        effective_degrees_of_freedom([1.0], [1.0, 2.0])


def test_readings_that_remember_are_worth_fewer(vector):
    given, expected, tolerance = vector("AR1")
    found = [effective_sample_size(given["n"], r) for r in given["rho1"]]
    assert found == pytest.approx(expected["n_eff"], rel=tolerance["rel"])


def test_repeated_readings():
    values = [1.0, 2.0, 3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]
    plain, careful = type_a(values), type_a(values, autocorrelated=True)
    assert plain.mean == pytest.approx(17.0 / 9.0)
    assert careful.u >= plain.u
    assert lag_one_correlation([5.0, 5.0, 5.0]) == 0.0
