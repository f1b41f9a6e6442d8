"""What a run tells those who watch it: the terminal, the page, a test. Observers never steer.

An observer is called on the run's own thread and must return at once. The same events are kept in the
record, except ``progress`` and ``calibration``, which are for eyes only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

CALIBRATION = "calibration"
STARTED = "started"
PHASE = "phase"
ACTION = "action"
PROMPT = "prompt"
ANSWER = "answer"
NOTE = "note"
FAULT = "fault"
DEVICE = "device"
WITNESS = "witness"
PROGRESS = "progress"
CHECKLIST = "checklist"
LOOKS = "looks"
LOOK = "look"
ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        t_s: when, on the bench's clock.
        kind: one of the constants of this module.
        data: the facts; plain JSON values.
    """

    t_s: float
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


Observer = Callable[[Event], None]
