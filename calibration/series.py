"""What the history of a unit comes as: columns of finite numbers, days or dates, uncertainties above zero.

>>> from datetime import date
>>> days("day", [date(2025, 1, 31), date(2025, 3, 1)]).tolist()
[739282.0, 739311.0]
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def column(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Finite numbers, one-dimensional, at least one; ``name`` is for the message.

    Raises:
        ImplausibleError: anything else.
    """
    found = np.asarray(values, np.float64)
    if found.ndim != 1 or not found.size or not np.isfinite(found).all():
        raise ImplausibleError(f"{name}: expected finite numbers in one column, found an array of shape {found.shape}")
    return found


def days(name: str, values: Any) -> NDArray[np.float64]:
    """Numbers of days as they are; dates as days since the first of January of year 1.

    Raises:
        ImplausibleError: what is neither.
    """
    listed = np.asarray(values)
    if listed.dtype.kind == "M":
        listed = listed.astype("datetime64[D]").astype(object)
    try:
        numbers = [one.toordinal() if isinstance(one, date) else float(one) for one in listed.ravel()]
    except (TypeError, ValueError):
        raise ImplausibleError(f"{name}: expected numbers of days, or dates, found {values!r}") from None
    return np.asarray(numbers, np.float64).reshape(listed.shape)


def uncertainties(name: str, u: ArrayLike, n: int) -> NDArray[np.float64]:
    """One standard uncertainty for each of ``n`` results, from one for all or from as many.

    Raises:
        ImplausibleError: another number of them, or one that is not above zero.
    """
    given = np.asarray(u, np.float64)
    if given.shape not in {(), (n,)} or not ((given > 0.0) & np.isfinite(given)).all():
        raise ImplausibleError(f"{name}: expected one number above zero, or {n} of them, found {given}")
    return np.broadcast_to(given, (n,)).copy()
