"""Delivered volume from readings: right to the vector, honest about gaps, and covered by its uncertainty."""

import json
from pathlib import Path

import numpy as np
import pytest

from calibration.air_density import oiml_r111_kg_m3
from calibration.units import TIME
from calibration.water_density import water_density_kg_m3
from rig.delivery.collected import Air
from rig.delivery.evaporated import Evaporation
from rig.delivery.levels import Noise, level, level_before
from rig.delivery.setup import Setup
from rig.delivery.volume import Delivery
from rig.errors import EvidenceError

VECTORS = {v["id"]: v for v in json.loads((Path(__file__).parents[2] / "vectors.json").read_text())}
STILL = Evaporation(0.0, 0.0, np.inf, measured=True)
HOUR = 3600.0


def setup(**changes):
    facts = {
        "air_0_kg_m3": 1.19,
        "weights_kg_m3": 8000.0,
        "fluid_kg_m3": 997.77,
        "u_fluid_kg_m3": 0.005,
        "load_volume_ml": 53.0,
        "u_load_volume_ml": 2.0,
        "vessel_mm": 30.0,
        "needle_mm": 1.6,
        "u_sensitivity": 3e-6,
        "slope": 1.0,
        "linearity_g": 2e-5,
        "resolution_g": 1e-5,
    }
    return Setup(**(facts | changes))


def delivery(time_s, reading_g, *, air=None, evaporation=STILL, noise=2e-5, window_s=600.0, **changes):
    air = air or Air(time_s[:1], np.array([1.19]), 1e-4, "declared")
    return Delivery(time_s, reading_g, air, setup(**changes), evaporation, Noise(noise, 0.0, "test"), window_s)


def flow(rate_ul_h, hours=24.0, stall=(0.0, 0.0)):
    """Readings each ten seconds of a perfect balance in vacuum-like air: only the flow is in them."""
    time_s = np.arange(0.0, hours * HOUR + 1200, 10.0)
    stopped = np.clip(time_s - stall[0], 0.0, stall[1] - stall[0])
    return time_s, 53.0 + (time_s - stopped) / HOUR * rate_ul_h * 1e-3


def test_the_balance_equation_of_the_vector_grav_10():
    given = VECTORS["GRAV-10"]["inputs"]
    air = [float(oiml_r111_kg_m3(s["t_C"], s["p_hPa"], s["RH_percent"])) for s in (given["start"], given["end"])]
    at = given["adjust"]
    time_s = np.array([0.0, *np.linspace(990, 1010, 21), *np.linspace(1990, 2010, 21)])
    reading = np.where(time_s < 1500, given["R1_g"], given["R2_g"])
    measured = Air(np.array([0.0, 1499.0, 1501.0]), np.array([air[0], air[0], air[1]]), 1e-4, "measured")
    found = delivery(
        time_s,
        reading,
        air=measured,
        window_s=20.0,
        air_0_kg_m3=float(oiml_r111_kg_m3(at["t_C"], at["p_hPa"], at["RH_percent"])),
        fluid_kg_m3=float(water_density_kg_m3(given["t_water_C"])),
        needle_mm=1e-9,
        load_volume_ml=given["V_load_mL"],
    ).difference_ul(1000.0, 2000.0)
    assert found.value == pytest.approx(VECTORS["GRAV-10"]["expected"]["V_uL"], abs=0.0002)


def test_the_budget_and_the_covariance_agree():
    time_s, reading = flow(6.25)
    found = delivery(time_s, reading, evaporation=Evaporation(0.3, 0.02, np.inf, measured=True))
    budget = found.difference_ul(HOUR, 23 * HOUR)
    levels, covariance = found.levels_ul(np.array([HOUR, 23 * HOUR]))
    u = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    assert levels[1] - levels[0] == pytest.approx(budget.value, rel=1e-6)
    assert u == pytest.approx(budget.u, rel=0.02)


def test_quantities_go_in_and_come_out():
    time_s, reading = flow(6.25)
    volume, covariance = delivery(time_s, reading).volume(TIME.quantity(np.array([HOUR, 2 * HOUR])))
    assert volume.to("uL").m[1] - volume.to("uL").m[0] == pytest.approx(6.25, rel=0.003)
    assert covariance.check("[volume] ** 2")


@pytest.mark.parametrize("start_h", [1.0, 12.0, 22.5])
def test_a_stall_of_one_hour_weighs_the_same_wherever_it_lies(start_h):
    time_s, reading = flow(6.25, stall=(start_h * HOUR, (start_h + 1) * HOUR))
    whole = delivery(*flow(6.25)).difference_ul(600.0, 24 * HOUR + 600).value
    stalled = delivery(time_s, reading).difference_ul(600.0, 24 * HOUR + 600).value
    assert 100 * (stalled / whole - 1) == pytest.approx(-100 / 24, abs=0.01)


def test_differences_of_one_run_share_scale_and_rate():
    """Evaporation that is wrong is wrong for every window alike, so that windows of equal length correlate fully."""
    time_s, reading = flow(6.25)
    found = delivery(
        time_s, reading, noise=0.0, linearity_g=0.0, evaporation=Evaporation(0.3, 0.1, np.inf, measured=True)
    )
    found = Delivery(**{**vars(found), "air": Air(time_s[:1], np.array([1.19]), 0.0, "declared")})
    _, c = found.levels_ul(np.array([1, 2, 3]) * HOUR)
    differences = np.array([[-1, 1, 0], [0, -1, 1]])
    cov = differences @ c @ differences.T
    assert cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]) == pytest.approx(1.0, abs=1e-6)


def test_no_level_spans_a_gap():
    time_s, reading = flow(6.25)
    keep = (time_s < 5 * HOUR) | (time_s > 6 * HOUR)
    with pytest.raises(EvidenceError, match="gap there"):
        delivery(time_s[keep], reading[keep]).difference_ul(5 * HOUR, 10 * HOUR)


def test_a_gap_between_the_ends_is_joined_by_the_balance_itself():
    time_s, reading = flow(6.25)
    keep = (time_s < 5 * HOUR) | (time_s > 6 * HOUR)
    whole, cut = delivery(time_s, reading), delivery(time_s[keep], reading[keep])
    assert cut.difference_ul(HOUR, 10 * HOUR).value == pytest.approx(whole.difference_ul(HOUR, 10 * HOUR).value)


def test_the_needle_makes_the_balance_read_high():
    given = VECTORS["GRAV-12"]["inputs"]
    time_s, reading = flow(6.25)
    ratio = (1 - (given["needle_OD_mm"] / given["beaker_ID_mm"]) ** 2) / (1 - (1e-9 / 30) ** 2)
    thin, thick = delivery(time_s, reading, needle_mm=1e-9), delivery(time_s, reading)
    ends = HOUR, 20 * HOUR
    assert thick.difference_ul(*ends).value / thin.difference_ul(*ends).value == pytest.approx(ratio, rel=1e-9)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    """A Gaussian budget: 95 of 100 intervals hold the truth, give or take what 400 draws allow."""
    rng = np.random.default_rng(20261123)
    time_s, truth = flow(6.25, hours=4.0)
    inside = 0
    for _ in range(400):
        u_e = 0.05
        gone = rng.normal(0.3, u_e)
        reading = truth - gone * 1e-3 * time_s / HOUR + rng.normal(0.0, 5e-5, len(time_s))
        found = delivery(
            time_s,
            reading,
            evaporation=Evaporation(0.3, u_e, np.inf, measured=True),
            noise=5e-5,
            linearity_g=0.0,
            needle_mm=1e-9,
        ).difference_ul(600.0, 4 * HOUR)
        exact = delivery(time_s, truth, needle_mm=1e-9).difference_ul(600.0, 4 * HOUR).value
        inside += abs(found.value - exact) <= 1.96 * found.u
    assert 0.92 <= inside / 400 <= 0.98


def test_a_level_is_the_line_at_the_instant_also_off_centre():
    time_s = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 7.0])
    assert level(time_s, 1.0 + 2.0 * time_s, 3.0, 8.0).value == pytest.approx(7.0)


def test_the_level_at_which_a_pump_begins_stands_on_the_time_before():
    """Both sides of the corner would read early by an eighth of a window's flow."""
    time_s = np.arange(0.0, 1200.0)
    ramp = np.maximum(0.0, time_s - 600.0)
    assert level_before(time_s, ramp, 600.0, 400.0).value == pytest.approx(0.0)
    assert level(time_s, ramp, 600.0, 400.0).value == pytest.approx(50.0, rel=0.01)


def spoiled(values, at, by=np.nan):
    return np.where(np.arange(len(values)) == at, by, values)


def test_a_delivery_stands_on_numbers():
    """One NaN among its readings would be in every level near it."""
    time_s, reading = flow(6.25, hours=1.0)
    with pytest.raises(EvidenceError, match=r"numbers, found nan at t = 1000\.0 s; leave that reading out"):
        delivery(time_s, spoiled(reading, 100))
    with pytest.raises(EvidenceError, match=r"found inf at t = 0\.0 s"):
        delivery(time_s, np.stack([reading, spoiled(reading, 0, np.inf)]))
    with pytest.raises(EvidenceError, match="expected finite times, found nan"):
        delivery(spoiled(time_s, 100), reading)


def test_a_delivery_has_a_reading_for_each_time_and_one_at_least():
    time_s, reading = flow(6.25, hours=1.0)
    air = Air(time_s[:1], np.array([1.19]), 1e-4, "declared")
    with pytest.raises(EvidenceError, match=r"at least one reading, found shape \(0,\)"):
        delivery(time_s[:0], reading[:0], air=air)
    with pytest.raises(EvidenceError, match="one reading for each of 480 times, found shape"):
        delivery(time_s, reading[1:])


@pytest.mark.parametrize(
    ("times", "density", "u", "says"),
    [
        ([0.0], [np.nan], 0.001, "air: expected finite times and densities"),
        ([np.nan], [1.19], 0.001, "air: expected finite times and densities"),
        ([0.0], [1.19], np.nan, "with u = nan kg/m3"),
        ([0.0], [1.19], -0.001, "with u = -0.001 kg/m3"),
        ([0.0, 1.0], [1.19], 0.001, "air: expected a density for each time"),
        ([], [], 0.001, "air: expected a density for each time"),
    ],
)
def test_air_is_a_density_for_each_time(times, density, u, says):
    with pytest.raises(EvidenceError, match=says):
        Air(np.array(times), np.array(density), u, "measured")
