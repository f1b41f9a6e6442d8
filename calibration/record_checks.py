"""What points, curve and properties of a record say of each other: a record that contradicts itself is none.

    for problem in contradictions(record.kind, record.points, record.curve, record.properties): ...
    for problem in too_coarse(capacity, {"resolution": resolution}): ...

A seal shows that nothing was changed after it, and nothing of what was sealed. So whoever reads a record compares: one
unit for points and curve, more points than the curve has free parameters, a range within the points, the residuals of
these points, a curve that rises (the volume of a pump's step need not), a unit behind each number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from calibration.curve import reasons_against
from calibration.units import MASS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from calibration.curve import Curve
    from calibration.curve_points import Array
    from calibration.record_parts import CurveTable, Points
    from calibration.units import Quantity

#: So far beyond its points a curve may reach, in parts of their span: what a procedure allows for.
_BEYOND: Final = 0.05
#: A curve that misses a point by more than this part of the largest reference is not the curve of these points.
_MISSES: Final = 0.1
#: Numbers were written to the last bit; another sequence of additions moves the last bits only.
_ROUNDING: Final = 1e-9
#: A scale has so many digits at least (OIML R 76-1:2006, table 3 [K]: the smallest number of its intervals).
_DIGITS: Final = 100
#: Of the kinds whose curve need not rise.
_ANY_SLOPE: Final = frozenset({"pump"})
#: Properties that are numbers without a unit by what they are.
_PLAIN: Final = frozenset({"probability"})
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
#: What a check says of an instrument that does not hold any more.
SHIFTED: Final = "shifted"
VERDICTS: Final = ("held", SHIFTED)


def contradictions(
    kind: str, points: Points | None, curve: CurveTable | None, properties: Mapping[str, str]
) -> list[str]:
    """What is wrong, a sentence each; empty where nothing is.

    Args:
        kind: of the record.
        points, curve, properties: its tables.
    """
    found = list(_properties(kind, properties))
    if points is None or curve is None:
        return found
    units, wanted = (curve.x_unit, curve.y_unit), (points.reading_unit, points.reference_unit)
    if units != wanted:
        return [*found, f"curve: expected the units of the points, {' and '.join(wanted)}, found {' and '.join(units)}"]
    return [*found, *_curve(kind, curve.curve(), points)]


def too_coarse(capacity: Quantity, parts: Mapping[str, Quantity | None]) -> list[str]:
    """What no balance of this capacity has, a sentence each; empty where nothing is: a wrong unit, as a rule.

    Args:
        capacity: largest load.
        parts: what its readings are good to, by name: a digit, a scatter, a deviation; None where it is not stated.
    """
    most_g = MASS.magnitude("capacity", capacity) / _DIGITS
    return [
        f"{name}: expected a hundredth of the capacity ({MASS.format(capacity)}) at most, found {MASS.format(part)}; "
        "check the unit"
        for name, part in parts.items()
        if part is not None and MASS.magnitude(name, part) > most_g
    ]


def _properties(kind: str, properties: Mapping[str, str]) -> Iterator[str]:
    for name, value in properties.items():
        if _NUMBER.fullmatch(value) and name not in _PLAIN:
            yield f"properties.{name}: expected a value with its unit, found {value!r}; say the unit"
    if kind == "balance-check" and properties.get("verdict") not in VERDICTS:
        yield f"properties.verdict: expected {' or '.join(VERDICTS)}, found {properties.get('verdict')!r}"


def _curve(kind: str, curve: Curve, points: Points) -> Iterator[str]:
    if len(points.reading) <= curve.free or curve.dof > len(points.reading) - curve.free:
        yield (
            f"points: expected more than {curve.free} for a curve of degree {curve.degree} and {curve.dof} degrees of "
            f"freedom, found {len(points.reading)}"
        )
    yield from _range(curve, points)
    yield from _residuals(curve, points)
    if kind not in _ANY_SLOPE:
        yield from reasons_against(curve, increasing=True)


def _range(curve: Curve, points: Points) -> Iterator[str]:
    readings = (*points.reading, 0.0) if curve.through_zero else points.reading
    low, high = min(readings), max(readings)
    more = _BEYOND * (high - low)
    if curve.lowest < low - more or curve.highest > high + more:
        yield (
            f"curve: expected a range within the points, {low:g} to {high:g} {points.reading_unit}, found "
            f"{curve.lowest:g} to {curve.highest:g}"
        )


def _residuals(curve: Curve, points: Points) -> Iterator[str]:
    reading, reference = np.asarray(points.reading), np.asarray(points.reference)
    off = reference - curve.predict(reading, extrapolate=True)[0]
    largest = float(np.abs(reference).max())
    if (worst := float(np.abs(off).max())) > _MISSES * largest:
        yield (
            f"curve: expected one through the points, found one that misses a point by {worst:g} "
            f"{points.reference_unit}, {100.0 * worst / largest if largest else float('inf'):.3g} % of the largest"
        )
    if not all(_is_of(x, residual, reading, off, _ROUNDING * largest) for x, residual in _stated(curve)):
        yield "curve: expected the residuals of these points, found others; the curve or a point was changed"


def _stated(curve: Curve) -> list[tuple[float, float]]:
    return list(zip(curve.x, curve.residuals, strict=True))


def _is_of(x: float, residual: float, reading: Array, off: Array, within: float) -> bool:
    """Whether some point was read there and is off by so much; a point may be left out, such as a zero."""
    return bool((np.abs(off[reading == x] - residual) <= within).any())
