"""A thousand calibrations of each kind: the stated 95 % interval holds the true curve as often as it says.

The standards are drawn within their certificates, the balance and its vessel within what record and bench file declare
of them, the instrument that is calibrated within some error of its own; then the whole procedure is carried out on the
simulated bench, and its curve is held against the plant at five points of its range.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import numpy as np
import pytest

from calibration.curve import Curve
from calibration.errors import CalibrationError
from rig.calibrate.curve_tables import RISK
from rig.calibrate.procedure import People

TIMES = int(os.environ.get("DOSEPROOF_CALIBRATIONS", "1000"))
POINTS = np.linspace(0.05, 0.95, 5)


class Draws:
    """What is drawn for one calibration."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng([2026, seed])
        self.seed = seed

    def normal(self, u: float) -> float:
        return float(self.rng.normal(0.0, u))

    def uniform(self, half: float) -> float:
        return float(self.rng.uniform(-half, half))

    def weights(self, book: Path) -> list[dict[str, str]]:
        """Every weight with the error that its certificate allows; one laboratory, one sign."""
        common = self.normal(1.0)
        table = tomllib.loads((book / "standards.toml").read_text(encoding="utf-8"))
        made = []
        for one in table["standard"]:
            if one["serial_number"].startswith("SIM-W-"):
                nominal = float(one["serial_number"].rpartition("-")[2])
                certified_mg = (float(one["value"].split()[0]) - nominal) * 1e3
                deviation = certified_mg + common * float(one["expanded"].split()[0]) / 2.0
                made.append(
                    {"id": one["serial_number"], "nominal": f"{nominal:g} g", "deviation": f"{deviation:.6f} mg"}
                )
        return made

    def weighed(self) -> dict[str, object]:
        """The balance under the tip and its vessel, as far off as record and bench file allow.

        A difference of small masses is up to 0.02 mg off: a ripple of half of that, with the volume of a run somewhere
        on it. The diameters lie within 2 %, the water within 0.5 K of the air.
        """
        return {
            "seed": self.seed,
            "sensitivity_error": self.normal(3e-6),
            "linearity_error": "0.01 mg",
            "linearity_shape": "ripple",
            "linearity_span": f"{float(self.rng.uniform(20.0, 200.0)):.6f} mg",
            "liquid_temperature": f"{22.0 + self.uniform(0.5):.6f} degC",
            "beaker_inner_diameter": f"{30.0 * (1.0 + self.uniform(0.02)):.6f} mm",
            "needle_outer_diameter": f"{1.6 * (1.0 + self.uniform(0.02)):.6f} mm",
        }


def balance(draws, lab):
    error = draws.uniform(2e-5)
    options = {"seed": draws.seed, "sensitivity_error": error, "weights": draws.weights(lab.book.folder)}
    return options, {"repeatability": {"weight": "SIM-W-50", "times": 5}, "drift": "2 min"}, {}


def load_cell(draws, lab):
    options = {
        "seed": draws.seed,
        "load_cell_gain_error": draws.uniform(0.02),
        "weights": draws.weights(lab.book.folder),
    }
    return options, {"settle": "15 s", "average": "10 s", "creep": "1 min"}, {}


def thermometer(draws, _lab):
    wrong = draws.normal(0.01)
    options = {"seed": draws.seed, "thermometer_offset": f"{draws.uniform(0.5):.6f} K"}
    options["thermometer_gain_error"] = draws.uniform(0.005)
    temperatures = [15, 20, 25, 30, 35]
    answers = {f"reference-{n}": f"{t + wrong:.6f} degC" for n, t in enumerate(temperatures, start=1)}
    return options, {"settle": "2 min", "average": "5 s"}, answers


def flow_sensor(draws, _lab):
    options = draws.weighed() | {"flow_gain_error": draws.uniform(0.05)}
    options["flow_offset"] = f"{draws.uniform(5.0):.6f} uL/h"
    return (
        options,
        {"rates": ["250 uL/h", "500 uL/h", "750 uL/h", "1000 uL/h"], "evaporation": "30 min", "run": "6 min"},
        {},
    )


def pump(draws, _lab):
    options = draws.weighed() | {"gain": 1.0 + draws.uniform(0.05)}
    return options, {"back_pressures": [], "write": False, "evaporation": "30 min", "cycles": 6}, {}


def pressure(draws, _lab):
    options = {"seed": draws.seed, "controller_gain_error": draws.uniform(0.005)}
    options["controller_offset"] = f"{draws.uniform(0.3):.6f} kPa"
    wrong = draws.normal(0.01)
    answers = {
        f"{way}-{n}-reference": f"{p + wrong:.6f} kPa"
        for way in ("up", "down")
        for n, p in enumerate((0, 10, 20, 30, 40), start=1)
    }
    changes = {"channel": "back-pressure", "column": "pressure_kpa", "reading_unit": "kPa", "controller": None}
    return options, {**changes, "settle": "5 s", "average": "5 s"}, answers


def truth_of(kind, lab, curve):
    """Pairs of a reading and what it truly means, at five points of the range."""
    low, high = curve.lowest, curve.highest
    truth = lab.truth
    readings = [low + part * (high - low) for part in POINTS]
    means = {
        "balance": lambda r: r / (1.0 + truth.balance_error_g(100.0) / 100.0),
        "load_cell": lambda r: solve(
            lambda m: truth.load_cell_count(m, temperature_c=22.0) - truth.load_cell_count(0.0), r
        ),
        "thermometer": lambda r: solve(truth.thermometer_c, r),
        "flow_sensor": lambda r: solve(truth.flow_ul_h, r),
        "pressure": lambda r: solve(truth.controller_kpa, r),
        "pump": lambda r: truth.microstep_fl(rate_ul_h=r) * 1e-6,
    }[kind]
    return [(reading, means(reading)) for reading in readings]


def solve(reads, reading):
    """The value that reads so much; what the plant does is a straight line here."""
    at_0, at_1 = reads(10.0), reads(20.0)
    return 10.0 + 10.0 * (reading - at_0) / (at_1 - at_0)


KINDS = [balance, load_cell, thermometer, flow_sensor, pump, pressure]


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    "kind", [balance, load_cell, thermometer, flow_sensor, pump, pressure], ids=lambda k: k.__name__
)
def test_the_interval_holds_the_truth_as_often_as_it_says(lab, kind):
    name, held, done, against = kind.__name__, np.zeros(len(POINTS)), 0, 0
    for seed in range(TIMES):
        options, changes, answers = kind(Draws(seed), lab)
        with lab.session(lab.procedure(name, **changes), lab.bench(**options)) as session:
            while (view := session.view()) is not None:
                for _ in session.advance(answers.get(view.key, "")):
                    pass
            session.forget()
            try:
                tables = session.finish(People("the test"))
            except CalibrationError:
                against += 1
                continue
        curve = Curve.from_table(tables["curve"]["fit"])
        against += curve.degree > 1  # every plant here is a line
        for place, (reading, value) in enumerate(truth_of(name, lab, curve)):
            held[place] += abs(float(curve.predict(reading)[0]) - value) <= float(curve.expanded(reading))
        done += 1
    share = held / done
    tolerance = 3.0 * np.sqrt(0.95 * 0.05 / done)  # of a smaller number of repeats
    assert against <= RISK * TIMES + 3.0 * np.sqrt(RISK * (1.0 - RISK) * TIMES), against
    assert (share >= min(0.93, 0.95 - tolerance)).all(), share
    assert (share <= max(0.97, 0.95 + tolerance)).all(), share
