"""Looks while the run goes on: the record as it is on the disk, and what it says so far.

What is judged is what was recorded, and nothing else: before a look the writer brings everything to its files, and
they are read back. So whoever cuts the sealed record to the rows that an event names has what the run had.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from calibration.errors import DoseproofError
from rig.delivery.from_record import Evidence, phases_of
from rig.errors import EvidenceError
from rig.execute.phases import SO_FAR, End
from rig.record import Record
from rig.record.held import HeldRecord
from rig.record.segment_reader import SegmentReader
from rig.record.stream_reader import as_arrays, read_all
from rig.record.writer import SETTLE_S
from rig.sequential.look import Looked, look_at
from rig.sequential.so_far import channels_of, so_far

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rig.bench import Bench
    from rig.plan import Plan as RunPlan
    from rig.record import RecordWriter
    from rig.verify.sequential import Plan


class LiveLooks:
    """Makes the looks of one run, in order.

    Args:
        plan: of the looks.
        run_plan: of the phases.
        bench: its file.
        writer: the record.
        settles_s: longest that the run waits for its disk at a look [s]; None where time stands still meanwhile.

    Attributes:
        due_s: when each look can be made, since delivery began [s]; the last of the plan is the end of the run.
        planned: when they are, since the analysis began, and the risk; the whole plan is in ``start.json``.
    """

    def __init__(
        self, plan: Plan, run_plan: RunPlan, bench: Bench, writer: RecordWriter, settles_s: float | None = SETTLE_S
    ) -> None:
        self.plan = plan
        self.due_s: Sequence[float] = [
            run_plan.stabilization_s + one.time_s + run_plan.overrun_s for one in plan.looks[:-1]
        ]
        times = [one.time_s for one in plan.looks[:-1]]
        self.planned: Mapping[str, Any] = {"at_s": times, "spending": plan.spending, "risk": plan.risk}
        self._channels = channels_of(bench)
        self._writer = writer
        self._done: list[Looked] = []
        self._inputs: Evidence | None = None
        self._unsettled = ""
        self._settles_s = settles_s

    def prepare(self) -> None:
        """Bring everything into the files; what a disk does not take is told by the look, and by the loop itself."""
        try:
            self._writer.settle(self._settles_s)
            self._unsettled = ""
        except EvidenceError as error:
            self._unsettled = str(error)

    def __call__(self, number: int, now_s: float) -> dict[str, Any]:
        """Make a look; the answer is the event that belongs into the record."""
        try:
            evidence, rows = self._evidence(now_s)
        except DoseproofError as error:
            found = Looked(number, self.plan.looks[number].time_s, now_s, {}, "none", str(error))
        else:
            found = look_at(evidence, rows, self.plan, number, self._done)
        self._done.append(found)
        return found.as_json()

    def _evidence(self, now_s: float) -> tuple[Evidence, dict[str, int]]:
        """What is on the disk.

        Raises:
            EvidenceError: the disk did not take it, or gives back something else.
        """
        if self._unsettled:
            raise EvidenceError(self._unsettled)
        record = self._record()
        if self._inputs is None:
            self._inputs = Evidence.of(record)
        phases = phases_of(record, End(SO_FAR, "", now_s))
        rows = {name: len(columns["t_s"]) for name, columns in record.streams.items()}
        return so_far(replace(self._inputs, record=record, phases=phases), rows, now_s), rows

    def _record(self) -> HeldRecord:
        folder, streams = self._writer.folder, {}
        for name in self._channels:
            # while it is read more may be written: a last batch that is not whole yet is left to the next look
            table, _ = read_all(SegmentReader(folder, name))
            if table is not None and table.num_rows:
                streams[name] = as_arrays(table)
        return HeldRecord.of(folder, Record.start_of(folder), streams)
