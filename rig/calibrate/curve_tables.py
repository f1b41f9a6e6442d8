"""Points and the curve through them, as tables of a record: the part that all kinds with a curve share.

    tables = curve_tables(Columns("count", "g"), readings, references, ...)

The degree is chosen by the rule of :mod:`calibration.curve_degree` up to the highest that the kind allows; a curve that
does not rise, or that is noisier than allowed, is refused with every reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from calibration.curve import fit_curve
from calibration.errors import CalibrationError

#: The rule for the degree needs this many different readings.
_FOR_A_RULE = 4
#: A standard that is exact (an empty pan) has no weight of its own; this keeps the arithmetic in order.
_LEAST_U = 1e-12

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.curve import Curve


#: A value and its standard uncertainty.
Measured = tuple[float, float]


@dataclass
class Columns:
    """The points of a calibration, filled one by one.

    Attributes:
        reading_unit, reference_unit: of the two columns.
        reading, u_reading: what the instrument said, and the standard uncertainty of that mean.
        reference, u_reference: the value of the standard, and its standard uncertainty.
        direction: up or down; empty where it does not matter.
    """

    reading_unit: str
    reference_unit: str
    reading: list[float] = field(default_factory=list)
    u_reading: list[float] = field(default_factory=list)
    reference: list[float] = field(default_factory=list)
    u_reference: list[float] = field(default_factory=list)
    direction: list[Literal["up", "down"]] = field(default_factory=list)

    def add(self, reading: Measured, reference: Measured, direction: Literal["up", "down"] | None = None) -> None:
        """One point: each a value and its standard uncertainty."""
        self.reading.append(reading[0])
        self.u_reading.append(reading[1])
        self.reference.append(reference[0])
        self.u_reference.append(reference[1])
        if direction is not None:
            self.direction.append(direction)

    def tables(self, curve: Curve, state: str) -> dict[str, Any]:
        """``[points]`` and ``[curve]``."""
        return {
            "points": {
                "reading_unit": self.reading_unit,
                "reference_unit": self.reference_unit,
                "reading": self.reading,
                "reference": self.reference,
                "u_reference": self.u_reference,
                "state": [state] * len(self.reading),
                "direction": self.direction or None,
            },
            "curve": {"x_unit": self.reading_unit, "y_unit": self.reference_unit, "fit": curve.as_table()},
        }


def curve_through(
    columns: Columns,
    *,
    common: Sequence[float] | None = None,
    highest: int = 2,
    max_residual: float | None = None,
    rising: bool = True,
) -> Curve:
    """Reference against reading, errors in both.

    Args:
        columns: the points.
        common: what one standard uncertainty of an error that all points share does to each reference (a scale, say).
        highest: degree that the kind allows.
        max_residual: largest standard deviation of the residuals, in the unit of the reference.
        rising: demand a slope above zero all over the range.

    Raises:
        CalibrationError: points that carry no such curve; every reason at once.
    """
    curve = fit_curve(
        columns.reading,
        columns.reference,
        columns.u_reading,
        [max(u, _LEAST_U) for u in columns.u_reference],
        degree="auto" if len(set(columns.reading)) >= _FOR_A_RULE else 1,
        common_y=common,
        increasing=True if rising else None,
        max_residual_sd=max_residual,
    )
    if curve.degree > highest:
        raise CalibrationError(
            f"calibration curve refused: expected degree {highest} or less, found that the points need {curve.degree}; "
            "look for a point that is wrong, or calibrate a shorter range"
        )
    return curve
