"""Units at every door: one pint registry, and kinds with a dimension *and* a plausible range.

A public function takes quantities and asks the kind for the number it needs::

    from calibration.units import FLOW, VOLUME

    def fill_time_h(volume, rate):
        return VOLUME.magnitude("volume", volume) / FLOW.magnitude("rate", rate)   # uL / (uL/h)

Three different things can be wrong, and each has its own error: a bare number
(:class:`~calibration.errors.BareNumberError`), a unit of the wrong dimension
(:class:`~calibration.errors.DimensionError`) and a magnitude that cannot be
(:class:`~calibration.errors.ImplausibleError`: 10 hPa of air pressure is a good unit in the wrong room).

**Drug amount is a base dimension of its own**, so 5 µg of baclofen never become 5 µg of water. In a file,
``ug`` in a drug field means drug: text is read by the kind, from a closed list of spellings, because the
registry's own parser takes ``Mg`` for megagrams and ``U`` for enzyme units.

>>> DOSE_RATE.parse("dose", "300 ug/day") / CONCENTRATION.parse("concentration", "2000 ug/mL")
<Quantity(0.15, 'milliliter / day')>
>>> round(FLOW.magnitude("rate", FLOW.parse("rate", "0.15 mL/day")), 9)
6.25

Array kernels inside take float64 arrays and carry the unit in their names (``volume_ul``, ``time_s``).
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.errors import BareNumberError, DimensionError, ImplausibleError, UnitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pint

    #: A physical value: magnitude (number or float64 array) and unit.
    Quantity = pint.Quantity[Any]
else:
    Quantity = Any

_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*\Z", re.DOTALL)


@functools.cache
def registry() -> pint.UnitRegistry[Any]:
    """The one registry of the process, built at first use (0.2 s)."""
    import pint

    made: pint.UnitRegistry[Any] = pint.UnitRegistry(autoconvert_offset_to_baseunit=False)
    made.define("drug_gram = [drug_amount] = g_drug")
    made.formatter.default_format = "~P"
    return made


@dataclass(frozen=True)
class Kind:
    """A kind of physical value: what it measures, in what unit kernels want it, and what can be true.

    Attributes:
        name: for messages, e.g. ``flow rate``.
        unit: canonical unit, a pint expression; :meth:`magnitude` answers in it.
        low, high: plausible range in the canonical unit, both ends included.
        spellings: the closed list of what a file may say, each with its pint expression.
        example: a value as a file would say it.
    """

    name: str
    unit: str
    low: float
    high: float
    spellings: Mapping[str, str] = field(repr=False, compare=False)
    example: str

    def magnitude(self, argument: str, value: Quantity) -> float:
        """The number in the canonical unit.

        Args:
            argument: name of the argument, for the message.
            value: a scalar quantity of this kind.

        Raises:
            BareNumberError: no unit.
            DimensionError: another dimension.
            ImplausibleError: NaN, infinite, or out of the plausible range.
        """
        number = self._convert(argument, value)
        if np.ndim(number) != 0:
            raise UnitError(
                f"{argument}: expected one {self.name} such as '{self.example}', "
                f"found an array of shape {np.shape(number)}"
            )
        plain = float(number)
        if not self.low <= plain <= self.high:  # also false for NaN
            raise ImplausibleError(self._implausible(argument, plain, value))
        return plain

    def array(self, argument: str, value: Quantity) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The numbers in the canonical unit, as float64, each one within the plausible range.

        Args:
            argument: name of the argument, for the message.
            value: a quantity of this kind with any shape; a scalar gives a 0-d array.

        Raises:
            BareNumberError, DimensionError, ImplausibleError: as for :meth:`magnitude`.
        """
        numbers = np.asarray(self._convert(argument, value), dtype=np.float64)
        good = (numbers >= self.low) & (numbers <= self.high)
        if not good.all():
            where = np.flatnonzero(~good.ravel())
            first = float(numbers.ravel()[where[0]])
            place = f"{argument}[{where[0]}]" if numbers.ndim else argument
            raise ImplausibleError(self._implausible(place, first, first))
        return numbers

    def quantity(self, magnitude: Any) -> Quantity:
        """A quantity of this kind from a number or array in the canonical unit."""
        return registry().Quantity(magnitude, self.unit)

    def parse(self, argument: str, text: object) -> Quantity:
        """Read what a file says: a number, a space, and one of the spellings.

        Args:
            argument: name of the field, for the message.
            text: e.g. ``"0.15 mL/day"``.

        Raises:
            BareNumberError: a number, or text without a unit.
            DimensionError: a unit that is not on the list of this kind.
            ImplausibleError: out of the plausible range.
            UnitError: not a value at all.
        """
        if isinstance(text, int | float) and not isinstance(text, bool):
            raise BareNumberError(f"{argument}: {self._wanted()}, found the bare number {text!r}; say the unit")
        match = _NUMBER.match(text) if isinstance(text, str) else None
        if match is None:
            raise UnitError(f"{argument}: {self._wanted()}, found {text!r}")
        number, spelling = match.groups()
        if not spelling:
            raise BareNumberError(f"{argument}: {self._wanted()}, found {text!r} with no unit; say the unit")
        unit = self.spellings.get(spelling.replace("\N{MICRO SIGN}", "u").replace("\N{GREEK SMALL LETTER MU}", "u"))
        if unit is None:
            listed = ", ".join(self.spellings)
            raise DimensionError(
                f"{argument}: {self._wanted()}, found the unit {spelling!r} in {text!r}; use one of: {listed}"
            )
        value = registry().Quantity(float(number), unit)
        self.magnitude(argument, value)
        return value

    def format(self, value: Quantity, digits: int = 6) -> str:
        """The value in the canonical unit as a file would say it, e.g. ``6.25 uL/h``."""
        spelling = next(text for text, unit in self.spellings.items() if _same_unit(unit, self.unit))
        return f"{self.magnitude(self.name, value):.{digits}g} {spelling}"

    def _convert(self, argument: str, value: Quantity) -> Any:
        dimensionality = getattr(value, "dimensionality", None)
        if dimensionality is None or isinstance(value, str):
            raise BareNumberError(
                f"{argument}: {self._wanted()}, found the bare value {value!r}; give a quantity with its unit"
            )
        if not value.check(registry().Unit(self.unit).dimensionality):
            raise DimensionError(f"{argument}: {self._wanted()}, found {value!s} which measures {dimensionality}")
        if _is_difference(self.unit) != _is_difference(value.units) and _is_offset(self.unit) != _is_offset(
            value.units
        ):
            raise DimensionError(
                f"{argument}: {self._wanted()}, found {value!s}; "
                "a temperature and a temperature difference are not the same"
            )
        return value.m_as(self.unit)

    def _implausible(self, argument: str, plain: float, value: object) -> str:
        if math.isnan(plain):
            return f"{argument}: {self._wanted()}, found NaN"
        return (
            f"{argument}: {self.name} must lie between {self.low:g} and {self.high:g} {self.unit}, "
            f"found {plain:g} {self.unit} ({value!s}); check the unit and the prefix"
        )

    def _wanted(self) -> str:
        return f"expected a {self.name} such as '{self.example}'"


def _is_difference(unit: object) -> bool:
    return "delta_" in str(registry().Unit(unit)) if isinstance(unit, str) else "delta_" in f"{unit:C}"


def _is_offset(unit: object) -> bool:
    name = unit if isinstance(unit, str) else f"{unit:C}"
    return name in {"degC", "degree_Celsius", "\N{DEGREE SIGN}C", "degF", "degree_Fahrenheit"}


def _same_unit(one: str, other: str) -> bool:
    units = registry()
    return bool(units.Unit(one) == units.Unit(other))


def _ratios(tops: Mapping[str, str], bottoms: Mapping[str, str]) -> dict[str, str]:
    """Spellings of a ratio from the spellings of its two sides."""
    return {f"{top}/{bottom}": f"({a})/({b})" for top, a in tops.items() for bottom, b in bottoms.items()}


_TIMES = {"ms": "ms", "s": "s", "min": "min", "h": "hour", "day": "day", "days": "day"}
_PER = {"h": "hour", "day": "day", "min": "min", "s": "s"}
_VOLUMES = {"nL": "nL", "uL": "uL", "mL": "mL", "L": "L"}
_MASSES = {"ug": "ug", "mg": "mg", "g": "g", "kg": "kg"}
_DRUGS = {"ng": "ng_drug", "ug": "ug_drug", "mcg": "ug_drug", "mg": "mg_drug"}
_LENGTHS = {"um": "um", "mm": "mm", "cm": "cm", "m": "m"}

TIME = Kind("duration", "s", 0.0, 3.2e9, _TIMES, "24 h")
VOLUME = Kind("volume", "uL", -1e7, 1e7, _VOLUMES, "250 uL")
FLOW = Kind("flow rate", "uL/hour", -1e7, 1e7, _ratios(_VOLUMES, _PER), "0.15 mL/day")
MASS = Kind("mass", "g", -1e4, 1e4, _MASSES, "53.15 g")
MASS_RATE = Kind("mass rate", "mg/hour", -1e5, 1e5, _ratios(_MASSES, _PER), "0.02 mg/h")
DENSITY = Kind("density", "kg/m**3", 0.5, 25000.0, {"kg/m3": "kg/m**3", "g/mL": "g/mL"}, "998.2 kg/m3")
DENSITY_UNCERTAINTY = Kind(
    "density uncertainty", "kg/m**3", 0.0, 1000.0, {"kg/m3": "kg/m**3", "g/mL": "g/mL"}, "0.05 kg/m3"
)
SPECIFIC_VOLUME = Kind("volume per mass", "uL/mg", 0.01, 2000.0, {"uL/mg": "uL/mg", "mL/g": "mL/g"}, "1.0029 uL/mg")
EXPANSION = Kind("expansion coefficient", "1/delta_degC", -0.01, 0.01, {"1/K": "1/delta_degC"}, "2.6e-4 1/K")
DENSITY_DIFFERENCE = Kind(
    "density difference", "kg/m**3", -1000.0, 1000.0, {"kg/m3": "kg/m**3", "g/mL": "g/mL"}, "0.02 kg/m3"
)
DRUG_AMOUNT = Kind("drug amount", "ug_drug", 0.0, 1e6, _DRUGS, "50 ug")
DOSE_RATE = Kind("dose rate", "ug_drug/day", 0.0, 1e5, _ratios(_DRUGS, _PER), "300 ug/day")
CONCENTRATION = Kind("drug concentration", "ug_drug/mL", 1.0, 1e5, _ratios(_DRUGS, {"mL": "mL"}), "2000 ug/mL")
PRESSURE = Kind(
    "gauge pressure", "kPa", -101.325, 1000.0,
    {"Pa": "Pa", "hPa": "hPa", "kPa": "kPa", "mbar": "mbar", "mmHg": "mmHg"}, "13.3 kPa",
)  # fmt: skip
AIR_PRESSURE = Kind(
    "air pressure", "hPa", 500.0, 1150.0,
    {"hPa": "hPa", "kPa": "kPa", "Pa": "Pa", "mbar": "mbar", "mmHg": "mmHg"}, "1013.25 hPa",
)  # fmt: skip
AIR_PRESSURE_DIFFERENCE = Kind(
    "air pressure difference", "hPa", -650.0, 650.0,
    {"hPa": "hPa", "kPa": "kPa", "Pa": "Pa", "mbar": "mbar", "mmHg": "mmHg"}, "0.2 hPa",
)  # fmt: skip
TEMPERATURE = Kind("temperature", "degC", -20.0, 100.0, {"degC": "degC", "\N{DEGREE SIGN}C": "degC"}, "22 degC")
TEMPERATURE_DIFFERENCE = Kind("temperature difference", "delta_degC", -120.0, 120.0, {"K": "delta_degC"}, "0.5 K")
AREA = Kind("area", "mm**2", 0.0, 1e6, {"mm2": "mm**2", "cm2": "cm**2"}, "2.01 mm2")
HUMIDITY = Kind("relative humidity", "percent", 0.0, 100.0, {"%": "percent", "%RH": "percent"}, "45 %")
RATIO = Kind("ratio", "percent", -1e4, 1e4, {"%": "percent", "ppm": "ppm"}, "14.5 %")
VOLTAGE = Kind("voltage", "V", -1000.0, 1000.0, {"uV": "uV", "mV": "mV", "V": "V"}, "3.0 V")
LENGTH = Kind("length", "mm", 0.0, 1e4, _LENGTHS, "1.6 mm")
COMPLIANCE = Kind("compliance", "uL/kPa", 0.0, 1e4, {"uL/kPa": "uL/kPa", "mL/kPa": "mL/kPa"}, "0.5 uL/kPa")

#: Every kind by its constant's name, for tables and schemas.
KINDS: Mapping[str, Kind] = {name: value for name, value in list(globals().items()) if isinstance(value, Kind)}
