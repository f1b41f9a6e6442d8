"""Points and the curve through them, as tables of a record: the part that all kinds with a curve share.

    tables = curve_tables(Columns("count", "g"), readings, references, ...)

The degree is chosen by the rule of :mod:`calibration.curve_degree` up to the highest that the kind allows; a curve that
does not rise, or rises by no more than its uncertainty, or that is noisier than allowed, is refused with every reason.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from calibration.curve import fit_curve
from calibration.errors import CalibrationError

#: The rule for the degree needs this many different readings.
_FOR_A_RULE = 4
#: So often the rule speaks against an instrument that is a line: as rarely as a check weight gives a false alarm. A
#: bend that is not there makes the curve wrong at its ends, and a refusal costs the day.
RISK = 0.01
#: What is exact has no weight of its own; this keeps the arithmetic in order.
_LEAST_U = 1e-12
#: Coverage factor for 95 %.
_K = 2.0

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

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
        certified: the uncertainty of the references is that of certificates, which all points share; else each has its
            own.
    """

    reading_unit: str
    reference_unit: str
    certified: bool = True
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

    def after(self, first: int) -> Columns:
        """The same without the first points."""
        columns = ("reading", "u_reading", "reference", "u_reference", "direction")
        return replace(self, **{name: getattr(self, name)[first:] for name in columns})

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
    common: Sequence[Sequence[float]] = (),
    common_reading: float = 0.0,
    cov_reading: ArrayLike | None = None,
    cov_reference: ArrayLike | None = None,
    spread_reading: ArrayLike | None = None,
    through_zero: bool = False,
    degree: int | None = None,
    highest: int = 2,
    max_residual: float | None = None,
    rising: bool = True,
    u_known: bool = True,
) -> Curve:
    """Reference against reading.

    Args:
        columns: the points; what a certificate leaves uncertain enters through ``common``.
        common: errors that all points share, a row each: what one standard uncertainty does to each reference.
        common_reading: standard uncertainty of an error that all readings share.
        cov_reading: covariance of the readings where they hang together, such as by one zero; replaces ``u_reading``.
        cov_reference: the same for the references.
        spread_reading: covariance of the errors of the readings, where ``u_reading`` is only their size.
        through_zero: no reading means no value, by what a reading is.
        degree: where the instrument's own design states it; None lets the rule choose.
        highest: degree that the kind allows.
        max_residual: largest standard deviation of the residuals, in the unit of the reference.
        rising: demand a slope above zero all over the range.
        u_known: whether ``u_reading`` is right in size; otherwise the residuals say what it is.

    Raises:
        CalibrationError: points that carry no such curve; every reason at once.
    """
    rows = [row for row in common if any(row)]
    enough = len(set(columns.reading)) >= _FOR_A_RULE
    curve = fit_curve(
        columns.reading,
        columns.reference,
        [max(u, _LEAST_U) for u in columns.u_reading] if cov_reading is None else None,
        [_LEAST_U if columns.certified else max(u, _LEAST_U) for u in columns.u_reference]
        if cov_reference is None
        else None,
        degree=degree or ("auto" if enough else 1),
        alpha=RISK,
        through_zero=through_zero,
        common_x=common_reading or None,
        cov_x=cov_reading,
        cov_y=cov_reference,
        spread_x=spread_reading,
        common_y=rows or None,
        u_known=u_known,
        increasing=True if rising else None,
        max_residual_sd=max_residual,
    )
    if curve.degree > highest:
        raise CalibrationError(
            f"calibration curve refused: expected degree {highest} or less, found that the points need {curve.degree}; "
            "look for a point that is wrong, or calibrate a shorter range"
        )
    if rising and curve.degree == 1:
        _refuse_unclear_rise(curve)
    return curve


def _refuse_unclear_rise(curve: Curve) -> None:
    """Points that lie within their own noise have a slope by chance, which is above zero in half of the cases."""
    slope, expanded = float(curve.coefficients[-1]), _K * math.sqrt(float(curve.covariance[-1][-1]))
    if slope <= expanded:
        raise CalibrationError(
            f"calibration curve refused: expected a slope above zero by more than its U (k = {_K:g}), found "
            f"{slope:.4g} with U = {expanded:.2g} over readings of {curve.lowest:.6g} to {curve.highest:.6g}; take "
            "points that lie further apart"
        )
