"""A kind of physical value: its dimension, its plausible range, and how a file may say it.

>>> level = Kind("level", "mm", 0.0, 100.0, {"mm": "mm", "cm": "cm"}, "12 mm")
>>> level.magnitude("level", level.parse("level", "1.5 cm"))
15.0
>>> level.parse("level", "12")
Traceback (most recent call last):
    ...
calibration.errors.BareNumberError: level: expected a level such as '12 mm', found '12' with no unit; say the unit

The kinds that Doseproof uses are in :mod:`calibration.units`, the registry in :mod:`calibration.registry`. No error of
pint leaves this module.
"""

from __future__ import annotations

import functools
import math
import numbers
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.errors import BareNumberError, DimensionError, ImplausibleError, UnitError
from calibration.plausible import all_within
from calibration.registry import Quantity, nature, registry, unit_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_NUMBER = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![0-9.,_])\s*(.*)\Z", re.DOTALL)
_NOT_FINITE = re.compile(r"\s*[+-]?(nan|inf|infinity)\b", re.IGNORECASE)
_LONGEST_TEXT = 100
_MICRO = str.maketrans({"\N{MICRO SIGN}": "u", "\N{GREEK SMALL LETTER MU}": "u"})


@dataclass(frozen=True)
class Kind:
    """A kind of physical value: what it measures, in what unit kernels want it, and what can be true.

    Attributes:
        name: for messages, e.g. ``flow rate``.
        unit: canonical unit, a pint expression; :meth:`magnitude` answers in it.
        low, high: plausible range in the canonical unit, both ends included.
        spellings: the closed list of what a file may say, each with its pint expression.
        example: a value as a file would say it.
        cancels: whether units may cancel in it, as in (ug/day)/(ug/mL); a frequency must not be ug/kg/min.
    """

    name: str
    unit: str
    low: float
    high: float
    spellings: Mapping[str, str] = field(compare=False)
    example: str
    cancels: bool = True

    def magnitude(self, argument: str, value: Quantity) -> float:
        """The number in the canonical unit.

        Args:
            argument: name of the argument, for the message.
            value: a scalar quantity of this kind.

        Raises:
            BareNumberError: no unit.
            DimensionError: another dimension.
            ImplausibleError: NaN, infinite, or out of the plausible range.
            UnitError: an array, or a magnitude that is no real number.
        """
        found = self._convert(argument, value)
        if found.ndim != 0:
            raise UnitError(f"{argument}: {self._wanted()}, found an array of shape {found.shape}")
        plain = float(found)
        if not self.low <= plain <= self.high:  # also false for NaN
            raise ImplausibleError(self._implausible(argument, plain, f" ({value!s})"))
        return plain

    def array(self, argument: str, value: Quantity, *, copy: bool = True) -> NDArray[np.float64]:
        """The numbers in the canonical unit, as a new float64 array, each one within the plausible range.

        Args:
            argument: name of the argument, for the message.
            value: a quantity of this kind with any shape; a scalar gives a 0-d array.
            copy: False for who only reads: float64 that has the unit already is then given as it is.

        Raises:
            UnitError: in its three branches, as for :meth:`magnitude`.
        """
        found = self.unchecked_array(argument, value, copy=copy)
        self.check(argument, found)
        return found

    def unchecked_array(self, argument: str, value: Quantity, *, copy: bool = True) -> NDArray[np.float64]:
        """:meth:`array` for a kernel that reads a long array once: it calls :meth:`check` of each part before using it.

        Args:
            argument, value, copy: as for :meth:`array`.

        Raises:
            BareNumberError, DimensionError, UnitError: as for :meth:`magnitude`.
        """
        return self._convert(argument, value, copy=copy)

    def check(self, argument: str, values: NDArray[np.float64], first: int = 0) -> None:
        """Refuse numbers in the canonical unit of which one is out of the plausible range.

        Args:
            argument: name of the argument, for the message.
            values: all of them, or a part of them.
            first: where in the whole the part begins, for the message.

        Raises:
            ImplausibleError: names the first bad one and its place.
        """
        if not all_within(values, self.low, self.high):
            bad = ~((values >= self.low) & (values <= self.high))
            where = int(np.flatnonzero(bad.ravel())[0])
            place = f"{argument}[{first + where}]" if values.ndim else argument
            raise ImplausibleError(self._implausible(place, float(values.ravel()[where])))

    def quantity(self, magnitude: Any) -> Quantity:
        """A quantity of this kind from a number or array in the canonical unit; nothing is checked."""
        return registry().Quantity(magnitude, unit_of(self.unit))

    def parse(self, argument: str, text: object) -> Quantity:
        """Read what a file says: a number, a space, and one of the spellings.

        Args:
            argument: name of the field, for the message.
            text: e.g. ``"0.15 mL/day"``.

        Returns:
            The quantity in the unit that the text said.

        Raises:
            BareNumberError: a number, or text without a unit.
            DimensionError: a unit that is not on the list of this kind.
            ImplausibleError: NaN, infinite, or out of the plausible range.
            UnitError: not a value at all.
        """
        number, spelling = self._split(argument, text)
        unit = self.spellings.get(spelling.translate(_MICRO))
        if unit is None:
            raise DimensionError(self._unlisted(argument, text, spelling))
        value = registry().Quantity(number, unit_of(unit))
        self.magnitude(argument, value)
        return value

    def format(self, value: Quantity, digits: int = 6) -> str:
        """The value in the canonical unit as a file would say it, e.g. ``6.25 uL/h``; :meth:`parse` reads it back.

        Args:
            value: a scalar quantity of this kind.
            digits: significant digits.

        Raises:
            UnitError: as for :meth:`magnitude`.
        """
        return f"{self.magnitude(self.name, value):.{digits}g} {_canonical_spelling(self)}"

    def _split(self, argument: str, text: object) -> tuple[float, str]:
        if isinstance(text, bool):
            raise UnitError(f"{argument}: {self._wanted()}, found {text}")
        if isinstance(text, numbers.Number):
            raise BareNumberError(f"{argument}: {self._wanted()}, found the bare number {_shown(text)}; say the unit")
        if isinstance(text, str) and _NOT_FINITE.match(text):
            raise ImplausibleError(f"{argument}: {self._wanted()}, found {_shown(text)}, which is not finite")
        match = _NUMBER.match(text) if isinstance(text, str) and len(text) <= _LONGEST_TEXT else None
        if match is None:
            raise UnitError(f"{argument}: {self._wanted()} (a number, a space, a unit), found {_shown(text)}")
        spelling = match[2].rstrip()
        if not spelling:
            raise BareNumberError(f"{argument}: {self._wanted()}, found {_shown(text)} with no unit; say the unit")
        return float(match[1]), spelling

    def _convert(self, argument: str, value: Quantity, *, copy: bool = True) -> NDArray[np.float64]:
        import pint

        if not isinstance(value, registry().Quantity):
            raise self._not_a_quantity(argument, value)
        if not self._accepts(value):
            raise DimensionError(
                f"{argument}: {self._wanted()}, found {_shown(value, str)}, which measures {_measures(value)}"
            )
        if not copy and type(value.magnitude) is np.ndarray and value.magnitude.dtype == np.float64:
            plain = value.magnitude
        else:
            plain = _float64(argument, value.magnitude)
        try:
            with np.errstate(all="ignore"):  # what overflows is infinite, and the range refuses that
                return np.asarray(registry().Quantity(plain, value.units).m_as(unit_of(self.unit)), dtype=np.float64)
        except pint.PintError as error:
            raise DimensionError(f"{argument}: {self._wanted()}, found {_shown(value, str)}: {error}") from error

    def _accepts(self, value: Quantity) -> bool:
        found, wanted = nature(value.units), nature(unit_of(self.unit))
        if found.root != wanted.root or found.logarithmic:
            return False
        if found.difference != wanted.difference and found.thermometer != wanted.thermometer:
            return False  # 5 K above the room is not 5 degC; kelvin itself may be either
        return self.cancels or found.dimensions <= wanted.dimensions

    def _not_a_quantity(self, argument: str, value: object) -> UnitError:
        if hasattr(value, "magnitude") and hasattr(value, "units"):
            return UnitError(
                f"{argument}: {self._wanted()}, found {_shown(value)} of another unit registry; "
                "make quantities with calibration.units.registry() or with a kind"
            )
        return BareNumberError(
            f"{argument}: {self._wanted()}, found the bare value {_shown(value)}; give a quantity with its unit"
        )

    def _implausible(self, argument: str, plain: float, said: str = "") -> str:
        if math.isnan(plain):
            return f"{argument}: {self._wanted()}, found NaN"
        return (
            f"{argument}: {self.name} must lie between {self.low:g} and {self.high:g} {self.unit}, "
            f"found {plain:g} {self.unit}{said}; check the unit and the prefix"
        )

    def _unlisted(self, argument: str, text: object, spelling: str) -> str:
        near = [known for known in self.spellings if known.casefold() == spelling.translate(_MICRO).casefold()]
        hint = f"did you mean {near[0]!r}?" if near else f"use one of: {', '.join(self.spellings)}"
        return f"{argument}: {self._wanted()}, found the unit {spelling!r} in {_shown(text)}; {hint}"

    def _wanted(self) -> str:
        article = "an" if self.name[0] in "aeiou" else "a"
        return f"expected {article} {self.name} such as '{self.example}'"


def _measures(value: Quantity) -> str:
    found = nature(value.units)
    if found.logarithmic:
        return "a logarithmic level"
    if found.thermometer or found.difference:
        return "a temperature" if found.thermometer else "a temperature difference"
    return str(registry().Unit(value.units).dimensionality) if found.root else "a plain number"


def _shown(value: object, how: Any = repr) -> str:
    """At most one line of a value that may be anything."""
    try:
        text = str(how(value))
    except (ValueError, TypeError):  # Python refuses to write very large integers
        text = f"a {type(value).__name__} too large to show"
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}..."


def _float64(argument: str, magnitude: Any) -> NDArray[np.float64]:
    """A copy in float64 of anything that is a real number, or many: int, float, Decimal, Fraction; never bool."""
    if np.ma.is_masked(magnitude):
        raise UnitError(f"{argument}: expected numbers, found masked ones; leave them out or replace them")
    plain = np.asarray(magnitude)
    if plain.dtype.kind not in "iufO" or not all(_is_real(one) for one in _objects(plain)):
        raise UnitError(f"{argument}: expected real numbers, found {_shown(magnitude)} ({plain.dtype})")
    try:
        return np.array(plain, dtype=np.float64)
    except OverflowError as error:
        raise ImplausibleError(f"{argument}: expected a number in range, found {_shown(magnitude)}") from error
    except (TypeError, ValueError) as error:
        raise UnitError(f"{argument}: expected real numbers, found {_shown(magnitude)}") from error


def _objects(values: NDArray[Any]) -> list[Any]:
    return list(values.ravel()) if values.dtype.kind == "O" else []


def _is_real(value: object) -> bool:
    return isinstance(value, numbers.Real | Decimal) and not isinstance(value, bool)


@functools.cache
def _canonical_spelling(kind: Kind) -> str:
    return next(text for text, unit in kind.spellings.items() if unit_of(unit) == unit_of(kind.unit))
