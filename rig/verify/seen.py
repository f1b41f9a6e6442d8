"""What witnesses along the flow saw pass in one interval, and the covariance of it from parts that some of them share.

>>> parts = [{"density": 0.5}, {}, {"density": 0.5, "evaporation": 0.4}]
>>> covariance_ul2(parts, [1.0, 0.8, 0.3]).round(2).tolist()
[[1.25, 0.0, 0.25], [0.0, 0.64, 0.0], [0.25, 0.0, 0.5]]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    Floats = np.ndarray[Any, np.dtype[np.float64]]

RESERVOIR: Final = "reservoir"
OUTLET: Final = "pump outlet"
TIP: Final = "tip"
#: Along the flow.
NODES: Final = (RESERVOIR, OUTLET, TIP)
ALPHA: Final = 0.001


@dataclass(frozen=True, eq=False)
class Seen:
    """What each witness saw in one interval.

    Attributes:
        names: of the witnesses.
        nodes: where each looks, of ``NODES``.
        volume_ul: that passed, shape (n,).
    """

    names: tuple[str, ...]
    nodes: tuple[str, ...]
    volume_ul: Floats


def covariance_ul2(
    parts: Sequence[Mapping[str, float]], noise_ul: ArrayLike, nu: ArrayLike | None = None, alpha: float = ALPHA
) -> Floats:
    """Covariance of what the witnesses saw, from parts that some of them share.

    Args:
        parts: for each witness the standard uncertainties by name [uL], with sign; a name that two have is shared.
        noise_ul: of each alone, shape (n,).
        nu: degrees of freedom of each; few of them widen it, so that alpha holds.
        alpha: of the test that it is for.
    """
    from scipy.stats import norm, t

    noise = np.asarray(noise_ul, np.float64)
    found = np.diag(noise**2)
    for name in sorted({name for part in parts for name in part}):  # in one order: the last digit hangs on it
        row = np.array([part.get(name, 0.0) for part in parts])
        found += np.outer(row, row)
    if nu is None:
        return found
    freedom = np.minimum(np.asarray(nu, np.float64), 1e9)
    wider = t.ppf(1.0 - alpha / 2.0, freedom) / norm.ppf(1.0 - alpha / 2.0)
    return np.asarray(found * np.outer(wider, wider))
