"""Indicators of a battery: the voltage at which one came, and how long the pump goes on after it.

value_at(time, voltage, seen, u_seen, u_voltage=u)      # replacement indicator, end of service, brown-out
notice(indicated, ended, record_end, u, declared=TIME.parse("declared", "90 days"))
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.units import TIME, VOLTAGE
from rig.verify.errors import MetricError
from rig.verify.series import checked_series

if TYPE_CHECKING:
    from calibration.units import Quantity


@dataclass(frozen=True)
class AtEvent:
    """A supply's voltage when something happened.

    Attributes:
        volts, u_volts: with what the uncertainty of the instant adds at the ramp of that moment [V].
        ramp_v_s: that ramp [V/s].
    """

    volts: float
    u_volts: float
    ramp_v_s: float


@dataclass(frozen=True)
class Notice:
    """How long a pump goes on after its replacement indicator.

    Attributes:
        value_s, u_s: from indicator to end of service [s].
        short_s: by how much that is less than declared; below zero it is longer.
        ended: whether the pump reached its end of service; otherwise ``value_s`` is a lower bound.
    """

    value_s: float
    u_s: float
    short_s: float
    ended: bool


def value_at(time: Quantity, voltage: Quantity, at: Quantity, u_at: Quantity, *, u_voltage: Quantity) -> AtEvent:
    """The supply's voltage when an indicator came, a pump stopped, or a chip was reset.

    Args:
        time, voltage: of the supply, shape (n,), n >= 2.
        at, u_at: when it happened, on that time base, with standard uncertainty.
        u_voltage: standard uncertainty of one reading.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: times that do not rise, or an instant outside them.
    """
    time_s, volts = checked_series("voltage", TIME.array("time", time), VOLTAGE.array("voltage", voltage))
    at_s, u_at_s = TIME.magnitude("at", at), TIME.magnitude("u_at", u_at)
    if not time_s[0] <= at_s <= time_s[-1]:
        raise MetricError(f"voltage: expected an instant from {time_s[0]:g} s to {time_s[-1]:g} s, found {at_s:g} s")
    index = max(int(np.searchsorted(time_s, at_s)), 1)
    ramp = float((volts[index] - volts[index - 1]) / (time_s[index] - time_s[index - 1]))
    u_volts = math.hypot(VOLTAGE.magnitude("u_voltage", u_voltage), ramp * u_at_s)
    return AtEvent(float(np.interp(at_s, time_s, volts)), u_volts, ramp)


def notice(
    indicated: Quantity, ended: Quantity | None, record_end: Quantity, u_each: Quantity, *, declared: Quantity
) -> Notice:
    """Time from the replacement indicator to the end of service, against what the maker declares.

    Args:
        indicated: when the indicator came.
        ended: when the pump ended its service; None where it has not by the end of the record.
        record_end: when the record ends.
        u_each: standard uncertainty of each instant.
        declared: the least time that the maker promises (about 90 days) [K].

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: an end before the indicator: then there was no notice at all.
    """
    came_s = TIME.magnitude("indicated", indicated)
    over = record_end if ended is None else ended
    lasted = TIME.magnitude("ended", over) - came_s
    if lasted < 0.0:
        raise MetricError(f"end of service: expected it after the indicator, found it {-lasted:g} s before; no notice")
    u_s = math.sqrt(2.0) * TIME.magnitude("u_each", u_each)
    return Notice(lasted, u_s, TIME.magnitude("declared", declared) - lasted, ended is not None)
