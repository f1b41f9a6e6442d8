"""What a night has shown, as one object: for the terminal, the page, JUnit and the hook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calibration.book import Book
from calibration.due import due
from calibration.errors import CalibrationError
from rig.nightly.result import EXIT_CODES, Shown, worst
from rig.nightly.trends import Trend, shown_in, trends

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from calibration.due import Due
    from rig.nightly.journal import Journal
    from rig.nightly.plan import NightPlan

_SOON_DAYS = 30.0


@dataclass(frozen=True)
class NightReport:
    """One night.

    Attributes:
        name: of the night's folder.
        plan: name of the plan.
        bench: file.
        began, ended: UTC, ISO 8601.
        resumed: how often it went on after the machine had ended.
        items: what each has shown, in the order of the plan.
        took_s: how long each took [s].
        due: what must be calibrated within 30 days, or must not be used any more.
        due_problem: why nothing can be said of it; empty if it can.
        trends: findings against the nights before.
    """

    name: str
    plan: str
    bench: str
    began: str
    ended: str
    resumed: int
    items: tuple[Shown, ...]
    took_s: tuple[float, ...]
    due: tuple[Due, ...]
    due_problem: str
    trends: tuple[Trend, ...]

    @property
    def verdict(self) -> str:
        """The worst of its items: a device's fault before the bench's, and both before what is undecided."""
        return worst([one.verdict for one in self.items])

    @property
    def exit_code(self) -> int:
        """Of the command: 0, 1 fail, 4 invalid, 2 unusable, 3 undecided or blocked."""
        return EXIT_CODES[self.verdict]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "schema": 1,
            "name": self.name,
            "plan": self.plan,
            "bench": self.bench,
            "began_utc": self.began,
            "ended_utc": self.ended,
            "resumed": self.resumed,
            "verdict": self.verdict,
            "items": [{**one.as_json(), "took_s": took} for one, took in zip(self.items, self.took_s, strict=True)],
            "due": [one.as_json() for one in self.due],
            "due_problem": self.due_problem,
            "trends": [{**vars(one), "values": list(one.values), "step": one.step} for one in self.trends],
        }


def night_report(plan: NightPlan, nights: Path, journal: Journal, book: Path, today: date) -> NightReport:
    """From the journal of a night that is over.

    Args:
        plan: of the night.
        nights: folder of all nights, for the trends.
        journal: of the night.
        book: of the laboratory, for what is due.
        today: in UTC.
    """
    items = shown_in(journal)
    took = {one["item"]: float(one["took_s"]) for one in journal.of("finished")}
    found, problem = _due(book, today)
    return NightReport(
        name=journal.folder.name,
        plan=plan.name,
        bench=plan.bench.name,
        began=journal.events[0]["utc"],
        ended=journal.events[-1]["utc"],
        resumed=len(journal.of("resumed")),
        items=tuple(items),
        took_s=tuple(took[one.item] for one in items),
        due=found,
        due_problem=problem,
        trends=tuple(trends(nights, plan.name, journal)),
    )


def _due(book: Path, today: date) -> tuple[tuple[Due, ...], str]:
    """What needs somebody soon; a book that cannot be read is told and spoils nothing else."""
    try:
        listed = due(Book(book), today, _SOON_DAYS)
    except CalibrationError as error:
        return (), str(error)
    return tuple(one for one in listed if one.state != "in force"), ""
