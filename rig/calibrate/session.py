"""A procedure under way: which step comes next, what the steps before it gave, and how it is resumed.

    session = CalibrationSession.begin(procedure, station, keep=Path("calibration/.unfinished"))
    while (view := session.view()) is not None:
        for done in session.advance(answer): ...        # 0 to 1
    tables = session.finish(People("A. Weber"))

The result of each step is on the disk before the next one is shown. A procedure that was interrupted is taken up where
it was, on the same instrument, with the same file and no later than a day after: else it begins anew. What prepares the
bench is done again, and so is a group of steps that was broken off (:mod:`rig.calibrate.steps`).
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from calibration.errors import CalibrationError
from rig.calibrate.errors import ProcedureError
from rig.calibrate.stands_on import refuse_unusable
from rig.calibrate.steps import View

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from drivers.interfaces import Identity
    from rig.calibrate.bench import Station
    from rig.calibrate.procedure import People, Procedure
    from rig.calibrate.steps import Step

#: Where what is unfinished is kept, below the book.
UNFINISHED: Final = ".unfinished"
#: An older beginning belongs to another room and another day.
LONGEST_PAUSE: Final = timedelta(hours=24)


@dataclass
class CalibrationSession:
    """One procedure on one bench; make it with :meth:`begin`.

    Attributes:
        procedure: its steps and what follows from them.
        station: the bench.
        path: where results are kept until the procedure is finished.
        results: so far, by the key of the step.
        resumed: how many results came from an earlier beginning.
    """

    procedure: Procedure
    station: Station
    path: Path
    results: dict[str, Any] = field(default_factory=dict)
    resumed: int = 0

    @classmethod
    def begin(cls, procedure: Procedure, station: Station, keep: Path, *, anew: bool = False) -> CalibrationSession:
        """Begin, or go on where the same procedure was interrupted.

        Args:
            procedure: which.
            station: where.
            keep: folder for what is unfinished.
            anew: forget an earlier beginning.

        Raises:
            ProcedureError: the bench has no such channel, or what was kept cannot be read.
            BenchError: what the procedure would stand on does not hold, with every reason.
        """
        procedure.stand_on(station)
        identity = station.identity(procedure.file.channel)
        refuse_unusable(procedure, station)
        session = cls(procedure, station, keep / f"{identity.serial_number}-{procedure.file.chain}.json")
        keys = [step.key for step in session.steps]
        if len(set(keys)) != len(keys):
            raise ProcedureError(f"{procedure.file.kind}: two steps have the same key: a defect of the procedure")
        if anew:
            session.path.unlink(missing_ok=True)
        session._resume(identity)
        station.results = session.results
        return session

    @property
    def steps(self) -> list[Step]:
        """Every step, in order."""
        return list(self.procedure.steps())

    @property
    def identity(self) -> Identity:
        """Which unit is calibrated."""
        return self.station.identity(self.procedure.file.channel)

    def view(self) -> View | None:
        """The step that comes next; None when all have given their result."""
        steps = self.steps
        for number, step in enumerate(steps, start=1):
            if step.key not in self.results:
                return View(step.key, step.text, step.asks, number, len(steps))
        return None

    def advance(self, answer: str = "") -> Generator[float, None, None]:
        """Carry out the next step, with its progress; its result is kept when this has come to its end.

        Raises:
            AnswerError: the answer is none; the step stays.
            DriverError, CalibrationError, ProcedureError: the step stays, too.
        """
        step = next(step for step in self.steps if step.key not in self.results)
        result = yield from step.advance(self.station, answer)
        self.results[step.key] = result
        self._keep()

    def finish(self, people: People) -> dict[str, Any]:
        """The tables of the record.

        Raises:
            CalibrationError: what was found cannot be a calibration; the results stay, for whoever looks into it, and
                so does the record before.
        """
        try:
            return self.procedure.tables(self.results, self.identity, people)
        except CalibrationError as error:
            undone = self.procedure.take_back(self.results)
            stays = "nothing was filed; the record before, if there is one, stays in force"
            raise CalibrationError("; ".join(filter(None, [str(error), undone, stays]))) from error

    def forget(self) -> None:
        """The record is filed; what was kept of the way there is in it."""
        self.path.unlink(missing_ok=True)

    def _facts(self, identity: Identity) -> dict[str, Any]:
        return {
            "schema": 1,
            "instrument": asdict(identity),
            "procedure_sha256": self.procedure.file.source.sha256,
            "steps": [step.key for step in self.steps],
        }

    def _keep(self) -> None:
        now = self.station.opened.clock.utc().isoformat()
        kept = {**self._facts(self.identity), "kept_utc": now, "results": self.results}
        new = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with new.open("w", encoding="utf-8") as file:
                json.dump(kept, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            raise ProcedureError(f"{self.path}: the result of the step could not be kept: {error}") from error

    def _resume(self, identity: Identity) -> None:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            age = self.station.opened.clock.utc() - datetime.fromisoformat(kept.pop("kept_utc"))
            results = kept.pop("results")
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise ProcedureError(
                f"{self.path}: expected the results of an interrupted procedure, found something else ({error}); "
                "remove the file, or begin anew with --anew"
            ) from error
        if kept == self._facts(identity) and abs(age) <= LONGEST_PAUSE:
            self.results = self._still_good(results)
            self.resumed = len(self.results)

    def _still_good(self, results: dict[str, Any]) -> dict[str, Any]:
        """Without what prepared the bench, and without the group that was broken off: it may stand otherwise by now."""
        steps = self.steps
        broken = next((step.group for step in steps if step.key not in results), "")
        gone = {step.key for step in steps if step.again or (broken and step.group == broken)}
        complete = all(step.key in results for step in steps)
        return {key: value for key, value in results.items() if complete or key not in gone}
