"""When the measurements of a sensor's buffer were made, on the bench's clock.

The sensor measures each interval by a clock of its own and tells no times. The last measurement in the buffer is at
most one interval old when it is read; within that, measurements stay one interval apart. So a time is right to one
interval, a clock of the sensor that runs fast or slow is followed, and times never go back.

>>> times = SampleTimes(0.5, start_s=10.0)
>>> times.of([1, 1], now_s=11.2)
[10.5, 11.0]
>>> times.of([3], now_s=12.6)         # two were lost before this one
[12.5]
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class SampleTimes:
    """The times of one continuous measurement.

    Args:
        interval_s: between two measurements, as the sensor was told.
        start_s: when it was told to start.
    """

    def __init__(self, interval_s: float, start_s: float) -> None:
        self._interval_s = interval_s
        self.last_s = start_s

    def missing(self, count: int, now_s: float) -> int:
        """How many measurements must have been made before ``count`` that were just read and never arrived.

        Args:
            count: measurements read, with those that the sensor itself called lost.
            now_s: when the buffer was read.
        """
        newest_s = now_s - self._interval_s / 2
        return max(0, round((newest_s - self.last_s) / self._interval_s) - count)

    def of(self, steps: Sequence[int], now_s: float) -> list[float]:
        """A time for each measurement of one reading of the buffer.

        Args:
            steps: for each, how many intervals after the one before: 1, and more where some were lost.
            now_s: when the buffer was read.
        """
        if not steps:
            return []
        start_s, total = self.last_s, sum(steps)
        end_s = min(now_s, max(start_s + total * self._interval_s, now_s - self._interval_s))
        self.last_s = max(start_s, end_s)
        each_s = (self.last_s - start_s) / total
        return [min(start_s + done * each_s, self.last_s) for done in accumulate(steps)]
