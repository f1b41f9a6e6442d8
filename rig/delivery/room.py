"""The room of a run: what its air weighed and took up, and how warm it was; as measured by the bench, or declared.

    air = air_of(evidence, time_s)
    drying = drying_of(evidence, legs_s)
    temperature_c(evidence, begin_s, end_s)

Readings are corrected by the calibration record of the sensors.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.air_correction import corrected_air
from calibration.air_density import air_density_kg_m3
from calibration.units import AIR_PRESSURE, HUMIDITY, RATIO, TEMPERATURE, TEMPERATURE_DIFFERENCE
from rig.bench_tables import DeclaredEnvironment
from rig.delivery.collected import Air
from rig.delivery.drying import Drying, saturation_deficit_pa
from rig.delivery.readings import air_readings
from rig.errors import EvidenceError
from rig.evaluation import WITH_AIR, revision_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.record_models import EnvironmentCalibration
    from rig.delivery.from_record import Evidence

    Floats = np.ndarray[Any, np.dtype[np.float64]]


#: A reading of the air speaks for so long before and after [s], and for so many of its usual intervals.
SPEAKS_S: Final = 600.0
INTERVALS: Final = 3.0
#: In longer than that the pressure of a front changes by more than the sensors are uncertain by [K] [s].
LONGEST_S: Final = 3600.0


def air_of(evidence: Evidence, time_s: Floats) -> Air:
    """Air density during the run, by CIPM-2007 [kg/m3].

    The uncertainty is taken as independent from one instant to another, though an offset of a sensor is common
    to both and would cancel: the cautious side.

    Args:
        evidence: of the run.
        time_s: of the readings of the balance; air that is declared holds from the first on.

    Raises:
        EvidenceError: no readings of the air, or no calibration record of its sensors.
    """
    declared = evidence.bench.environment
    if isinstance(declared, DeclaredEnvironment):
        return _declared_air(declared, time_s)
    calibration, at_s, (t, p, h) = _measured(evidence)
    u = _u_air(
        float(t.mean()),
        float(p.mean()),
        float(h.mean()),
        TEMPERATURE_DIFFERENCE.magnitude("u_temperature", calibration.u_temperature),
        float(calibration.u_pressure.m_as("hPa")),
        HUMIDITY.magnitude("u_humidity", calibration.u_humidity),
    )
    reach_s = math.inf if revision_of(evidence.record.start) < WITH_AIR else _reach_s(at_s)
    return Air(at_s, air_density_kg_m3(t, p, h), u, "measured", reach_s)


def _reach_s(at_s: Floats) -> float:
    """How far a reading of the air speaks: three usual intervals, ten minutes at least and an hour at most [s]."""
    usual_s = float(np.median(np.diff(at_s))) if len(at_s) > 1 else 0.0
    return min(max(SPEAKS_S, INTERVALS * usual_s), LONGEST_S)


def drying_of(evidence: Evidence, legs_s: Sequence[tuple[float, float]]) -> Drying:
    """How far the drying power of the air strayed from that of the evaporation legs.

    Args:
        evidence: of the run.
        legs_s: when the legs were read [s]; air that is declared strays by its half widths from the first to the last.

    Raises:
        EvidenceError: as :func:`air_of`.
    """
    declared = evidence.bench.environment
    if isinstance(declared, DeclaredEnvironment):
        return Drying.declared(_declared_stray(declared), legs_s[0][0], legs_s[-1][1])
    _, at_s, (t, _, h) = _measured(evidence)
    return Drying.seen(at_s, saturation_deficit_pa(t, h), legs_s)


def _declared_stray(declared: DeclaredEnvironment) -> float:
    """Half width of the saturation deficit, relative: that of temperature and that of humidity, as independent."""
    t, h = TEMPERATURE.magnitude("temperature", declared.temperature), HUMIDITY.magnitude("humidity", declared.humidity)
    more_t = TEMPERATURE_DIFFERENCE.magnitude("temperature_half_width", declared.temperature_half_width)
    more_h = RATIO.magnitude("humidity_half_width", declared.humidity_half_width)
    usual = float(saturation_deficit_pa(t, h))
    if usual <= 0.0:
        return 1.0
    warmer, dryer = saturation_deficit_pa(t + more_t, h), saturation_deficit_pa(t, h - more_h)
    return float(np.hypot(warmer - usual, dryer - usual)) / usual


def temperature_c(evidence: Evidence, begin_s: float, end_s: float) -> float:
    """Mean temperature of the air between two instants, or of the whole run where nothing was read between them [degC].

    Raises:
        EvidenceError: as :func:`air_of`.
    """
    declared = evidence.bench.environment
    if isinstance(declared, DeclaredEnvironment):
        return TEMPERATURE.magnitude("temperature", declared.temperature)
    _, at_s, (t, _, _) = _measured(evidence)
    during = (at_s >= begin_s) & (at_s <= end_s)
    return float(np.mean(t[during] if during.any() else t))


def _measured(evidence: Evidence) -> tuple[EnvironmentCalibration, Floats, tuple[Floats, Floats, Floats]]:
    """Temperature, pressure and humidity, corrected."""
    at_s, shown = air_readings(evidence.record)
    calibration = evidence.calibrations["environment"].environment
    if calibration is None or not len(at_s):
        raise EvidenceError("expected readings of the air and the calibration record of its sensors, found none")
    return calibration, at_s, corrected_air(calibration, *shown)


def _declared_air(declared: DeclaredEnvironment, time_s: Floats) -> Air:
    t = TEMPERATURE.magnitude("temperature", declared.temperature)
    p = AIR_PRESSURE.magnitude("pressure", declared.pressure)
    h = HUMIDITY.magnitude("humidity", declared.humidity)
    rectangular = np.sqrt(3.0)
    u = _u_air(
        t,
        p,
        h,
        TEMPERATURE_DIFFERENCE.magnitude("temperature_half_width", declared.temperature_half_width) / rectangular,
        float(declared.pressure_half_width.m_as("hPa")) / rectangular,
        RATIO.magnitude("humidity_half_width", declared.humidity_half_width) / rectangular,
    )
    return Air(time_s[:1], np.atleast_1d(air_density_kg_m3(t, p, h)), u, "declared")


def _u_air(t: float, p: float, h: float, u_t: float, u_p: float, u_h: float) -> float:
    """Standard uncertainty of CIPM-2007 air density from those of its inputs, by central differences [kg/m3]."""
    parts = [
        (air_density_kg_m3(t + dt, p + dp, h + dh) - air_density_kg_m3(t - dt, p - dp, h - dh)) / 2
        for dt, dp, dh in ((u_t, 0.0, 0.0), (0.0, u_p, 0.0), (0.0, 0.0, u_h))
    ]
    return float(np.sqrt(np.square(parts).sum()))
