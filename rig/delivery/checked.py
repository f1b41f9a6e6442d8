"""What must hold of readings before a delivery stands on them: one NaN would go into every level near it.

>>> check_readings(np.array([0.0, 10.0]), np.array([53.0, np.nan]))
Traceback (most recent call last):
    ...
rig.errors.EvidenceError: delivery: expected readings in g that are numbers, found nan at t = 10.0 s; leave that \
reading out
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.errors import EvidenceError

if TYPE_CHECKING:
    from rig.delivery.levels import Floats


def check_readings(time_s: Floats, reading_g: Floats) -> None:
    """Refuse readings that nothing can stand on; that times rise is asked where a metric needs it.

    Args:
        time_s: times of the readings [s], shape (n,).
        reading_g: what the balance said [g], shape (..., n).

    Raises:
        EvidenceError: no reading, shapes that do not fit, a time or a reading that is no number.
    """
    if time_s.ndim != 1 or not len(time_s):
        raise EvidenceError(f"delivery: expected a row of at least one reading, found shape {time_s.shape}")
    if reading_g.shape[-1:] != time_s.shape:
        raise EvidenceError(
            f"delivery: expected one reading for each of {len(time_s)} times, found shape {reading_g.shape}"
        )
    if not np.isfinite(time_s).all():
        raise EvidenceError(f"delivery: expected finite times, found {time_s[~np.isfinite(time_s)][0]}")
    known = np.isfinite(reading_g)
    if not known.all():
        at = tuple(np.argwhere(~known)[0])
        raise EvidenceError(
            f"delivery: expected readings in g that are numbers, found {reading_g[at]} at t = {time_s[at[-1]]:.1f} s; "
            "leave that reading out"
        )


def check_air(time_s: Floats, density_kg_m3: Floats, u_kg_m3: float) -> None:
    """Refuse an air density that is none.

    Raises:
        EvidenceError: shapes that do not fit, a number that is not finite, an uncertainty below zero.
    """
    if not len(time_s) or density_kg_m3.shape != time_s.shape:
        raise EvidenceError(
            f"air: expected a density for each time, found shapes {time_s.shape} and {density_kg_m3.shape}"
        )
    if not (np.isfinite(time_s).all() and np.isfinite(density_kg_m3).all() and 0.0 <= u_kg_m3 < np.inf):
        raise EvidenceError(
            "air: expected finite times and densities with an uncertainty from zero up, found densities from "
            f"{density_kg_m3.min():g} to {density_kg_m3.max():g} kg/m3 with u = {u_kg_m3:g} kg/m3"
        )
