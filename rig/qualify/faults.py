"""Faults that must not be missed: each a real run, and its verdict must be of the right class.

On a simulated bench the world is made wrong, or its hands do it when a phase begins. At a real bench a person is told
to do it at that moment; what only a world can do is listed as *not exercised*, with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig import events
from rig.bench import with_world_options
from rig.errors import BenchError
from rig.qualify.item import Item, stated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rig.bench import Bench, OpenBench
    from rig.events import Event
    from rig.protocol import Protocol
    from rig.qualify.plan import Fault
    from rig.qualify.runs import Runs

_WHAT = "a fault, and the verdict that it must get"


def fault_items(faults: Sequence[Fault], protocols: Mapping[str, Protocol], bench: Bench, runs: Runs) -> list[Item]:
    """A line for each fault.

    Args:
        faults: to make.
        protocols: of the run of each, by its name.
        bench: of all.
        runs: makes them.
    """
    return [_fault(fault, protocols[fault.name], bench, runs) for fault in faults]


def _fault(fault: Fault, protocol: Protocol, bench: Bench, runs: Runs) -> Item:
    name = f"fault {fault.name}"
    if bench.world is None and fault.world:
        why = "it takes a simulated bench to make it; nobody can do it by hand"
        return stated(name, _WHAT, "not exercised", why, fault.expect)
    runs.front.say(f"fault: {fault.name}, which must end {fault.expect}")
    there = with_world_options(bench, fault.world) if bench.world is not None else bench
    maker = _Maker(fault, runs)
    folder, made = f"fault-{fault.name}", tuple[str, ...]()
    try:
        assessment = runs.run(
            folder, protocol, there, expected=fault.expect, when_open=maker.keep, observer=maker.watch
        )
    except BenchError as error:
        found, why = "invalid", f"refused before the start: {'; '.join(error.reasons)}"
    else:
        found, made = assessment.verdict.outcome, (folder,)
        why = assessment.verdict.reasons[0] if assessment.verdict.reasons else "no reason was given"
    caught = found == fault.expect
    text = f"ended {found}{'' if caught else f', expected {fault.expect}: this fault is not caught'}; {why}"
    return stated(name, _WHAT, "passed" if caught else "failed", text, fault.expect, made)


class _Maker:
    """Makes a fault when its phase begins."""

    def __init__(self, fault: Fault, runs: Runs) -> None:
        self._fault, self._runs = fault, runs
        self._opened: OpenBench | None = None

    def keep(self, opened: OpenBench) -> None:
        """Take the open bench, for its hands."""
        self._opened = opened

    def watch(self, event: Event) -> None:
        """Look whether it is time."""
        begins = event.kind == events.PHASE and (event.data["name"], event.data["edge"]) == (self._fault.at, "begin")
        if not begins or not self._fault.act:
            return
        hands: Any = getattr(getattr(self._opened, "world", None), "hands", None)
        if hands is None:
            self._runs.front.say(f"NOW: {self._fault.text}")
        else:
            hands.do(self._fault.act, dict(self._fault.values))
