"""What one calibration record says of a characteristic: value, uncertainty, as found or as left.

    results_of(record, characteristic)      # one result; two where the instrument was adjusted in between

The value *as left* is that of the record's curve, or its slope error. *As found* it is the same with the deviations of
the points that were taken before anything was adjusted. Where all points are of one state, nothing was adjusted
between them, and the record gives one result of that state.

The uncertainty comes in two parts: what the certificates of the standards share from one calibration to the next, and
the calibration's own part, which alone can move one result against another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from calibration.curve_value import Curve
from calibration.errors import CalibrationError
from calibration.record_models import POINT_KINDS
from calibration.registry import unit_of
from calibration.units import RATIO, TEMPERATURE, registry

if TYPE_CHECKING:
    from datetime import date

    from calibration.characteristic import Characteristic
    from calibration.record import CalibrationRecord
    from calibration.record_parts import Points

State = Literal["as found", "as left", "stated"]


@dataclass(frozen=True)
class Result:
    """One value of a characteristic, in its unit.

    Attributes:
        number: of the record in its chain.
        day: on which the calibration was made.
        state: ``as found``, ``as left``, or ``stated`` where the record holds no points.
        value: the number.
        u: its standard uncertainty, all of it.
        u_common: the part that comes from the certificates of the standards.
    """

    number: int
    day: date
    state: State
    value: float
    u: float
    u_common: float


def results_of(record: CalibrationRecord, wanted: Characteristic) -> list[Result]:
    """The results of one record, in the order of time; none where it does not hold this characteristic.

    Raises:
        CalibrationError: the curve does not reach the place.
    """
    if wanted.of == "slope error":
        return _slopes(record)
    return _of_curve(record, wanted) if record.curve is not None and record.points is not None else []


def found_results(results: list[Result]) -> list[Result]:
    """Those that say how the instrument was found."""
    return [one for one in results if one.state == "as found"]


def _slopes(record: CalibrationRecord) -> list[Result]:
    balance = record.balance
    if balance is None or balance.slope_error is None:
        return []
    left = RATIO.magnitude("slope_error", balance.slope_error)
    u = RATIO.magnitude("sensitivity", balance.sensitivity)
    if (points := record.points) is None:
        return _results(record, left, None, u, 0.0)
    found = 100.0 * _slope_as_found(points) if _adjusted(points) else None
    return _results(record, left, found, u, 100.0 * _relative_u(points))


def _of_curve(record: CalibrationRecord, wanted: Characteristic) -> list[Result]:
    if record.curve is None or record.points is None or wanted.at is None:
        return []
    curve = Curve.from_table(record.curve.fit)
    x = _in_unit(record, wanted)
    try:
        y, u = curve.predict(x)
    except CalibrationError as error:
        raise CalibrationError(f"record {record.number}: {wanted.label}: {error}") from error
    common = replace(curve, covariance=curve.covariance_common).predict(x)[1] if curve.covariance_common else 0.0
    left = float(x * _same_unit(record) - y) if wanted.of == "error" else float(y)
    off = _deviation_as_found(record.points, curve, x) if _adjusted(record.points) else None
    found = None if off is None else left - off if wanted.of == "error" else left + off
    by = _factor(record.kind, record.curve.y_unit, wanted.unit)
    return _results(record, left * by, None if found is None else found * by, float(u) * by, float(common) * by)


def _results(record: CalibrationRecord, left: float, found: float | None, u: float, common: float) -> list[Result]:
    states = set() if record.points is None else set(record.points.state)
    state: State = "stated" if not states else "as found" if states == {"as found"} else "as left"
    number, day = record.number or 0, record.performed_on
    last = Result(number, day, state, left, u, min(common, u))
    return [last] if found is None else [Result(number, day, "as found", found, u, min(common, u)), last]


def _adjusted(points: Points) -> bool:
    return len(set(points.state)) == 2


def _as_found(points: Points) -> tuple[np.ndarray, np.ndarray]:
    """Readings and references before the adjustment."""
    chosen = np.array([state == "as found" for state in points.state])
    return np.asarray(points.reading)[chosen], np.asarray(points.reference)[chosen]


def _slope_as_found(points: Points) -> float:
    """Relative error of the slope, by least squares through zero."""
    reading, reference = _as_found(points)
    return float((reading - reference) @ reference / (reference @ reference)) if reference.any() else 0.0


def _deviation_as_found(points: Points, curve: Curve, x: float) -> float:
    """How far the reference stood from the curve as left, at a reading; between the points on straight lines."""
    reading, reference = _as_found(points)
    order = np.argsort(reading)
    off = reference - curve.predict(reading, extrapolate=True)[0]
    return float(np.interp(x, reading[order], off[order]))


def _relative_u(points: Points) -> float:
    """Relative standard uncertainty that the larger references share, as the procedure of a balance has it."""
    reference, u = np.abs(points.reference), np.asarray(points.u_reference)
    large = (reference > 0.0) & (reference >= reference.max() / 2.0)
    return float((u[large] / reference[large]).max()) if large.any() else 0.0


def _in_unit(record: CalibrationRecord, wanted: Characteristic) -> float:
    """The place of a characteristic in the unit of a record's readings."""
    unit = record.curve.x_unit if record.curve is not None else ""
    kinds = [kind for kind in POINT_KINDS[record.kind][0] if unit in kind.spellings]
    if wanted.at is None or not kinds or not wanted.at.is_compatible_with(kinds[0].unit):
        raise CalibrationError(f"record {record.number}: expected readings like {wanted.at_text}, found them in {unit}")
    return float(wanted.at.m_as(kinds[0].spellings[unit]))


def _same_unit(record: CalibrationRecord) -> float:
    """What turns a reading into the unit of the references, for records in which both are of one kind."""
    return _factor(record.kind, record.curve.x_unit, record.curve.y_unit) if record.curve is not None else math.nan


def _factor(kind: str, unit: str, wanted: str) -> float:
    spellings = POINT_KINDS[kind][1].spellings
    if POINT_KINDS[kind][1] is TEMPERATURE or unit == wanted:
        return 1.0
    return float(registry().Quantity(1.0, unit_of(spellings[unit])).m_as(unit_of(spellings[wanted])))
