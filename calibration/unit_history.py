"""The history of a unit: every result of a characteristic, its chart, its drift, and advice on the next calibration.

    histories = unit_histories(book, "B123456789", "balance", load_tolerances(book.folder))
    histories[0].signals, histories[0].departure.reason, histories[0].advice

A record that supersedes one of the same day corrects it: the same calibration, entered again. Only the newer counts.
An adjustment begins the history of a unit anew: chart, signals and drift look at the results since the last one. What
the results have in common is left out of the limits where all of them stand on the same certificates, and only there.

Advice: the staircase where a calibration says how the unit was *found*, the drift where there are three results or
more; both need a tolerance. No advice moves a due date by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from calibration.characteristic import Characteristic
from calibration.control_chart import individuals_chart
from calibration.curve_value import Curve
from calibration.departure import departure
from calibration.drift import LEAST_RESULTS, fit_drift
from calibration.errors import CalibrationError, DoseproofError
from calibration.interval import from_drift, staircase
from calibration.record_models import POINT_KINDS
from calibration.result import found_results, results_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.book import Book, Filed
    from calibration.chart_rules import Signal
    from calibration.control_chart import Chart
    from calibration.departure import Departure
    from calibration.drift import Drift
    from calibration.interval import Advice
    from calibration.result import Result
    from calibration.tolerances import Tolerances

#: The own part of an uncertainty is never taken below this part of the whole: a certificate is not known that well.
LEAST_OWN = 0.1


@dataclass(frozen=True)
class Advised:
    """Advice with the day that it means."""

    advice: Advice
    on: date


@dataclass(frozen=True)
class History:
    """One characteristic of one unit over its calibrations.

    Attributes:
        characteristic: which number.
        limits: its tolerance, in the unit of the characteristic; None without one.
        results: all of them, in the order of time.
        began: index of the first result since the last adjustment.
        chart: of the results since then.
        signals: patterns in it that a steady unit seldom shows; indices count from ``began``.
        drift: the line through them, or the reason why there is none.
        departure: when the unit leaves its tolerance; None without one.
        advice: on the next calibration.
        problem: why there is no history; empty where there is one.
    """

    characteristic: Characteristic
    limits: tuple[float, float] | None = None
    results: tuple[Result, ...] = ()
    began: int = 0
    chart: Chart | None = None
    signals: tuple[Signal, ...] = ()
    drift: Drift | None = None
    departure: Departure | None = None
    advice: tuple[Advised, ...] = ()
    problem: str = ""

    @property
    def prediction(self) -> str:
        """What is predicted, or why nothing is, in one sentence."""
        if self.departure is not None:
            return self.departure.reason
        if self.drift is not None and self.drift.problem:
            return self.drift.problem
        return "no tolerance is stated for this unit: nothing to leave; enter one in tolerances.toml"


def unit_histories(book: Book, serial_number: str, chain: str, tolerances: Tolerances) -> list[History]:
    """The histories of a unit and chain, one for each tolerance, or for what its records hold if it has none.

    Raises:
        CalibrationError: no such unit or chain, or a chain that is broken.
    """
    if not (filed := book.history(serial_number, chain)):
        filed = [book.in_force(serial_number, chain)]  # refused, with the units that are known
    return histories_of(filed, tolerances)


def histories_of(filed: Sequence[Filed], tolerances: Tolerances) -> list[History]:
    """The same from the records of one chain, one or more."""
    newest = filed[-1].record
    filed = counted(filed)
    stated = tolerances.of(newest.instrument.serial_number, newest.chain)
    if stated:
        return [_history(filed, one.characteristic, one.limits) for one in stated]
    return [_history(filed, one, None) for one in _usual(filed)]


def counted(filed: Sequence[Filed]) -> list[Filed]:
    """The records that make the history, by their days: of one day the newest, which corrects those before it."""
    newest = {one.record.performed_on: one for one in filed}
    return [newest[day] for day in sorted(newest)]


def _history(filed: Sequence[Filed], wanted: Characteristic, limits: tuple[float, float] | None) -> History:
    """A characteristic that these records do not hold, or state without an uncertainty, has a problem instead."""
    try:
        return _followed(filed, wanted, limits)
    except DoseproofError as error:
        return History(wanted, limits, problem=str(error))


def _followed(filed: Sequence[Filed], wanted: Characteristic, limits: tuple[float, float] | None) -> History:
    each = [results_of(one.record, wanted) for one in filed]
    results = [result for some in each for result in some]
    if not results:
        return History(wanted, limits, problem=f"no record of this unit says its {wanted.label}")
    began = max((sum(map(len, each[: i + 1])) - 1 for i, some in enumerate(each) if len(some) == 2), default=0)
    now = results[began:]
    common = min(one.u_common for one in now) if _same_standards(filed, now) else 0.0
    own = [_own(one.u, common) for one in now]
    chart = individuals_chart([one.value for one in now], own)
    line = fit_drift([one.day.toordinal() for one in now], [one.value for one in now], own, u_common=common)
    return History(
        wanted,
        limits,
        tuple(results),
        began,
        chart,
        tuple(chart.signals()),
        line,
        None if limits is None else departure(line, limits),
        () if limits is None else tuple(_advice(filed, results, line, len(now), limits)),
    )


def _own(u: float, common: float) -> float:
    return max(math.sqrt(max(u * u - common * common, 0.0)), LEAST_OWN * u)


def _same_standards(filed: Sequence[Filed], results: Sequence[Result]) -> bool:
    """Whether all these results stand on the same certificates; results that stand on none share nothing known."""
    numbers = {one.number for one in results}
    used = {
        frozenset((standard.serial_number, standard.certificate) for standard in one.record.standards)
        for one in filed
        if one.record.number in numbers
    }
    return len(used) == 1 and bool(next(iter(used)))


def _advice(
    filed: Sequence[Filed], results: list[Result], line: Drift, now: int, limits: tuple[float, float]
) -> list[Advised]:
    last = filed[-1].record
    planned = max((last.valid_until - last.performed_on).days, 1)
    interval = planned if len(filed) < 2 else (last.performed_on - filed[-2].record.performed_on).days or planned
    found = [one for one in found_results(results) if one.number == last.number]
    advice = []
    if found and len(filed) > 1:
        used = abs(found[0].value - sum(limits) / 2.0) / ((limits[1] - limits[0]) / 2.0)
        advice.append(staircase(interval, in_tolerance=used <= 1.0, used_of_tolerance=used))
    if now >= LEAST_RESULTS:
        advice.append(from_drift(line, limits, interval))
    return [Advised(one, last.performed_on + timedelta(days=one.days)) for one in advice]


def _usual(filed: Sequence[Filed]) -> list[Characteristic]:
    """What is followed where no tolerance says it: the slope error of a balance, or the curve at three places."""
    last = filed[-1].record
    if last.balance is not None and last.balance.slope_error is not None:
        return [Characteristic("slope error", last.kind, "%")]
    if last.curve is None or last.kind not in POINT_KINDS:
        return []
    tables = [one.record.curve for one in filed if one.record.curve is not None]
    curves = [Curve.from_table(one.fit) for one in tables if one.x_unit == last.curve.x_unit]
    low, high = max(one.lowest for one in curves), min(one.highest for one in curves)
    readings, reference = POINT_KINDS[last.kind]
    same = reference in readings and last.curve.x_unit in reference.spellings
    unit = "K" if same and last.kind == "thermometer" else last.curve.y_unit
    kind = next(one for one in readings if last.curve.x_unit in one.spellings)
    places = sorted({low, (low + high) / 2.0, high}) if low <= high else []
    return [
        Characteristic(
            "error" if same else "value",
            last.kind,
            unit,
            kind.parse("at", f"{x!r} {last.curve.x_unit}"),
            f"{x:.4g} {last.curve.x_unit}",
        )
        for x in places
    ]


def only_chain(book: Book, serial_number: str) -> str:
    """The one chain of a unit.

    Raises:
        CalibrationError: an unknown unit, or one with several chains.
    """
    units = book.units()
    if serial_number not in units:
        known = ", ".join(units) or "none"
        raise CalibrationError(
            f"{book.folder}: expected records of {serial_number}, found none; known units are {known}"
        )
    if len(units[serial_number]) > 1:
        listed = ", ".join(units[serial_number])
        raise CalibrationError(f"{serial_number} has several chains: {listed}; name one of them")
    return units[serial_number][0]
