"""One device over its life: the trend of its flow error, the day on which it may leave its limit, the next visit.

    visits = visits_of([Path("runs")], "MP-0007", "ACC-VISIT")
    found = follow_up(visits, (-14.5, 14.5), interval_days=182.0)
    found.says       # "5 visits over 730 days, -0.98 %/year; next visit due 2028-07-01: ..."

The trend is a weighted straight line with the uncertainty of its extrapolation (:mod:`calibration.drift`), the next
visit that of method 2 of the calibration intervals (:mod:`calibration.interval`), at the latest after the interval that
is usual. What the visits share (balance, standards) is no part of their scatter; it is counted as if each had its own,
which makes the visit due a little earlier. Only sealed records that hold count; an invalid run says nothing of a pump.

No command asks for it: the suite ``test_follow_up.py`` does, by the fixture ``visits`` (``docs/requirements.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from calibration.drift import LEAST_RESULTS, Drift, fit_drift
from calibration.interval import Advice, from_drift
from rig.errors import EvidenceError
from rig.impact.stored import stored_runs
from rig.record import Record
from rig.record.glance import glance

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_YEAR_DAYS = 365.25


@dataclass(frozen=True)
class Visit:
    """One run of one device.

    Attributes:
        day: in UTC.
        error_percent, u_percent: mean flow error, standard uncertainty.
        verdict: of the run.
        folder: of its record.
    """

    day: date
    error_percent: float
    u_percent: float
    verdict: str
    folder: Path


@dataclass(frozen=True)
class FollowUp:
    """What the visits say together.

    Attributes:
        visits: in order of time.
        drift: the line through them; its slope is in percent a day.
        advice: days to the next visit, with the reason; zero is at once.
        due: the day of that visit.
    """

    visits: tuple[Visit, ...]
    drift: Drift
    advice: Advice
    due: date

    @property
    def says(self) -> str:
        """One sentence."""
        span = (self.visits[-1].day - self.visits[0].day).days
        slope = self.drift.slope * _YEAR_DAYS
        return (
            f"{len(self.visits)} visits over {span} days, {slope:+.2f} %/year; next visit due {self.due}: "
            f"{self.advice.reason}"
        )


def visits_of(folders: Iterable[Path], serial_number: str, protocol: str) -> list[Visit]:
    """The runs of a device by one protocol, in order of time.

    Args:
        folders: with records, at any depth.
        serial_number: of the device.
        protocol: its id.

    Raises:
        EvidenceError: no such folder, or a record that was changed after it was sealed.
    """
    found = [visit for run in stored_runs(folders) if (visit := _visit(run.folder, serial_number, protocol))]
    return sorted(found, key=lambda visit: visit.day)


def follow_up(visits: Sequence[Visit], limits: tuple[float, float], *, interval_days: float) -> FollowUp:
    """The trend over the visits, and when the next one is due.

    Args:
        visits: of one device.
        limits: of the mean flow error, in percent.
        interval_days: usual time between two visits, and the longest that is advised.

    Raises:
        EvidenceError: fewer visits than a line with a scatter needs.
    """
    if len(visits) < LEAST_RESULTS:
        raise EvidenceError(f"a trend needs {LEAST_RESULTS} visits at least, found {len(visits)}; run it again later")
    days = [visit.day.toordinal() for visit in visits]
    drift = fit_drift(days, [visit.error_percent for visit in visits], [visit.u_percent for visit in visits])
    advice = from_drift(drift, limits, interval_days, max_days=interval_days)
    return FollowUp(tuple(visits), drift, advice, visits[-1].day + timedelta(days=advice.days))


def _visit(folder: Path, serial_number: str, protocol: str) -> Visit | None:
    start = glance(folder / "start.json")
    device = start.get("identities", {}).get("device", {})
    if (device.get("serial_number"), start.get("protocol")) != (serial_number, protocol):
        return None
    if not Record.open(folder).sealed:
        return None
    result = glance(folder / "result.json")
    verdict = result["verdict"]["outcome"]
    errors = [one for one in result["findings"] if one["name"] == "mean_flow_error" and one["value"] is not None]
    if verdict == "invalid" or not errors:
        return None
    day, error = datetime.fromisoformat(start["started_utc"]).date(), errors[0]
    return Visit(day, error["value"], error["U"] / error["k"], verdict, folder)
