"""Sample sizes and tolerance limits that ask for no distribution: order statistics of a sample of pumps.

>>> needed(0.95, 0.95), needed(0.95, 0.95, sides=2), needed(0.95, 0.95, left_out=2)
(59, 93, 124)
>>> round(confidence_of(59, 0.95), 4)
0.9515

The interval from the smallest to the largest of n values leaves out two of n + 1 blocks, a one-sided limit one; each
extreme value that is not used leaves out one more (Wilks 1941; ISO 16269-6, distribution-free). The same numbers
demonstrate a reliability: with ``left_out`` failures of n pumps. ``n`` is pumps, never samples.
"""

from __future__ import annotations

from typing import Final

from rig.verify.errors import MetricError

#: By so much may a confidence be missed that n pumps give exactly.
_ROUNDING: Final = 1e-14


def confidence_of(n: int, content: float, *, sides: int = 1, left_out: int = 0) -> float:
    """Confidence that the order statistics hold at least ``content`` of all pumps.

    Args:
        n: number of pumps.
        content: part of all pumps, between 0 and 1.
        sides: 1 for a largest (or smallest) value, 2 for the interval between both.
        left_out: extreme values that are not used.

    Raises:
        MetricError: an argument out of its range.
    """
    blocks = sides + left_out
    counted = float(n).is_integer() and float(left_out).is_integer() and n >= blocks and left_out >= 0
    if sides not in {1, 2} or not counted or not 0.0 < content < 1.0:
        raise MetricError(
            f"distribution-free: expected one or two sides, whole pumps for them and a content between 0 and 1, "
            f"found {n=}, {content=}, {sides=}, {left_out=}"
        )
    from scipy.special import betainc

    return float(betainc(blocks, n - blocks + 1, 1.0 - content))


def needed(content: float, confidence: float, *, sides: int = 1, left_out: int = 0) -> int:
    """The smallest number of pumps that gives that confidence; one that it gives exactly is not missed by rounding.

    Args:
        content, confidence: between 0 and 1.
        sides, left_out: as for :func:`confidence_of`.

    Raises:
        MetricError: an argument out of its range.
    """
    if not 0.0 < confidence < 1.0:
        raise MetricError(f"confidence: expected a number between 0 and 1, found {confidence:g}")
    confidence -= _ROUNDING
    low = sides + left_out
    high = low
    while confidence_of(high, content, sides=sides, left_out=left_out) < confidence:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        enough = confidence_of(middle, content, sides=sides, left_out=left_out) >= confidence
        low, high = (low, middle) if enough else (middle, high)
    return high


def content_of(n: int, confidence: float, *, sides: int = 1, left_out: int = 0) -> float:
    """The part of all pumps that n pumps hold with that confidence.

    Raises:
        MetricError: an argument out of its range.
    """
    confidence_of(n, 0.5, sides=sides, left_out=left_out)
    if not 0.0 < confidence < 1.0:
        raise MetricError(f"confidence: expected a number between 0 and 1, found {confidence:g}")
    from scipy.special import betaincinv

    blocks = sides + left_out
    return 1.0 - float(betaincinv(blocks, n - blocks + 1, confidence))
