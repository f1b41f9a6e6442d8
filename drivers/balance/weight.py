"""What a balance said, whatever its dialect: a value, its unit, and whether it may be used.

>>> Weight(53.15042, "g", stable=True, status="ok").grams
53.15042
>>> Weight(53150.42, "mg", stable=True, status="ok").grams
53.15042
"""

from __future__ import annotations

from typing import Final, NamedTuple

#: Units of a weight that can be put into grams.
GRAMS: Final = {"g": 1.0, "mg": 1e-3, "kg": 1e3, "ug": 1e-6}
_NAN: Final = float("nan")


class Weight(NamedTuple):
    """One weight answer; the value is NaN where the balance gave none.

    Attributes:
        value: as the balance wrote it, in ``unit``.
        unit: one of :data:`GRAMS`.
        stable: the balance called the value stable.
        status: ``ok``, ``overload``, ``underload`` or ``busy``.
    """

    value: float
    unit: str
    stable: bool
    status: str

    @property
    def grams(self) -> float:
        """The value in grams; where the unit is the gram, exactly what the balance wrote."""
        return self.value if self.unit == "g" else self.value * GRAMS[self.unit]


def no_weight(status: str) -> Weight:
    """An answer without a value: ``overload``, ``underload`` or ``busy``."""
    return Weight(_NAN, "g", stable=False, status=status)
