"""The one error tree of Doseproof, and the branches that belong to this layer.

Every error that Doseproof raises on purpose is a :class:`DoseproofError`, with one branch for each
culprit, so that a caller can tell a wrong file from a broken bench from a wrong number. A message says
what was expected, what was found, where, and what to do about it.

>>> issubclass(UnitError, DoseproofError)
True
"""

from __future__ import annotations


class DoseproofError(Exception):
    """The root: anything that Doseproof refuses, reports or cannot do."""


class UnitError(DoseproofError, ValueError):
    """A physical value that cannot be used as the kind of quantity asked for."""


class BareNumberError(UnitError):
    """A number came without a unit."""


class DimensionError(UnitError):
    """The unit measures something else (a mass where a volume is wanted, milligrams of water for drug)."""


class ImplausibleError(UnitError):
    """The unit is right and the magnitude cannot be: 10 hPa of air pressure, 5 kg on a microbalance, NaN."""


class CalibrationError(DoseproofError):
    """A calibration record that is missing, out of date, out of range, or for another instrument."""
