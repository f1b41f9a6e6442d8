"""When something happened in a run: declared, noted by a person, or said by the pump.

What the pump says is seen by polling: an alarm came some time since the word before it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import RATIO, TIME
from rig import events
from rig.delivery.setup import CLOCK_HALF_WIDTH
from rig.errors import EvidenceError
from rig.verify.events import TimedEvent

if TYPE_CHECKING:
    from calibration.units import Quantity
    from rig.findings.run import Run
    from rig.protocol_findings.happened import EventTable, Instant


@dataclass(frozen=True)
class Seen:
    """Something that was seen between two looks [s on the bench's clock]."""

    after_s: float
    by_s: float
    says: str

    @property
    def event(self) -> TimedEvent:
        """As a timed event; looks apart by ``by - after``."""
        poll = TIME.quantity(self.by_s - self.after_s)
        return TimedEvent(TIME.quantity(self.by_s), TIME.quantity(0.0), poll)


def clock_u() -> Quantity:
    """Relative standard uncertainty of the bench's clock: rectangular."""
    return RATIO.quantity(100.0 * CLOCK_HALF_WIDTH / math.sqrt(3.0))


def when(run: Run, instant: Instant) -> TimedEvent:
    """An instant of the protocol, on the bench's clock.

    Raises:
        EvidenceError: nobody noted it.
    """
    if instant.at is not None:
        return TimedEvent(TIME.quantity(run.began_s + TIME.magnitude("at", instant.at)), instant.u)
    return TimedEvent(TIME.quantity(noted_s(run, instant.note or "")), instant.u)


def at_s(run: Run, instant: Instant) -> float:
    """The same, its time alone [s]."""
    return when(run, instant).seconds[0]


def noted_s(run: Run, text: str, after_s: float = -math.inf) -> float:
    """When a person first put a remark with this text into the record [s].

    Raises:
        EvidenceError: nobody did.
    """
    told = [t for t, data in run.evidence.record.events(events.NOTE) if text in data.get("text", "") and t >= after_s]
    if not told:
        raise EvidenceError(f"nobody noted {text!r} in the record, so that the instant is not known")
    return told[0]


def detected(run: Run, asked: EventTable, cause_s: float) -> Seen | None:
    """When the pump, or a person, first showed what the table waits for, at the cause or later; None for never."""
    if asked.detected_by == "note":
        try:
            noted = noted_s(run, asked.note, cause_s)
        except EvidenceError:
            return None
        return Seen(noted, noted, f"noted: {asked.note}")
    rows = run.evidence.record.stream("device")
    if asked.detected_by == "silence":
        return _silence(run, rows["t_s"], cause_s, TIME.magnitude("silence", asked.silence))
    if asked.detected_by == "reset":
        return _first(rows["t_s"], np.diff(rows["boots"]) != 0, cause_s, "the pump was reset")
    return new_alarm(rows, cause_s, asked.alarm)


def new_alarm(rows: dict[str, Any], cause_s: float, name: str = "") -> Seen | None:
    """The first alarm of that name, or of any, that did not stand in the word before."""
    new = np.zeros(max(len(rows["t_s"]) - 1, 0), dtype=np.bool_)
    new[[at for at, came in alarms_that_came(rows) if not name or name in came]] = True
    return _first(rows["t_s"], new, cause_s, f"alarm {name}".strip())


def alarms_that_came(rows: dict[str, Any]) -> list[tuple[int, set[str]]]:
    """Alarms that a word of the pump has and the one before had not, with the place of the one before."""
    said = rows["alarms"]
    changed = np.flatnonzero(said[1:] != said[:-1])
    came = [(int(at), set(str(said[at + 1]).split()) - set(str(said[at]).split())) for at in changed]
    return [(at, names) for at, names in came if names]


def _first(time_s: Any, new: Any, cause_s: float, says: str) -> Seen | None:
    """The first change that was seen after the cause; several words may come with one look."""
    found = np.flatnonzero(new & (time_s[1:] >= cause_s))
    if not len(found):
        return None
    by_s = float(time_s[int(found[0]) + 1])
    before = int(np.searchsorted(time_s, by_s, side="left")) - 1
    return Seen(float(time_s[before]) if before >= 0 else by_s, by_s, says)


def _silence(run: Run, time_s: Any, cause_s: float, longest_s: float) -> Seen | None:
    """The instant at which a silence had lasted for so long; the end of the record ends the last one."""
    times = np.append(time_s, max(run.evidence.end.t_s, float(time_s[-1]) if len(time_s) else cause_s))
    quiet = np.flatnonzero((np.diff(times) > longest_s) & (times[:-1] + longest_s >= cause_s))
    if not len(quiet):
        return None
    told = float(times[quiet[0]]) + longest_s
    return Seen(told, told, f"silent for {longest_s:g} s")
