"""The drug of a window in which the composition at the tip changes: a bridge or a priming bolus is on its way.

What has left the tip since the change follows the model of :mod:`rig.verify.mixing`; the window's drug is the
difference of two amounts, which share the levels, both concentrations and the line. First-order propagation (GUM
5.1.2) by central differences over all of them at once.

>>> import numpy as np
>>> line = (300.0, 0.0, 0.0, 0.0)
>>> value, u = drug_between((0.0, 300.0), np.zeros((3, 3)), old=(500.0, 5.0), new=(2000.0, 20.0), line=line)
>>> round(value, 6), round(u, 6)
(150.0, 1.5)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.errors import MetricError
from rig.verify.mixing import drug_ug

if TYPE_CHECKING:
    Floats = np.ndarray[Any, np.dtype[np.float64]]

#: Part of a value by which it is moved to see what follows.
_STEP = 1e-4


def drug_between(
    delivered_ul: tuple[float, float],
    covariance_ul2: Floats,
    *,
    old: tuple[float, float],
    new: tuple[float, float],
    line: tuple[float, float, float, float],
) -> tuple[float, float]:
    """Drug that left the tip between two delivered volumes, and its standard uncertainty [ug].

    Args:
        delivered_ul: since the change, at the beginning and at the end of the window; from zero up.
        covariance_ul2: of the levels at the change, the beginning and the end, shape (3, 3).
        old, new: concentrations before and after the change, with standard uncertainty [ug/mL]; the old one is zero
            where a line without drug is primed.
        line: dead and mixed volume, and their standard uncertainties [uL].

    Raises:
        MetricError: volumes below zero or in the wrong order, beyond the uncertainty.
    """
    begin, end = delivered_ul
    slack = 3.0 * math.sqrt(max(float(np.trace(covariance_ul2)), 0.0))
    if begin < -slack or end < begin - slack:
        raise MetricError(f"dose: expected volumes that rise from the change on, found {begin:g} uL and {end:g} uL")
    at = np.array([max(begin, 0.0), max(end, 0.0), old[0], new[0], line[0], line[1]])
    # the two volumes hang on three levels: begin = L1 - L0, end = L2 - L0
    of_levels = np.array([[-1.0, 1.0, 0.0], [-1.0, 0.0, 1.0]])
    spread = np.zeros((6, 6))
    spread[:2, :2] = of_levels @ covariance_ul2 @ of_levels.T
    spread[2:, 2:] = np.diag(np.square([old[1], new[1], line[2], line[3]]))
    slopes = np.array([_slope(at, i) for i in range(6)])
    return float(_amount(at)), math.sqrt(max(float(slopes @ spread @ slopes), 0.0))


def _amount(at: Floats) -> float:
    begin, end, old, new, dead, mixed = at
    return float(drug_ug(end, old, new, dead, mixed) - drug_ug(begin, old, new, dead, mixed))


def _slope(at: Floats, index: int) -> float:
    """Central where there is room on both sides; a mixed part stays within the dead volume, a volume above zero."""
    size = max(float(at[index]), float(at[4]) if index in {0, 1, 5} else 0.0)
    step = _STEP * (size or float(at[3]))  # primed: no drug was in the line, and what comes is the measure
    less, more = at.copy(), at.copy()
    less[index] = max(less[index] - step, 0.0)
    more[index] += step
    if index == 5:
        more[5] = min(more[5], at[4])
    if index == 4:
        less[4] = max(less[4], at[5])
    return (_amount(more) - _amount(less)) / float(more[index] - less[index])
