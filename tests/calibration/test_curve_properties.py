"""What must hold of any calibration: no matter the units, the zero or the order of the points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.curve import fit_curve

SOME = st.floats(-1.0, 1.0, allow_subnormal=False)
FACTORS = st.sampled_from([1e-9, 1e-3, 0.25, 7.0, 1e6])
SHIFTS = st.sampled_from([-1000.0, -3.0, 0.5, 273.15])


@st.composite
def points(draw):
    """A rising calibration: ten points, noise, a degree, and what is known of them."""
    noise = np.array(draw(st.lists(SOME, min_size=10, max_size=10)))
    x = np.linspace(0.0, 9.0, 10)
    y = x + 0.03 * x**2 + 0.1 * noise + 0.01 * np.cos(7.0 * x)
    known = draw(st.sampled_from([{}, {"u_y": 0.1}, {"u_y": 0.1 + 0.01 * x}, {"u_x": 0.05, "u_y": 0.1}]))
    return x, y, known | {"degree": draw(st.integers(1, 2))}


def scaled(options, kx, ky):
    return options | {key: options[key] * k for key, k in (("u_x", kx), ("u_y", ky)) if key in options}


@given(points(), FACTORS, FACTORS)
@settings(max_examples=60, deadline=None)
def test_units_do_not_matter(case, kx, ky):
    x, y, options = case
    plain, other = fit_curve(x, y, **options), fit_curve(kx * x, ky * y, **scaled(options, kx, ky))
    np.testing.assert_allclose(other.predict(kx * x), np.multiply(ky, plain.predict(x)), rtol=1e-6, atol=1e-9 * ky)
    if plain.chi2 is not None:
        assert other.chi2 == pytest.approx(plain.chi2, rel=1e-6)


@given(points(), SHIFTS, SHIFTS)
@settings(max_examples=60, deadline=None)
def test_the_zero_does_not_matter(case, dx, dy):
    x, y, options = case
    (y0, u0), (y1, u1) = fit_curve(x, y, **options).predict(x), fit_curve(x + dx, y + dy, **options).predict(x + dx)
    np.testing.assert_allclose(y1, y0 + dy, rtol=1e-9, atol=1e-8)
    np.testing.assert_allclose(u1, u0, rtol=1e-6)


@given(points(), st.permutations(range(10)))
@settings(max_examples=60, deadline=None)
def test_the_order_does_not_matter(case, order):
    x, y, options = case
    mixed = {key: value[order] if isinstance(value, np.ndarray) else value for key, value in options.items()}
    plain, other = fit_curve(x, y, **options), fit_curve(x[order], y[order], **mixed)
    np.testing.assert_allclose(other.predict(x), plain.predict(x), rtol=1e-8)
    np.testing.assert_allclose(other.residuals, np.asarray(plain.residuals)[order], atol=1e-9)


@given(points(), st.lists(st.floats(0.0, 9.0), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_there_and_back(case, at):
    x, y, options = case
    curve = fit_curve(x, y, **options)
    back, u = curve.inverse(curve.predict(np.clip(at, curve.lowest, curve.highest))[0])
    np.testing.assert_allclose(back, at, atol=1e-10)
    assert (np.asarray(u) > 0.0).all()


@given(points(), st.floats(-50.0, 50.0))
@settings(max_examples=60, deadline=None)
def test_where_the_coefficients_are_taken_does_not_matter(case, x0):
    x, y, options = case
    np.testing.assert_allclose(
        fit_curve(x, y, **options, x0=x0).predict(x), fit_curve(x, y, **options).predict(x), rtol=1e-6, atol=1e-8
    )
