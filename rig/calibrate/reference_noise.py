"""Noise of a reference that is read by the bench as often as what it is compared with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def reference_noise(results: Mapping[str, Any]) -> float:
    """Standard uncertainty of a mean of the reference, pooled over all points; 0 where a person reads it once.

    Args:
        results: of the steps; those with ``reference_sd`` and ``reference_n`` count.
    """
    read = [one for one in results.values() if "reference_sd" in one]
    if not read:
        return 0.0
    squares = sum((one["reference_n"] - 1) * one["reference_sd"] ** 2 for one in read)
    freedom = sum(one["reference_n"] - 1 for one in read)
    return math.sqrt(squares / freedom / min(one["reference_n"] for one in read))
