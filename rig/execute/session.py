"""One run on one open bench: phases, channels, prompts and guards, woven into the loop.

The session never decides what a reading means. It tells the pump what the program says, keeps it alive,
records what everybody says, and ends early only when going on would be pointless or unsafe: a broken witness,
too much volume in the beaker, a full disk, or a person who says stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calibration.errors import DoseproofError
from calibration.units import FLOW, VOLUME
from drivers.clock import WallClock
from drivers.errors import DriverError, NotSupported
from drivers.interfaces import ReservoirAlarm
from rig import events
from rig.execute.acts import HANDS, BenchActs
from rig.execute.channels import DeviceChannel, WitnessChannel
from rig.execute.journal import Journal
from rig.execute.looking import Looking
from rig.execute.loop import Loop
from rig.execute.phases import BENCH_FAULT, CHECK_AFTER, COMPLETED, DELIVERY, SAFETY_STOP, End, Phase, PhasePrompt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from drivers.interfaces import PumpState
    from rig.bench import OpenBench
    from rig.calibrate.steps import Act
    from rig.control import Control
    from rig.dose import Action
    from rig.events import Observer
    from rig.execute.phases import Looks
    from rig.plan import Plan
    from rig.record import RecordWriter

#: The pump is told that the host lives this many times per dead-man interval.
KEEP_ALIVE_PER_DEADMAN = 4
#: Between looks at prompts, guards and lateness, on the bench's clock [s].
GUARD_S = 2.0
PROMPT_POLL_S = 0.2
#: A bolus is asked after this often, and waited for no longer than this beyond its programmed end [s].
BOLUS_POLL_S = 0.5
#: Between attempts to stop the pump at the end of delivery [s].
STOP_AGAIN_S = 2.0
LONGEST_BOLUS_TAIL_S = 30.0
#: What a pump says of itself while it delivers.
MOVING = frozenset({"running", "bolus"})
#: After a safety stop the witnesses are read for so long; it shows whether flow stops, or a weight lies there [s].
AFTER_STOP_S = 14.0


class Session:
    """Carry out one plan.

    Args:
        plan: phases and intervals.
        bench: open, identified, prepared.
        writer: the record.
        control: what a person says meanwhile.
        observers: who watches.
        looks: what may end the delivery early; None lets it have its full length.
    """

    def __init__(
        self,
        plan: Plan,
        bench: OpenBench,
        writer: RecordWriter,
        control: Control,
        observers: Sequence[Observer],
        looks: Looks | None = None,
    ) -> None:
        self.plan = plan
        self._clock = bench.clock
        self._host = None if bench.world is None else WallClock()
        self._hands: Any = getattr(bench.world, "hands", None)
        self._pump = bench.device
        self._writer = writer
        self._control = control
        self._journal = Journal(bench.clock, writer, observers)
        self.loop = Loop(bench.clock, writer, self._journal, control, self._progress)
        self._device = DeviceChannel(bench.device, writer.rows("device"), self._journal, self._device_gone)
        self._witnesses = [
            WitnessChannel(name, instrument, writer, self._journal, self._broken)
            for name, instrument in bench.laboratory().items()
        ]
        self._acts = BenchActs(bench, self.loop, self._journal, control, self._broken)
        self._stopping: set[str] = set()
        self._phase: Phase | None = None
        self._phase_began = self._began = self._clock.now()
        self._alive_s = self._began
        self._base_g: float | None = None
        self._halted = False
        self._looks = looks
        self._looking: Looking | None = None
        self._open: Phase | None = None

    def note_checklist(self, entries: Sequence[dict[str, Any]]) -> None:
        """Put the answers to the set-up checklist among the events."""
        for entry in entries:
            self._journal.note(events.CHECKLIST, **entry)

    def run(self) -> End:
        """Run all phases; the pump is stopped when this returns, whatever happened."""
        try:
            self._schedule()
            return self.loop.spin()
        finally:
            self._make_safe()

    def _schedule(self) -> None:
        self._journal.note(events.STARTED, expected_s=self.plan.duration_s)
        self._tell_filling()
        if self._looks is not None:
            self._journal.note(events.LOOKS, **self._looks.planned)
        for witness in self._witnesses:
            self.loop.every(self.plan.interval_s(witness.name), witness.drain)
        self.loop.every(self.plan.interval_s("device"), self._device.drain)
        if self._pump.deadman_s < float("inf"):
            self.loop.every(self._pump.deadman_s / KEEP_ALIVE_PER_DEADMAN, self._keep_alive)
        self.loop.every(GUARD_S, self._guard)
        self._enter(list(self.plan.phases))

    def _tell_filling(self) -> None:
        """Tell a pump that keeps the book of its reservoir what was filled in; it stands, and goes on standing."""
        filling, pump = self.plan.filling, self._pump
        if filling is None or not isinstance(pump, ReservoirAlarm):
            return
        cannot: list[NotSupported] = []

        def tell() -> None:
            try:
                pump.tell_reservoir(filling.content, filling.alarm)
            except NotSupported as error:  # it answers, as another pump than the bench declares
                cannot.append(error)

        done = self._device.tell(tell) and not cannot
        content, alarm = (VOLUME.magnitude("filling", one) for one in (filling.content, filling.alarm))
        self._journal.note(events.ACTION, action="fill", rate_ul_h=None, volume_ul=content, alarm_ul=alarm, done=done)
        if cannot:
            self._broken(f"the bench declares what its pump cannot: {cannot[0]}")

    # Phases

    def _enter(self, phases: list[Phase]) -> None:
        if not phases:
            self.loop.finish(COMPLETED)
            return
        phase, *rest = phases
        if phase.touches_the_pan:
            self._base_g = None  # a weight is no delivery; the pump stands
        if not all(self._ask(prompt, phase) for prompt in phase.prompts):
            return
        self._stopping |= {prompt.key for prompt in phase.prompts if prompt.required and prompt.stops}
        waiting = {prompt.key for prompt in phase.prompts if prompt.required}
        optional = {prompt.key for prompt in phase.prompts} - waiting
        self.loop.at(self._clock.now(), lambda due_s: self._answered(due_s, phase, rest, waiting, optional))

    def _ask(self, prompt: PhasePrompt, phase: Phase) -> bool:
        """Ask a person, or let the hands of a simulated bench do what is asked; False where they cannot."""
        asked = {"key": prompt.key, "text": prompt.text, "required": prompt.required, "phase": phase.name}
        if prompt.act is not None and self._hands is not None:
            self._journal.note(events.PROMPT, **asked, done_by=HANDS)
            return self._do(prompt.key, prompt.act)
        self._journal.note(events.PROMPT, **asked)
        if self._control.unattended is not None:
            self._control.answer(prompt.key, self._control.unattended, who="nobody (unattended run)")
        return True

    def _do(self, key: str, act: Act) -> bool:
        try:
            said = self._hands.do(act.name, dict(act.values))
        except DoseproofError as error:
            self._broken(str(error))
            return False
        self._control.answer(key, str(said), who=HANDS)
        return True

    def _answered(
        self, due_s: float, phase: Phase, rest: list[Phase], waiting: set[str], optional: set[str]
    ) -> float | None:
        if self._halted and not phase.touches_the_pan:
            return None  # a safety stop came while the question stood
        answers = self._control.answers
        for key in sorted((waiting | optional) & set(answers)):
            self._journal.note(events.ANSWER, key=key, answer=answers[key].text, who=answers[key].who)
            if key in self._stopping and answers[key].refuses:
                self.loop.finish("aborted", f"the operator answered 'no' to {key!r}")
                return None
        waiting -= set(answers)
        optional -= set(answers)
        if waiting:
            if self._host is not None:  # a simulated world shall not run away while a person reads the question
                self._host.sleep_until(self._host.now() + PROMPT_POLL_S)
            return due_s + PROMPT_POLL_S
        self._begin(phase, rest)
        return None

    def _begin(self, phase: Phase, rest: list[Phase]) -> None:
        now = self._clock.now()
        self._phase, self._phase_began, self._open = phase, now, phase
        self._journal.note(events.PHASE, name=phase.name, edge="begin", duration_s=phase.duration_s)
        if phase.name == DELIVERY:
            self._base_g = self._mass_now()
            self._schedule_looks(phase, rest)
        for action in phase.actions:
            self.loop.at(now + action.time_s, self._turn_of(action, phase))
        self._acts.schedule(phase.acts, now, lambda: self._open is phase)
        self.loop.at(now + phase.duration_s, lambda _: self._leave(phase, rest))

    def _schedule_looks(self, phase: Phase, rest: list[Phase]) -> None:
        """Looks at what was recorded so far; what is enough ends the delivery, and all that follows it follows."""
        if self._looks is None:
            return

        def found(facts: Mapping[str, Any]) -> None:
            self._journal.note(events.LOOK, **facts)
            if facts["stops"]:
                self._leave(phase, rest)

        self._looking = Looking(self._looks, self._clock, found, waits=self._host is not None)
        wanted = lambda: self._open is phase  # noqa: E731
        for number, due_s in enumerate(self._looks.due_s):
            self.loop.at(self._phase_began + due_s, self._looking.task(number, wanted=wanted))

    def _leave(self, phase: Phase, rest: list[Phase]) -> None:
        if self._open is not phase:
            return  # a safety stop ended it, or it is over already
        self._open = None
        if phase.name == DELIVERY:
            self.loop.at(self._clock.now(), self._stop_delivery)
        self._journal.note(events.PHASE, name=phase.name, edge="end")
        self._enter(rest)

    def _stop_delivery(self, due_s: float) -> float | None:
        """Stop the pump, again and again until it says that it stands or is lost: a leg needs it at rest."""
        done = self._device.tell(self._pump.stop)
        self._journal.note(events.ACTION, action="stop", rate_ul_h=None, volume_ul=None, done=done)
        return None if done or self._device.lost else due_s + STOP_AGAIN_S

    def _turn_of(self, action: Action, phase: Phase) -> Callable[[float], float | None]:
        """The task that tells the pump; one that follows a bolus waits a moment for the bolus to be over."""

        def tell(due_s: float) -> float | None:
            if self._open is not phase:
                return None
            if action.follows_bolus and due_s < self._phase_began + action.time_s + LONGEST_BOLUS_TAIL_S:
                states: list[PumpState] = []
                self._device.tell(lambda: states.append(self._pump.state()))
                if states and states[0].state == "bolus":
                    return due_s + BOLUS_POLL_S
            self._act(action)
            return None

        return tell

    def _act(self, action: Action) -> None:
        """Tell the pump one thing; what it did is a claim, and is written down as one."""
        pump = self._pump
        match action.kind:
            case "set_rate":
                done = self._device.tell(lambda: pump.set_rate(action.rate))
            case "start":
                done = self._device.tell(pump.start)
            case "stop":
                done = self._device.tell(pump.stop)
            case _:
                done = self._device.tell(lambda: pump.bolus(action.volume, action.rate))
        rate = None if action.rate is None else FLOW.magnitude("rate", action.rate)
        volume = None if action.volume is None else VOLUME.magnitude("volume", action.volume)
        self._journal.note(events.ACTION, action=action.kind, rate_ul_h=rate, volume_ul=volume, done=done)

    # What is watched

    def _keep_alive(self) -> None:
        if self._halted:
            return  # a pump that goes on after a safety stop is left to its dead-man
        now = self._clock.now()
        if now - self._alive_s > self._pump.deadman_s * 0.8:
            self._broken(
                f"the host was {now - self._alive_s:.1f} s late; the pump stops after {self._pump.deadman_s:.0f} s"
            )
        self._alive_s = now
        self._device.tell(self._pump.keep_alive)

    def _guard(self) -> None:
        for note in self._control.take_notes():
            self._journal.note(events.NOTE, text=note.text, who=note.who)
        mass = self._mass_now()
        if self.plan.over_volume_g is None or self._base_g is None or mass is None:
            return
        if mass - self._base_g > self.plan.over_volume_g and not self._halted:
            gained = 1000 * (mass - self._base_g)
            self._halt(f"over-volume: the beaker gained {gained:.1f} mg since delivery began")

    def _halt(self, cause: str) -> None:
        """Stop the pump at once, tell it nothing more, and end when it has been seen what came of that."""
        self._halted, stopped_in, self._open = True, self._open, None
        self.loop.settle(SAFETY_STOP, cause)
        now = self._clock.now()
        self.loop.at(now, self._stop_delivery)
        self.loop.at(now + AFTER_STOP_S, lambda _: self._weigh_again(stopped_in))

    def _weigh_again(self, stopped_in: Phase | None) -> None:
        """End; but first the check weight, if there is one: it tells a balance that moved from a pump that poured.

        Not beside a pump that does not say that it stands: liquid that still comes is no shift of a weight.
        """
        said: list[PumpState] = []
        self._device.tell(lambda: said.append(self._pump.state()))
        stands = bool(said) and said[0].state not in MOVING
        checks = [phase for phase in self.plan.phases if stands and phase.name.startswith(CHECK_AFTER)]
        if checks and stopped_in is not None:
            self._journal.note(events.PHASE, name=stopped_in.name, edge="end")
        self._enter(checks)

    def _mass_now(self) -> float | None:
        return next((w.usable[1] for w in self._witnesses if w.name == self.plan.reference and w.usable), None)

    def _broken(self, cause: str) -> None:
        self.loop.finish(BENCH_FAULT, cause)

    def _device_gone(self, cause: str) -> None:
        self._journal.note(events.FAULT, kind="device", cause=f"the device does not answer any more: {cause}")

    def _make_safe(self) -> None:
        """Stop the pump in any case; what cannot be confirmed is said, and its dead-man does the rest."""
        if self._looking is not None:
            self._looking.close()
        try:
            self._pump.stop()
        except DriverError as error:
            self._journal.note(events.FAULT, kind="device", cause=f"the stop was not confirmed: {error}")
        self._acts.restore()

    def _progress(self, now: float) -> dict[str, float | str]:
        phase = self._phase
        left = 0.0 if phase is None else max(0.0, phase.duration_s - (now - self._phase_began))
        after = 0.0
        if phase is not None:
            after = sum(p.duration_s for p in self.plan.phases[self.plan.phases.index(phase) + 1 :])
        return {
            "phase": phase.name if phase else "waiting",
            "elapsed_s": now - self._began,
            "left_s": left + after,
            "total_s": self.plan.duration_s,
        }
