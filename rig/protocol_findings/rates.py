"""Tables about rate: windows, the steps of a day, re-programming, a stop, the minimum rate.

Every limit may be left out; what it is about is then shown and decides nothing.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from calibration.units import TIME
from rig.fields import Duration, PositiveDuration, default
from rig.protocol_findings.limits import SingleLimit, WindowLimit
from rig.protocol_findings.ruled import Ruled
from rig.protocol_findings.sides import FlowSides, PercentSides, TimeSides, VolumeSides


class RateWindows(Ruled):
    """Errors of windows of the analysis, one after another: an hour, six, a day, a week.

    Attributes:
        lengths: of the windows; one that is no whole multiple of the device's cycle decides nothing.
        step: between the starts of two windows; the length of each where it is left out.
        limit: of each window, of a fraction of them, or a mask over the lengths.
    """

    lengths: Annotated[tuple[PositiveDuration, ...], Field(min_length=1)]
    step: PositiveDuration | None = None
    limit: WindowLimit | None = None


class DaySchedule(Ruled):
    """How much each step of the program delivered, and how late it began.

    Attributes:
        limit: of the error of each step.
        delay_limit: of the delay of each step.
        guard: longer than any delay that is looked for, and than half a level's window.
    """

    limit: PercentSides | None = None
    delay_limit: TimeSides | None = None
    guard: PositiveDuration = default(TIME, "20 min")


class Reprogramming(Ruled):
    """When each change of rate really held, against what the program promises (``effective_after``).

    Attributes:
        limit: of how late it held.
        guard: longer than any error of that promise that is looked for.
        told_u: standard uncertainty of the instant of telling on the balance's time base.
    """

    limit: TimeSides | None = None
    guard: PositiveDuration = default(TIME, "20 min")
    told_u: Duration = default(TIME, "1 s")


class AfterStop(Ruled):
    """What still comes after each stop of the program: at once (residual volume), and for good (residual flow).

    Attributes:
        settle: how long the line delivers on by itself; five of its time constants.
        residual_limit: of the volume from the stop to its end.
        flow_limit: of the flow after settling.
    """

    settle: Duration = default(TIME, "10 min")
    residual_limit: VolumeSides | None = None
    flow_limit: FlowSides | None = None


class MinimumRate(Ruled):
    """Mean flow error over each ``minimum_rate`` segment, whole cycles of it.

    Attributes:
        settle: from the beginning of the segment to the first level.
        limit: of the error.
    """

    settle: Duration = default(TIME, "10 min")
    limit: SingleLimit | None = None
