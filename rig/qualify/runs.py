"""Real runs for a qualification, each in a folder of its own; one that an interrupted qualification made is used again.

A folder is used again only where its record is sealed, not older than :data:`LONGEST_DAYS`, and its inputs are the same
protocol, bench, calibration and noise records, byte for byte. Anything else under its name is an error: nothing is run
twice in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rig.assessment import assess
from rig.errors import EvidenceError
from rig.qualify.record import RunMade
from rig.record import Record
from rig.run_start import run_inputs
from rig.runner import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from rig.assessment import Assessment
    from rig.bench import Bench, OpenBench
    from rig.control import Control
    from rig.events import Observer
    from rig.protocol import Protocol
    from rig.qualify.front import Front
    from rig.runner import Outcome


#: Set-ups on several days take their time; what lies further back belongs to another qualification.
LONGEST_DAYS: Final = 60


@dataclass
class Runs:
    """Makes runs, and remembers which were made.

    Attributes:
        out: folder of the records.
        front: who watches.
        operator: for the records.
        book: of the laboratory.
        today: in UTC; a run is used again for :data:`LONGEST_DAYS`.
        made: every run so far.
        records: of these runs, by folder.
    """

    out: Path
    front: Front
    operator: str
    book: Path
    today: date
    made: list[RunMade] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)

    def run(
        self,
        name: str,
        protocol: Protocol,
        bench: Bench,
        *,
        expected: str = "pass",
        when_open: Callable[[OpenBench], None] | None = None,
        observer: Observer | None = None,
    ) -> Assessment:
        """Make a run, or find the one that was made already.

        Args:
            name: of its folder.
            protocol, bench: as for :func:`rig.runner.run`. What the protocol asks of the bench's qualification is left
                out: this is it.
            expected: for the list.
            when_open: is given the open bench.
            observer: beside those of the front.

        Raises:
            DoseproofError: as for :func:`rig.runner.run`, or the folder holds something else.
        """
        folder = self.out / name
        asked = protocol.model_copy(update={"qualification": None})

        def go(control: Control, observers: Sequence[Observer]) -> Outcome:
            own = () if observer is None else (observer,)
            return run(
                asked, bench, folder, operator=self.operator, control=control, observers=[*own, *observers],
                book=self.book, when_open=when_open,
            )  # fmt: skip

        assessment = (
            assess(self._found(folder, protocol, bench)) if folder.exists() else self.front.watch(go).assessment
        )
        self.records[name] = record = Record.open(folder)
        outcome = assessment.verdict.outcome
        self.made.append(RunMade(folder=name, content_digest=record.content_digest, outcome=outcome, expected=expected))
        return assessment

    def _found(self, folder: Path, protocol: Protocol, bench: Bench) -> Record:
        record = _same(folder, protocol, bench)
        old = abs((datetime.fromisoformat(record.start["started_utc"]).date() - self.today).days)
        if old > LONGEST_DAYS:
            raise EvidenceError(f"{folder}: expected a run of the last {LONGEST_DAYS} days, found one {old} days away "
                                f"from {self.today}; give another --out")  # fmt: skip
        return record


def _same(folder: Path, protocol: Protocol, bench: Bench) -> Record:
    record = Record.open(folder)
    other = [name for name, content in run_inputs(protocol, bench).items() if _content(record, name) != content]
    if other or not record.sealed:
        why = f"of another {', '.join(other)}" if other else "that was never sealed"
        raise EvidenceError(f"{folder}: expected no record, or the same run, found one {why}; give another --out")
    return record


def _content(record: Record, name: str) -> bytes:
    path = record.input_path(name)
    return path.read_bytes() if path.is_file() else b""
