"""A battery's voltage over time, played on a supply: ramp, sag, brown-out.

>>> V, T = VOLTAGE.parse, TIME.parse
>>> profile = (
...     BatteryProfile.at(V("full", "3.3 V"))
...     .ramp(V("empty", "2.7 V"), T("life", "60 s"))
...     .sag(V("load", "2.5 V"), T("pulse", "0.5 s"))
...     .brown_out(T("gap", "20 ms"))
... )
>>> profile.voltage(T("at", "30 s"))
<Quantity(3.0, 'volt')>
>>> profile.duration
<Quantity(60.52, 'second')>

A profile is a line through points; two points at one time are a step. It is no model of a cell: what a cell does is
measured, and given here as ramps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from calibration.units import TIME, VOLTAGE

if TYPE_CHECKING:
    from calibration.units import Quantity
    from drivers.clock import Clock
    from drivers.interfaces import Supply


@dataclass(frozen=True)
class BatteryProfile:
    """Points ``(time_s, voltage_v)`` in order, joined by straight lines; begin with :meth:`at`."""

    points: tuple[tuple[float, float], ...]

    @classmethod
    def at(cls, voltage: Quantity) -> Self:
        """Begin at a voltage."""
        return cls(((0.0, VOLTAGE.magnitude("voltage", voltage)),))

    @property
    def duration(self) -> Quantity:
        """From the first point to the last."""
        return TIME.quantity(self.points[-1][0])

    def ramp(self, to: Quantity, duration: Quantity) -> Self:
        """Go on in a straight line, as a cell empties."""
        end_s = self.points[-1][0] + TIME.magnitude("duration", duration)
        return type(self)((*self.points, (end_s, VOLTAGE.magnitude("to", to))))

    def hold(self, duration: Quantity) -> Self:
        """Stay where it is."""
        return self.ramp(VOLTAGE.quantity(self.points[-1][1]), duration)

    def sag(self, to: Quantity, duration: Quantity) -> Self:
        """Drop to a voltage for a while, as under the load of a motor, and come back."""
        start_s, before_v = self.points[-1]
        low_v, end_s = VOLTAGE.magnitude("to", to), start_s + TIME.magnitude("duration", duration)
        return type(self)((*self.points, (start_s, low_v), (end_s, low_v), (end_s, before_v)))

    def brown_out(self, duration: Quantity) -> Self:
        """No voltage at all for a while, and back."""
        return self.sag(VOLTAGE.quantity(0.0), duration)

    def voltage(self, time: Quantity) -> Quantity:
        """The voltage at a time after the beginning; before and after it, that of the ends."""
        return VOLTAGE.quantity(self.voltage_v(TIME.magnitude("time", time)))

    def voltage_v(self, time_s: float) -> float:
        """Kernel of :meth:`voltage`, in seconds and volts; at a step, the voltage after it."""
        before = max((n for n, (at_s, _) in enumerate(self.points) if at_s <= time_s), default=0)
        start_s, start_v = self.points[before]
        end_s, end_v = self.points[min(before + 1, len(self.points) - 1)]
        if end_s <= start_s or time_s <= start_s:
            return start_v
        return start_v + (end_v - start_v) * (time_s - start_s) / (end_s - start_s)

    def play(self, supply: Supply, clock: Clock, step: Quantity) -> None:
        """Set the supply along the profile until its end; the clock decides when.

        Steps of the profile are met at their own time, whatever ``step`` is; a supply that answers late is set to
        the voltage of then, never of before.

        Args:
            supply: switched on by the caller, and left as the last point says.
            clock: the bench's.
            step: time between two settings on a ramp.

        Raises:
            DriverError: as the supply raises.
        """
        start_s, pause_s = clock.now(), max(TIME.magnitude("step", step), 1e-3)
        while True:
            at_s = clock.now() - start_s
            supply.set_voltage(VOLTAGE.quantity(self.voltage_v(at_s)))
            if at_s >= self.points[-1][0]:
                return
            corner_s = min(t for t, _ in self.points if t > at_s)
            clock.sleep_until(start_s + min(corner_s, at_s + pause_s))
