"""The one pint registry of the process, and what a unit is by nature.

>>> registry().Quantity(5.0, "ug_drug").dimensionality
<UnitsContainer({'[drug_amount]': 1})>

pint alone would take revolutions for hertz, decibels for ratios, and micrograms per kilogram per minute for a
frequency, because angles and cancelled units have no dimension. :func:`nature` keeps them apart.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pint

    #: A physical value: magnitude (number or float64 array) and unit.
    Quantity = pint.Quantity[Any]
else:
    Quantity = Any

_THERMOMETERS = frozenset({"degree_Celsius", "degree_Fahrenheit", "degree_Reaumur"})
#: Beside decibels and those that refer to a power, whose names all begin so.
_LOGARITHMIC = frozenset({"neper", "octave", "decade"})


@functools.cache
def registry() -> pint.UnitRegistry[Any]:
    """The one registry of the process, built at first use (0.2 s).

    Drug amount (``drug_gram``, symbol ``g_drug``) is a base dimension of its own.
    """
    import pint

    made: pint.UnitRegistry[Any] = pint.UnitRegistry(autoconvert_offset_to_baseunit=False)
    made.define("drug_gram = [drug_amount] = g_drug")
    made.formatter.default_format = "~P"
    return made


@functools.lru_cache(maxsize=1024)
def unit_of(expression: str) -> pint.Unit:
    """The unit that a pint expression names, parsed once: pint tries every prefix again each time (0.1 ms).

    Args:
        expression: such as ``uL/hour``, from our own lists; a file's words are looked up in them first.
    """
    return registry().Unit(expression)


@dataclass(frozen=True)
class Nature:
    """What a unit is.

    Attributes:
        root: root units and exponents; angles and counts are among them, percent and ppm are not.
        dimensions: every dimension that any part of the unit has, also those that cancel.
        thermometer: a scale with an offset, such as degC.
        difference: a difference on such a scale.
        logarithmic: decibels and the like.
    """

    root: frozenset[tuple[str, float]]
    dimensions: frozenset[str]
    thermometer: bool
    difference: bool
    logarithmic: bool


@functools.lru_cache(maxsize=1024)
def nature(unit: pint.Unit) -> Nature:
    """What a unit of :func:`registry` is."""
    units = registry()
    parts = _parts(unit)
    root = _parts(units.get_root_units(unit)[1])
    return Nature(
        root=frozenset((name, float(exponent)) for name, exponent in root.items()),
        dimensions=frozenset(str(d) for name in parts for d in units.get_dimensionality(name)),
        thermometer=not _THERMOMETERS.isdisjoint(parts),
        difference=any(name.startswith("delta_") for name in parts),
        logarithmic=any(name.startswith("decibel") for name in parts) or not _LOGARITHMIC.isdisjoint(parts),
    )


def _parts(unit: pint.Unit) -> dict[str, Any]:
    return {str(name): exponent for name, exponent in registry().Quantity(1.0, unit).unit_items()}
