"""Calibration of a balance: from weighings of certified weights to slope, linearity, repeatability and minimum weight.

What a weight should read in the air of the day follows from the balance equation (:mod:`rig.calibrate.weighing`). The
curve gives the mass from the reading; its slope is the error that every assessment then corrects.

    minimum weight = k s / accuracy, with s no less than 0.41 digits     (after USP 41 [K])

s is the standard deviation of a *net* weighing, the difference of two readings: a net weight is one, and so are the
repeated weighings of USP 41 [K]. It is the root of two times the repeatability that the record states, of one reading.
"""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

from calibration.curve import fit_curve
from calibration.errors import CalibrationError
from calibration.type_a import widened
from calibration.units import (
    AIR_PRESSURE,
    DENSITY,
    HUMIDITY,
    MASS,
    MASS_RATE,
    RATIO,
    TEMPERATURE,
)
from rig.calibrate.around import Around
from rig.calibrate.balance_file import BalanceFile
from rig.calibrate.balance_steps import POSITIONS, balance_steps
from rig.calibrate.curve_tables import Columns, curve_through
from rig.calibrate.tables import plain_standard
from rig.calibrate.weighing import adjusted_kg_m3, buoyancy, certified_load_g

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calibration.record_parts import Standard
    from rig.calibrate.steps import Step

#: Least standard deviation that a minimum weight may stand on, in digits, and its coverage factor (USP 41) [K].
LEAST_SD_DIGITS = 0.41
MINIMUM_WEIGHT_K = 2.0
#: Increments of less than this count for the linearity of increments [g].
INCREMENT_G = 5.0


class Balance(Around):
    """The procedure; its file is :class:`rig.calibrate.balance_file.BalanceFile`."""

    FILE = BalanceFile
    file: BalanceFile

    def __init__(self, file: Any, standards: Any, today: Any) -> None:
        super().__init__(file, standards, today)
        names = {weight for load in (*file.loads, *file.increments) for weight in load}
        names |= {file.repeatability.weight, file.eccentricity.weight}
        self.weights: dict[str, Standard] = {name: standards.find(name, today, MASS) for name in sorted(names)}

    def steps(self) -> Sequence[Step]:
        """Air, loads, increments, repeats, corners, drift, air."""
        return [self.air("before"), *balance_steps(self.file, self.average_s, self.settle_s), self.air("after")]

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """Points, curve and the table ``[balance]``."""
        found = _Weighed(self, results)
        points = [found.point(f"load-{n}", load) for n, load in enumerate(self.file.loads, start=1)]
        points += [found.point(f"increment-{n}", load) for n, load in enumerate(self.file.increments, start=1)]
        readings, masses, us = ([point[i] for point in points] for i in range(3))
        repeat = found.repeatability_g()
        columns = Columns("g", "g")
        for reading, mass, u in points:
            columns.add((reading, max(repeat, found.digit_g / math.sqrt(6.0))), (mass, u))
        # A balance is linear by design, and what it is not is a finding of its own; its noise is that of the points.
        curve = curve_through(columns, common=[us], degree=1, u_known=False)
        slope, noise, common = found.slope(readings, masses, us, repeat)
        off = [abs(reading - mass * (1.0 + slope)) for reading, mass in zip(readings, masses, strict=True)]
        small = [one for one, mass in zip(off, masses, strict=True) if mass <= INCREMENT_G]
        eccentricity = found.eccentricity_g()
        found.refuse(slope, eccentricity, repeat)
        least_sd = max(math.sqrt(2.0) * repeat, LEAST_SD_DIGITS * found.digit_g)
        accuracy = RATIO.magnitude("minimum_weight_accuracy", self.file.minimum_weight_accuracy) / 100.0
        return {
            "standards": [plain_standard(one) for one in self.weights.values()],
            **self.around_tables(results),
            **columns.tables(curve, self.file.state),
            "balance": {
                "repeatability": f"{max(repeat, found.digit_g * 0.29) * 1e3:.3g} mg",
                "resolution": MASS.format(self.file.resolution),
                "linearity": f"{max(*off, found.digit_g) * 1e3:.3g} mg",
                "linearity_increment": f"{max(*small, found.digit_g / 2) * 1e3:.3g} mg" if small else None,
                "repeatability_freedom": float(self.file.repeatability.times - 1),
                "sensitivity": f"{100 * math.hypot(noise, common):.3g} %",
                "sensitivity_noise": f"{100 * noise:.3g} %",
                "slope_error": f"{100 * slope:.4g} %",
                "eccentricity": f"{eccentricity * 1e3:.3g} mg",
                "drift": f"{results['drift']['mg_h']:.3g} mg/h",
                "adjusted_temperature": TEMPERATURE.format(self.file.adjusted_temperature),
                "adjusted_pressure": AIR_PRESSURE.format(self.file.adjusted_pressure),
                "adjusted_humidity": HUMIDITY.format(self.file.adjusted_humidity),
                "weights_density": DENSITY.format(self.file.weights_density),
                "capacity": MASS.format(self.file.capacity),
                "minimum_weight": f"{MINIMUM_WEIGHT_K * least_sd / accuracy * 1e3:.3g} mg",
            },
        }


class _Weighed:
    """What the weighings gave."""

    def __init__(self, procedure: Balance, results: Mapping[str, Any]) -> None:
        self.file, self.weights, self.results = procedure.file, procedure.weights, results
        self.digit_g = MASS.magnitude("resolution", self.file.resolution)
        weights = DENSITY.magnitude("weights_density", self.file.weights_density)
        adjusted = adjusted_kg_m3(self.file)
        air = [results["air-before"], results["air-after"]]
        self.buoyancy = statistics.fmean(buoyancy(one, adjusted, weights) for one in air)

    def point(self, key: str, load: Sequence[str]) -> tuple[float, float, float]:
        """Reading, what the load should read, and its standard uncertainty [g]."""
        empty = (self._mean(f"{key}-empty") + self._mean(f"{key}-empty-again")) / 2.0
        mass, u = certified_load_g(self.weights, load)
        return self._mean(f"{key}-loaded") - empty, mass * self.buoyancy, u

    def slope(
        self, readings: Sequence[float], masses: Sequence[float], us: Sequence[float], repeat: float
    ) -> tuple[float, float, float]:
        """Relative error of the slope; what its standard uncertainty has from the weighings, and from certificates.

        The certificates of one laboratory hang together, so their relative uncertainty is taken as common to all. What
        few weighings say of their own noise is widened to what it is worth among known ones (GUM, G.4).
        """
        off = [reading - mass for reading, mass in zip(readings, masses, strict=True)]
        noise = max(repeat, self.digit_g / math.sqrt(6.0))
        error = fit_curve(masses, off, u_y=noise, u_known=False, through_zero=True)
        common = max(u / m for u, m in zip(us, masses, strict=True) if m > 0.0 and m >= max(masses) / 2.0)
        own = widened(float(error.covariance[1][1]) ** 0.5, len(readings) - 1.0)
        return float(error.coefficients[1]), own, common

    def repeatability_g(self) -> float:
        """Standard deviation of one reading: that of a difference, over the root of two."""
        times = range(1, self.file.repeatability.times + 1)
        differences = [self._mean(f"repeat-{n}-loaded") - self._mean(f"repeat-{n}-empty") for n in times]
        return statistics.stdev(differences) / math.sqrt(2.0)

    def eccentricity_g(self) -> float:
        """Largest difference between the middle and a corner."""
        at = {place: self.point(f"corner-{place}", (self.file.eccentricity.weight,))[0] for place in POSITIONS}
        return max(abs(at[place] - at["centre"]) for place in POSITIONS)

    def refuse(self, slope: float, eccentricity: float, repeat: float) -> None:
        """Refuse what is worse than the file allows; every reason at once."""
        allowed, drift = self.file.refuse, self.results["drift"]
        drifted = max(0.0, abs(drift["mg_h"]) - 2.0 * drift["u_mg_h"])
        found = {
            "noise": MASS.quantity(repeat),
            "slope": RATIO.quantity(100.0 * abs(slope)),
            "eccentricity": MASS.quantity(eccentricity),
            "drift": MASS_RATE.quantity(drifted),
        }
        reasons = [
            f"{name}: expected at most {limit:~}, found {value.to(limit.units):.3g~}"
            for name, value in found.items()
            if value > (limit := getattr(allowed, name))
        ]
        if reasons:
            advice = "look for draught, level, warm-up and dirt; adjust the balance and begin anew"
            raise CalibrationError("; ".join([*reasons, advice]))

    def _mean(self, key: str) -> float:
        return float(self.results[key]["mean"])
