"""From cause to detection: stall, reset, alarm, loss of telemetry; how long, and what dose went wrong meanwhile.

    seen = detection(TimedEvent(cause, u_cause), TimedEvent(alarm, u_alarm, poll=TIME.parse("poll", "10 s")))
    seen.value_s, seen.u_s
    harm = dose_meanwhile(delivery, program, began, cause, alarm, u_times)
    harm.error_ul, harm.u_ul

**The time base.** An event that is seen by polling happened some time since the poll before: its instant is half an
interval earlier, give or take a rectangular half interval. The two clocks of a cause and its detection may differ by
an offset; and a clock that is off by a part p is off by p times the delay. What was never detected by the end of the
record has no time to detection, only a lower bound (``detected`` is false).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.units import FLOW, RATIO, TIME, Quantity
from rig.delivery.corners import Corner
from rig.verify.errors import MetricError
from rig.verify.series import not_negative
from rig.verify.windows import Levels, freedom, windows_ul

if TYPE_CHECKING:
    from rig.dose import DoseProgram

#: Standard deviation of a rectangular distribution of full width one.
_RECTANGULAR = 1.0 / math.sqrt(12.0)


@dataclass(frozen=True)
class TimedEvent:
    """When something happened, and how well that is known.

    Attributes:
        at: on the bench's clock: when it happened, or when a poll first showed it.
        u: standard uncertainty of that instant by itself.
        poll: how often was looked; None for an event that comes by itself.
    """

    at: Quantity
    u: Quantity
    poll: Quantity | None = None

    @property
    def seconds(self) -> tuple[float, float]:
        """Best instant and standard uncertainty [s].

        Raises:
            UnitError: an attribute without its unit, or of another kind.
        """
        poll_s = 0.0 if self.poll is None else TIME.magnitude("poll", self.poll)
        u_s = math.hypot(TIME.magnitude("u", self.u), poll_s * _RECTANGULAR)
        return TIME.magnitude("at", self.at) - poll_s / 2.0, u_s


@dataclass(frozen=True)
class Detection:
    """Time from cause to detection.

    Attributes:
        value_s, u_s: and its standard uncertainty [s].
        detected: otherwise ``value_s`` is a lower bound: nothing was detected for so long.
    """

    value_s: float
    u_s: float
    detected: bool


@dataclass(frozen=True)
class Meanwhile:
    """The dose between cause and detection.

    Attributes:
        delivered_ul, programmed_ul: meanwhile [uL].
        error_ul, u_ul: delivered less programmed, and its standard uncertainty, with that of the instants [uL].
        error_percent: None where nothing was programmed meanwhile.
        nu: effective degrees of freedom of the delivered volume.
    """

    delivered_ul: float
    programmed_ul: float
    error_ul: float
    u_ul: float
    error_percent: float | None
    nu: float


def detection(
    cause: TimedEvent,
    detected: TimedEvent | None,
    *,
    record_end: Quantity | None = None,
    u_offset: Quantity | None = None,
    u_rate: Quantity | None = None,
) -> Detection:
    """Time from a cause to its detection.

    Args:
        cause: when it was injected or began.
        detected: when the pump or the rig noticed; None where nobody did.
        record_end: needed then, for the lower bound.
        u_offset: standard uncertainty of the offset between the clocks of the two; None where they are one.
        u_rate: relative standard uncertainty of the clock's rate; None is zero.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: a detection before its cause, beyond the uncertainty: it is no detection of it.
    """
    began_s, u_began = cause.seconds
    offset_s = 0.0 if u_offset is None else TIME.magnitude("u_offset", u_offset)
    rate = 0.0 if u_rate is None else not_negative("u_rate", RATIO.magnitude("u_rate", u_rate), "%") / 100.0
    if detected is None:
        if record_end is None:
            raise MetricError("detection: expected the end of the record where nothing was detected, found none")
        waited = TIME.magnitude("record_end", record_end) - began_s
        if waited <= 0.0:
            raise MetricError(f"detection: expected a record that goes beyond the cause at {began_s:g} s, found none")
        return Detection(waited, math.hypot(u_began, offset_s, rate * waited), detected=False)
    seen_s, u_seen = detected.seconds
    delay = seen_s - began_s
    u_s = math.hypot(u_began, u_seen, offset_s, rate * delay)
    if delay < -3.0 * u_s:
        raise MetricError(
            f"detection: expected it after its cause, found it {-delay:g} s before (u = {u_s:.2g} s); "
            "it is another event's, or the clocks differ"
        )
    return Detection(delay, u_s, detected=True)


def dose_meanwhile(
    delivery: Levels, program: DoseProgram, began: Quantity, cause: TimedEvent, detected: TimedEvent
) -> Meanwhile:
    """What was delivered between cause and detection, against the program.

    An instant that is uncertain by u adds u times the difference of delivered and programmed flow around it; the
    delivered one is bounded by the mean of the window, zero or the programmed one, whichever differs most.

    Args:
        delivery: delivered volume.
        program: what the pump was told.
        began: when the program began, on the bench's clock.
        cause, detected: the ends of the window.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: a window that the record does not hold.
    """
    began_s = TIME.magnitude("began", began)
    (start_s, u_start), (end_s, u_end) = cause.seconds, detected.seconds
    # between the two the flow is another than before and after; either level stands on that stretch
    split = delivery.with_corners(Corner(start_s, calm_before=False), Corner(end_s, calm_before=True))
    seen = windows_ul(split, start_s, end_s)
    delivered = float(seen.volume_ul[0])
    told = float(np.diff(program.volume_ul(np.array([start_s, end_s]) - began_s))[0])
    rates = program.rate_ul_h(np.array([start_s, end_s]) - began_s) / 3600.0
    mean = delivered / (end_s - start_s)
    off = np.maximum(rates, np.abs(mean - rates))
    u_ul = math.hypot(float(seen.u_ul[0]), float(off[0]) * u_start, float(off[1]) * u_end)
    error = delivered - told
    percent = 100.0 * error / told if told > 0.0 else None
    return Meanwhile(delivered, told, error, u_ul, percent, freedom(split, start_s, end_s))


def missed_time(error: Quantity, rate: Quantity) -> Quantity:
    """How long a pump would have to stand for the same under-delivery: what a clinician can judge.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: an over-delivery, or no rate.
    """
    from calibration.units import VOLUME

    missed, flow = -VOLUME.magnitude("error", error), FLOW.magnitude("rate", rate)
    if not (missed >= 0.0 and flow > 0.0):
        raise MetricError(f"missed time: expected an under-delivery and a rate, found {-missed:g} uL at {flow:g} uL/h")
    return TIME.quantity(missed / flow * 3600.0)
