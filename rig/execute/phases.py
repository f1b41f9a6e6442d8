"""The phases of a run, as the loop carries them out.

A phase begins when every required prompt of it has been answered; until then the run waits in it, recording.
Steps are timed from the beginning of their phase.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calibration.units import Quantity
    from rig.calibrate.steps import Act
    from rig.dose import Action

EVAPORATION_BEFORE = "evaporation-before"
DELIVERY = "delivery"
EVAPORATION_AFTER = "evaporation-after"
ZERO_FLOW = "zero-flow"
#: Each begins the names of several phases: ``check-weight-before-0-off``, ``-1-on``, ``-1-off`` and so on.
CHECK_BEFORE = "check-weight-before"
CHECK_AFTER = "check-weight-after"


@dataclass(frozen=True, slots=True)
class PhasePrompt:
    """What is asked of the operator at the beginning of a phase.

    Attributes:
        key: identifies the prompt within the run.
        text: the question.
        required: whether the phase waits for the answer.
        stops: whether "no" ends the run.
        act: the same for the hands of a simulated bench, which then answer; None where only a person can.
    """

    key: str
    text: str
    required: bool
    act: Act | None = None
    stops: bool = True


@dataclass(frozen=True, slots=True)
class PhaseAct:
    """Something that is done to the pump in a phase (:mod:`rig.protocol_acts`).

    Attributes:
        time_s: when, from the beginning of the phase.
        key: of the question to a person.
        note: remark for the record, once it has been done.
        text: what a person is asked to do.
        do, values: the same for simulated hands.
        supply: voltage that the rig sets instead.
        phase: its name.
    """

    time_s: float
    key: str
    note: str
    text: str
    do: str | None
    values: Mapping[str, str]
    supply: Quantity | None
    phase: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the run.

    Attributes:
        name: one of the constants of this module.
        duration_s: how long it lasts once it has begun [s].
        actions: what the pump is told; their ``time_s`` counts from the beginning of the phase.
        prompts: what is asked before it begins.
        acts: what is done at the bench meanwhile.
    """

    name: str
    duration_s: float
    actions: tuple[Action, ...] = ()
    prompts: tuple[PhasePrompt, ...] = ()
    acts: tuple[PhaseAct, ...] = ()

    @property
    def touches_the_pan(self) -> bool:
        """Whether somebody puts weights on the balance in it, so that its readings say nothing of the fluid."""
        return self.name.startswith((CHECK_BEFORE, CHECK_AFTER))


class Looks(Protocol):
    """What may end the delivery early: looks at what was recorded so far.

    Attributes:
        due_s: when each can be made, since delivery began, rising [s].
        planned: facts of the event that tells of them.
    """

    due_s: Sequence[float]
    planned: Mapping[str, Any]

    def prepare(self) -> None:
        """Bring what was recorded so far to where a look reads it; on the run's own thread."""

    def __call__(self, number: int, now_s: float) -> Mapping[str, Any]:
        """Make look ``number``, on any thread; the facts of its event.

        Args:
            number: from 0.
            now_s: when it was due, on the bench's clock.

        Returns:
            Plain JSON values; ``stops`` says whether the delivery ends by it.
        """


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended.

    Attributes:
        kind: ``completed``, ``aborted``, ``bench-fault`` or ``safety-stop``; ``interrupted`` where the host stopped, or
            was killed, before the run could say how it ends.
        cause: in words; empty for a run that was completed.
        t_s: when, on the bench's clock.
    """

    kind: str
    cause: str
    t_s: float


COMPLETED = "completed"
#: No end at all: what is asked of a run at a look, while it goes on.
SO_FAR = "so far"
ABORTED = "aborted"
BENCH_FAULT = "bench-fault"
SAFETY_STOP = "safety-stop"
INTERRUPTED = "interrupted"
