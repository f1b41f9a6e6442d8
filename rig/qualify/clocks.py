"""The bench's clock against UTC, and the pump's own clock against the bench's.

The rate error of the pump's clock is the slope of ``device_ms`` against the time at which each frame was taken in, less
one; its uncertainty is the scatter between runs, or that of the line where it is larger (k by Student).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from calibration.coverage import coverage_factor
from calibration.straight_line import fit_line
from calibration.units import RATIO
from rig.qualify.item import Item, judged, stated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.qualify.plan import ClockTable
    from rig.record import Record

_PPM = 1e6
_FEWEST = 10
#: The pump tells whole milliseconds: 1 ms / sqrt(12), times sqrt(12) of equidistant points [s].
_DIGIT_S = 1e-3


def clock_items(table: ClockTable, records: Mapping[str, Record]) -> list[Item]:
    """Two lines, from the runs with a known flow."""
    return [_utc(table, records), _pump(table, records)]


def _utc(table: ClockTable, records: Mapping[str, Record]) -> Item:
    bases = [base for one in records.values() for base in (one.start["time_base"], one.manifest["end"]["time_base"])]
    unsure = [base["synchronised"] for base in bases if base["synchronised"] is not True]
    steps = sorted({step for base in bases for step in base["steps_s"]})
    said = f"source {', '.join(sorted({base['source'] for base in bases}))}; "
    said += "synchronised" if not unsure else f"not known to be synchronised ({unsure[0]})"
    said += f"; steps of UTC: {', '.join(f'{step:+.3g} s' for step in steps) or 'none'}"
    held = table.utc == "recorded" or not (unsure or steps)
    return stated("clock UTC", "the bench's clock through all runs", "passed" if held else "failed", said,
                  "synchronised, no step" if table.utc == "required" else "recorded", tuple(records))  # fmt: skip


def _pump(table: ClockTable, records: Mapping[str, Record]) -> Item:
    name, what = "clock pump", "rate of the pump's clock against the bench's"
    lines = [line for one in records.values() if (line := _rate_ppm(one)) is not None]
    if not lines:
        return stated(name, what, "skipped", "the pump tells no time of its own")
    rates, us = np.array(lines).T
    between = float(np.std(rates, ddof=1)) / math.sqrt(len(rates)) if len(rates) > 1 else math.inf
    within = float(np.sqrt(np.mean(us**2)))
    u = within if len(rates) < 2 else max(between, within / math.sqrt(len(rates)))
    expanded = coverage_factor(max(len(rates) - 1, 1)) * u
    limit = 1e4 * RATIO.magnitude("pump", table.pump)
    return judged(name, what, float(rates.mean()), expanded, "ppm", limit=limit, records=tuple(records))


def _rate_ppm(record: Record) -> tuple[float, float] | None:
    rows = record.stream("device", "t_s", "device_ms")
    fresh = np.diff(rows["t_s"], append=np.inf) > 0.0  # of frames taken in together only the last was not waiting
    t, ms = rows["t_s"][fresh], rows["device_ms"][fresh].astype(np.float64)
    if len(t) < _FEWEST or np.ptp(ms) == 0.0:
        return None
    line = fit_line(t - t[0], (ms - ms[0]) / 1e3)
    digit = _DIGIT_S / math.sqrt(len(t)) / float(t[-1] - t[0])  # u of a slope through equidistant rounded points
    return (line.slope - 1.0) * _PPM, math.hypot(line.u_slope, digit) * _PPM
