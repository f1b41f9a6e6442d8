"""Spending functions: how much of the risk of a false pass may be spent by which part of the information, or time.

=====================  ======================================================  ==================================
name                   spent by the part t                                     character
=====================  ======================================================  ==================================
``obrien-fleming``     2 - 2 Phi(z / sqrt(t)), z = Phi^-1(1 - risk/2)           hardly anything early
``power``              risk t^2                                                between the two
``pocock``             risk ln(1 + (e - 1) t)                                   much of it early
=====================  ======================================================  ==================================

Lan and DeMets, Biometrika 70 (1983) 659; the power from Kim and DeMets, Biometrika 74 (1987) 149 [K]. All end at
``risk`` for t = 1. Of the time instead of the information: Lan and DeMets, Stat. Med. 8 (1989) 1191 [K].

>>> [round(float(x), 6) for x in spent("obrien-fleming", [0.5, 1.0], 0.025)]
[0.001525, 0.025]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from rig.verify.errors import RuleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Spending = Literal["obrien-fleming", "power", "pocock"]


def spent(name: Spending, part: ArrayLike, risk: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Risk that may be spent by each part of the information, or of the time.

    Args:
        name: of the spending function.
        part: from above 0 to 1, any shape.
        risk: spent at the end, between 0 and 1.

    Raises:
        RuleError: an unknown function, or numbers out of range.
    """
    t = np.asarray(part, np.float64)
    if name not in get_args(Spending):
        raise RuleError(f"spending: expected one of {', '.join(get_args(Spending))}, found {name!r}")
    if not (0.0 < risk < 1.0 and (t > 0.0).all() and (t <= 1.0 + 1e-12).all()):
        raise RuleError(f"spending: expected a risk between 0 and 1 and parts above 0 up to 1, found {risk}, {t}")
    if name == "power":
        return np.asarray(risk * np.minimum(t, 1.0) ** 2)
    if name == "pocock":
        return np.asarray(risk * np.log1p((np.e - 1.0) * np.minimum(t, 1.0)))
    from scipy.special import ndtr, ndtri

    return np.asarray(2.0 * ndtr(ndtri(0.5 * risk) / np.sqrt(np.minimum(t, 1.0))))
