"""Acts at the bench while the program runs: by simulated hands, by a person who is asked, or by the rig on the supply.

Each leaves its remark in the record at the moment it has been done, so findings know the instant. What a person is
asked holds up nothing: the run goes on, and the remark comes with the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calibration.errors import DoseproofError
from calibration.units import VOLTAGE
from drivers.interfaces import Supply
from rig import events
from rig.errors import BenchError
from rig.wiring import what_is_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from calibration.units import Quantity
    from rig.bench import OpenBench
    from rig.control import Control
    from rig.execute.journal import Journal
    from rig.execute.loop import Loop
    from rig.execute.phases import PhaseAct
    from rig.protocol_acts import ActTable

#: Who acted, in the record, where no person did.
RIG = "rig"
#: Who did what only hands can do on a simulated bench.
HANDS = "simulated hands"
#: Between looks whether a person has answered [s].
POLL_S = 0.2


def undoable(acts: Sequence[ActTable], bench: OpenBench, *, unattended: bool) -> list[str]:
    """What of a protocol's acts cannot be done on a bench, each with what to change; empty where all can.

    Args:
        acts: of the protocol.
        bench: open.
        unattended: nobody stands at it.
    """
    hands = getattr(bench.world, "hands", None)
    by_hand = {act.do for act in acts if act.do is not None}
    reasons = []
    if any(act.supply is not None for act in acts):
        reasons += what_is_missing(["supply"], (one.CAPABILITY for one in bench.laboratory().values()), bench.file.name)
    if hands is None and by_hand and unattended:
        reasons.append(f"a person must do {', '.join(sorted(by_hand))} while it runs; use 'rig run', and stay there")
    if hands is not None and (strange := sorted(by_hand - set(hands.acts))):
        reasons.append(f"the hands of this simulated bench cannot do {', '.join(strange)}; correct the protocol")
    return reasons


def refuse_undoable(acts: Sequence[ActTable], bench: OpenBench, control: Control) -> None:
    """Refuse before anything moves.

    Raises:
        BenchError: with every reason.
    """
    if reasons := undoable(acts, bench, unattended=control.unattended is not None):
        raise BenchError(bench.file.name, reasons)


@dataclass
class BenchActs:
    """Does what the phases of a run ask for.

    Attributes:
        bench: its hands and its supply.
        loop, journal, control: of the run.
        broken: called with the cause where something could not be done.
    """

    bench: OpenBench
    loop: Loop
    journal: Journal
    control: Control
    broken: Callable[[str], None]

    def __post_init__(self) -> None:
        self._hands: Any = getattr(self.bench.world, "hands", None)
        self._before: Quantity | None = None

    def schedule(self, acts: Sequence[PhaseAct], began_s: float, wanted: Callable[[], bool]) -> None:
        """Do each at its time, counted from the beginning of its phase, while it is wanted."""
        for act in acts:
            self.loop.at(began_s + act.time_s, self._turn_of(act, wanted))

    def restore(self) -> None:
        """Give the supply back the voltage that it had before the first act; never raises a driver's error."""
        if (before := self._before) is not None:
            self._attempt(lambda: self._supply().set_voltage(before))

    def _turn_of(self, act: PhaseAct, wanted: Callable[[], bool]) -> Callable[[float], float | None]:
        asked = False

        def turn(due_s: float) -> float | None:
            nonlocal asked
            if not wanted():
                return None
            if act.do is None or self._hands is not None:
                self._at_once(act)
                return None
            if not asked:
                asked = True
                self.journal.note(events.PROMPT, key=act.key, text=act.text, required=True, phase=act.phase)
            return self._by_person(act, due_s)

        return turn

    def _at_once(self, act: PhaseAct) -> None:
        """By the rig, or by simulated hands."""
        voltage = act.supply
        if voltage is not None:
            who, done = RIG, self._attempt(lambda: self._set_supply(voltage))
        else:
            who, done = HANDS, self._attempt(lambda: self._hands.do(act.do, dict(act.values)))
        if done:
            self._done(act, who)

    def _by_person(self, act: PhaseAct, due_s: float) -> float | None:
        answer = self.control.answers.get(act.key)
        if answer is None:
            return due_s + POLL_S
        self.journal.note(events.ANSWER, key=act.key, answer=answer.text, who=answer.who)
        if answer.refuses:
            self.loop.finish("aborted", f"the operator answered 'no' to {act.key!r}")
        else:
            self._done(act, answer.who)
        return None

    def _set_supply(self, voltage: Quantity) -> None:
        supply = self._supply()
        if self._before is None:
            self._before = VOLTAGE.quantity(round(VOLTAGE.magnitude("voltage", supply.read()[0]), 3))
        supply.set_voltage(voltage)

    def _supply(self) -> Supply:
        return next(one for one in self.bench.laboratory().values() if isinstance(one, Supply))

    def _attempt(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except DoseproofError as error:
            self.broken(str(error))
            return False
        return True

    def _done(self, act: PhaseAct, who: str) -> None:
        self.journal.note(events.NOTE, text=act.note, who=who)
