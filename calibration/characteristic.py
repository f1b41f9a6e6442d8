"""The one number of a calibration that is followed over the years: a slope error, an error of indication, a value.

>>> error = Characteristic.stated("pressure", "error", "50 kPa", "-0.1 kPa")
>>> error.label, error.read("upper", "100 Pa")
('error at 50 kPa', 0.1)

What it was in one calibration record, with its uncertainty, is in :mod:`calibration.result`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from calibration.errors import CalibrationError
from calibration.record_models import POINT_KINDS
from calibration.registry import unit_of
from calibration.units import RATIO, TEMPERATURE, TEMPERATURE_DIFFERENCE

if TYPE_CHECKING:
    from calibration.kind import Kind
    from calibration.units import Quantity

OF = Literal["slope error", "error", "value"]


@dataclass(frozen=True)
class Characteristic:
    """Which number of a calibration.

    Attributes:
        of: ``slope error`` of a balance, ``error`` (reading less reference), or ``value`` of the curve.
        kind: of the records.
        unit: in which the number is given, one of the spellings of its kind.
        at: the reading at which; None for a slope error.
        at_text: the same as a person says it.
    """

    of: OF
    kind: str
    unit: str
    at: Quantity | None = None
    at_text: str = ""

    @classmethod
    def stated(cls, kind: str, of: OF, at: str | None, example: str) -> Characteristic:
        """From what a file says; the unit is that of ``example``.

        Raises:
            CalibrationError: a quantity that records of this kind do not have, a place too many or too few.
            UnitError: a place or a value of the wrong kind.
        """
        if (of == "slope error") != (at is None):
            raise CalibrationError(
                f"at: an error or a value needs a place such as '50 g', a slope error none; found {at!r}"
            )
        place = None if at is None else _place(kind, at)
        _refuse_unknown(kind, of)
        width = _value_kind(kind, of)
        return cls(of, kind, spelling_of(width, width.parse("lower", example)), place, at or "")

    @property
    def label(self) -> str:
        """In words, e.g. ``error at 50 kPa``."""
        return self.of if self.at is None else f"{self.of} at {self.at_text}"

    @property
    def value_kind(self) -> Kind:
        """Of which kind the number is; an error of a temperature is a difference."""
        return _value_kind(self.kind, self.of)

    def read(self, name: str, text: str) -> float:
        """A value of this kind from text, in the unit of the characteristic.

        Raises:
            UnitError: no such value.
        """
        kind = self.value_kind
        return float(round(kind.parse(name, text).m_as(kind.spellings[self.unit]), 12))


def spelling_of(kind: Kind, value: Quantity) -> str:
    """How a file says the unit of a value."""
    return next(text for text, unit in kind.spellings.items() if unit_of(unit) == value.units)


def _value_kind(kind: str, of: OF) -> Kind:
    if of == "slope error":
        return RATIO
    reference = POINT_KINDS[kind][1]
    return TEMPERATURE_DIFFERENCE if reference is TEMPERATURE and of == "error" else reference


def _refuse_unknown(kind: str, of: OF) -> None:
    """Refuse a quantity that records of this kind do not have.

    Raises:
        CalibrationError: with what they have.
    """
    if kind not in POINT_KINDS or (of == "slope error" and kind != "balance"):
        raise CalibrationError(f"of: a record of kind {kind or 'unknown'!r} has no {of}")
    readings, reference = POINT_KINDS[kind]
    if of == "error" and reference not in readings:
        raise CalibrationError(f"of: a record of kind {kind!r} reads in another unit; say of = 'value'")


def _place(kind: str, text: str) -> Quantity:
    """The reading that a text says, of whichever kind readings of these records may be.

    Raises:
        UnitError: of none of them.
    """
    kinds = POINT_KINDS[kind][0] if kind in POINT_KINDS else ()
    said = [one for one in kinds if text.strip().endswith(tuple(one.spellings))]
    if not said:
        wanted = " or ".join(repr(one.example) for one in kinds) or "nothing"
        raise CalibrationError(f"at: expected a reading such as {wanted}, found {text!r}")
    return said[0].parse("at", text)
