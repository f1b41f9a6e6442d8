"""The battery: mean current, the life that follows from it, the indicator's voltage, and the notice that it gives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import CURRENT, TIME, VOLTAGE
from rig.delivery.voltage_readings import corrected_voltage
from rig.errors import EvidenceError
from rig.finding import Finding
from rig.findings.held import one
from rig.findings.instants import detected, new_alarm
from rig.findings.noticed import last_look_s
from rig.protocol_findings.happened import EventTable, Instant
from rig.verify.battery import consumption, lifetime
from rig.verify.errors import MetricError
from rig.verify.indicators import notice, value_at

if TYPE_CHECKING:
    from rig.findings.instants import Seen
    from rig.findings.run import Run
    from rig.protocol_findings.reservoir import Battery

NAME = "battery"


def battery_findings(run: Run, asked: Battery) -> list[Finding]:
    """``battery_current`` in A, ``battery_lifetime`` in s, ``battery_indicator`` in V, ``battery_notice`` in s.

    Raises:
        EvidenceError: the record has no such channel, or no current in it.
        MetricError: readings that cannot be used.
    """
    found = _current(run, asked)
    if asked.indicator:
        seen = new_alarm(run.evidence.record.stream("device"), run.began_s, asked.indicator)
        found += [_indicator(run, asked, seen), _notice(run, asked, seen)]
    return found


def _rows(run: Run, asked: Battery, column: str) -> tuple[Any, Any]:
    """Times and readings of the supply while the pump delivered; what was beyond its range is left out."""
    return run.column(asked.channel, column, run.began_s, last_look_s(run))


def _voltage(run: Run, asked: Battery, at_s: float) -> tuple[Any, Any, float]:
    """Times and voltages by the calibration record of the channel, and what its curve leaves uncertain then [V]."""
    time_s, shown_v = _rows(run, asked, "voltage_v")
    if not len(time_s):
        return time_s, shown_v, 0.0
    nearest = int(np.argmin(np.abs(time_s - at_s)))
    return time_s, *corrected_voltage(run.evidence.calibrations.get(asked.channel), shown_v, nearest)


def _current(run: Run, asked: Battery) -> list[Finding]:
    time_s, current_a = _rows(run, asked, "current_a")
    used = consumption(
        TIME.quantity(time_s),
        CURRENT.quantity(current_a),
        u_gain=asked.gain_u,
        u_offset=asked.offset_u,
        longest_gap=asked.longest_gap,
    )
    facts: dict[str, Any] = {"charge_mah": used.charge_mah, "u_charge_mah": used.u_charge_mah, "hours": used.hours}
    mean = one(
        f"{NAME}_current", used.mean_ma / 1e3, used.u_mean_ma / 1e3, math.inf, asked.current_limit, asked, "A", **facts
    )
    if asked.capacity is None or asked.capacity_u is None:
        return [mean]
    life = lifetime(asked.capacity, asked.capacity_u, used)
    days = {"days": life.value_s / 86400.0}
    return [mean, one(f"{NAME}_lifetime", life.value_s, life.u_s, math.inf, asked.lifetime_limit, asked, "s", **days)]


def _indicator(run: Run, asked: Battery, seen: Seen | None) -> Finding:
    name, limit = f"{NAME}_indicator", asked.indicator_limit
    if seen is None:
        return _never_indicated(run, asked)
    try:
        at_s, u_s = seen.event.seconds
        time_s, volts, u_curve = _voltage(run, asked, at_s)
        found = value_at(
            TIME.quantity(time_s), VOLTAGE.quantity(volts), TIME.quantity(at_s), TIME.quantity(u_s),
            u_voltage=VOLTAGE.quantity(math.hypot(VOLTAGE.magnitude("voltage_u", asked.voltage_u), u_curve)),
        )  # fmt: skip
    except (EvidenceError, MetricError) as error:
        return Finding.not_determined(name, error, decides=limit is not None)
    return one(name, found.volts, found.u_volts, math.inf, limit, asked, "V", ramp_v_s=found.ramp_v_s)


def _never_indicated(run: Run, asked: Battery) -> Finding:
    """No indicator: the voltage at the end of delivery is the most at which it can come."""
    name, limit = f"{NAME}_indicator", asked.indicator_limit
    try:
        _, volts, u_curve = _voltage(run, asked, last_look_s(run))
    except EvidenceError as error:
        return Finding.not_determined(name, error, decides=limit is not None)
    u = math.hypot(VOLTAGE.magnitude("voltage_u", asked.voltage_u), u_curve)
    lower = None if limit is None else limit.lower
    if limit is None or lower is None or not len(volts) or volts[-1] + asked.k * u >= lower:
        return _never_came(name, asked, decides=limit is not None)
    last = float(volts[-1])
    says = f"fail: the alarm {asked.indicator!r} never came; {last:.4g} V at the end are below the limit of {limit}."
    return Finding(
        name, "fail", says, value=last, u=u, expanded=asked.k * u, k=asked.k, unit="V",
        limits=(lower, limit.upper), rule=asked.rule,
    )  # fmt: skip


def _notice(run: Run, asked: Battery, seen: Seen | None) -> Finding:
    """From the indicator to the end of service; one that has not come by the end of the record is a lower bound."""
    name, limit = f"{NAME}_notice", asked.notice_limit
    if seen is None:
        return _never_came(name, asked, decides=limit is not None)
    at_s, u_s = seen.event.seconds
    ended = detected(run, _end_of_service(asked), math.nextafter(seen.by_s, math.inf))
    try:
        found = notice(
            TIME.quantity(at_s),
            None if ended is None else TIME.quantity(ended.event.seconds[0]),
            TIME.quantity(last_look_s(run)),
            TIME.quantity(max(u_s, 1e-6)),
            declared=asked.declared_notice,
        )
    except MetricError as error:
        return Finding.not_determined(name, error, decides=limit is not None)
    facts: dict[str, Any] = {"short_s": found.short_s, "ended": found.ended}
    long_enough = limit is None or (limit.lower is not None and found.value_s >= limit.lower)
    if not found.ended and not (long_enough and (limit is None or limit.upper is None)):
        return Finding.undetermined(name, f"the pump was still at work {found.value_s:.4g} s after its indicator")
    return one(name, found.value_s, found.u_s, math.inf, limit, asked, "s", **facts)


def _end_of_service(asked: Battery) -> EventTable:
    return EventTable(
        name="end-of-service", cause=Instant(at=TIME.quantity(0.0)), detected_by=asked.ended_by, alarm=asked.ended_alarm
    )


def _never_came(name: str, asked: Battery, *, decides: bool) -> Finding:
    return Finding.not_determined(name, f"the alarm {asked.indicator!r} never came", decides=decides)
