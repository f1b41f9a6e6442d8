"""Converted readings of a load cell or a flow sensor, and what they saw between two instants.

:func:`rig.delivery.witness_readings.witness_readings` makes a series; the parts of its uncertainty are told there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.delivery.levels import Floats, Noise, level
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class WitnessSeries:
    """Converted readings; flow in uL/h or mass in g.

    Attributes:
        kind: of the calibration record: ``flow-sensor`` or ``load-cell``.
        column: that was converted.
        unit: of ``value`` and everything else here, ``uL/h`` or ``g``.
        time_s: of the usable readings [s], shape (n,).
        value: shape (n,).
        common: for each part by name what one standard uncertainty of it does to each reading, shape (n,). Parts are
            independent of each other; the covariance of two readings is the sum of the products.
        u_deviation: standard uncertainty of the instrument against its own curve. Readings of one value share it.
        noise: of single readings.
        nu: degrees of freedom of the curve; infinite where its uncertainty was known beforehand.
        inside: whether each reading lies within the calibrated range; beyond it the curve is extended.
        absolute: whether mass is a load; otherwise it is the change since the first reading.
        excluded: readings left out, by reason.
        calibration_sha256: of the record.
    """

    kind: str
    column: str
    unit: str
    time_s: Floats
    value: Floats
    common: Mapping[str, Floats]
    u_deviation: float
    noise: Noise
    nu: float
    inside: np.ndarray[Any, np.dtype[np.bool_]]
    absolute: bool
    excluded: tuple[tuple[str, int], ...]
    calibration_sha256: str

    def seen(self, begin_s: float, end_s: float, window_s: float) -> Seen:
        """What flowed between two instants [uL], or by how much the load rose [g], with its uncertainty in parts.

        Args:
            begin_s, end_s: on the bench's clock [s].
            window_s: width of the window on which a level of mass stands [s].

        Raises:
            EvidenceError: no readings around an instant, or a gap in a flow that is longer than ``window_s``.
        """
        if self.kind == "flow-sensor":
            return self._flowed(begin_s, end_s, window_s)
        ends = [level(self.time_s, self.value, t, window_s) for t in (begin_s, end_s)]
        parts = {
            name: level(self.time_s, row, end_s, window_s).value - level(self.time_s, row, begin_s, window_s).value
            for name, row in self.common.items()
        }
        noise = math.sqrt(sum(self.noise.level_variance(one) for one in ends))
        return Seen(ends[1].value - ends[0].value, {**parts, "deviation": math.sqrt(2) * self.u_deviation}, noise)

    def _flowed(self, begin_s: float, end_s: float, gap_s: float) -> Seen:
        """The integral, by trapezes between the readings and flat to the ends."""
        part = (self.time_s > begin_s) & (self.time_s < end_s)
        times = np.concatenate([[begin_s], self.time_s[part], [end_s]])
        longest = float(np.diff(times).max())
        if part.sum() < 2 or longest > gap_s:
            raise EvidenceError(
                f"{self.column}: expected readings at most {gap_s:.0f} s apart between t = {begin_s:.0f} s and "
                f"{end_s:.0f} s, found {int(part.sum())} with a gap of {longest:.0f} s"
            )
        hours = times / 3600.0

        def over(row: Floats) -> float:
            inner = row[part]
            return float(np.trapezoid(np.concatenate([inner[:1], inner, inner[-1:]]), hours))

        whole = hours[-1] - hours[0]
        correlated = (1 + self.noise.lag_one) / (1 - self.noise.lag_one)
        noise = self.noise.sd * whole * math.sqrt(correlated / int(part.sum()))
        parts = {name: over(row) for name, row in self.common.items()}
        return Seen(over(self.value), {**parts, "deviation": self.u_deviation * whole}, noise)


@dataclass(frozen=True)
class Seen:
    """What a witness saw between two instants.

    Attributes:
        value: volume that passed [uL], or what the load rose by [g].
        parts: standard uncertainty by the name of what it comes from; a common part keeps its sign.
        u_noise: standard uncertainty from the noise of readings.
    """

    value: float
    parts: Mapping[str, float]
    u_noise: float

    @property
    def u(self) -> float:
        """Combined standard uncertainty."""
        return math.hypot(self.u_noise, *self.parts.values())
