"""What the world knows of a run, and the rig does not: the volume that has really left the tip, against the program.

    onlooker = Onlooker()
    outcome = run(protocol, bench, folder, observers=[onlooker.watch], when_open=onlooker.keep)
    truth_of(protocol, outcome, onlooker, onset_h=0.5).error_percent

A world that can be asked has ``delivered_ul(time_s)``; of another one only the time to the verdict is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig import events
from rig.execute.phases import DELIVERY

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.bench import OpenBench
    from rig.events import Event
    from rig.protocol import Protocol
    from rig.runner import Outcome

_HOUR_S = 3600.0
#: Of an hour: 4 ms; what is less is the arithmetic of floats.
_TIME_DIGITS = 6


@dataclass(frozen=True)
class Truth:
    """What was so; None where that cannot be said.

    Attributes:
        after_h: from the onset to the verdict, which comes with the end of the run [h].
        error_ul: truth less program by the end of delivery.
        error_percent: the same of what was programmed by then.
        outside: whether the true mean flow of the analysis was outside its limit.
    """

    after_h: float | None = None
    error_ul: float | None = None
    error_percent: float | None = None
    outside: bool | None = None


class Onlooker:
    """Keeps the world of a run, and the beginning of its delivery."""

    def __init__(self) -> None:
        self.world: Any = None
        self.began_s: float | None = None

    def keep(self, opened: OpenBench) -> None:
        """The bench has been opened."""
        self.world = opened.world

    def watch(self, event: Event) -> None:
        """Something happened."""
        if event.kind == events.PHASE and (event.data["name"], event.data["edge"]) == (DELIVERY, "begin"):
            self.began_s = event.t_s


def truth_of(protocol: Protocol, outcome: Outcome, onlooker: Onlooker, onset_h: float) -> Truth:
    """Ask the world, before it is closed or after.

    Args:
        protocol: that was run.
        outcome: of the run.
        onlooker: that was there.
        onset_h: when the fault began, from the beginning of the program [h].
    """
    tell, began_s = getattr(onlooker.world, "delivered_ul", None), onlooker.began_s
    if began_s is None:
        return Truth()
    lasted_s = outcome.end.t_s - began_s
    after_h = round(max(0.0, lasted_s / _HOUR_S - onset_h), _TIME_DIGITS)
    if tell is None:
        return Truth(after_h)

    def delivered_ul(time_s: float) -> float:
        return float(tell(began_s + time_s) - tell(began_s))

    until_s = min(lasted_s, protocol.timing.delivery_s)
    programmed_ul = _programmed_ul(protocol, 0.0, until_s)
    error_ul = delivered_ul(until_s) - programmed_ul
    percent = 100.0 * error_ul / programmed_ul if programmed_ul else None
    return Truth(after_h, error_ul, percent, _outside(protocol, outcome, delivered_ul))


def _outside(protocol: Protocol, outcome: Outcome, delivered_ul: Callable[[float], float]) -> bool | None:
    """Whether the true mean flow of the analysis is outside the limit of ``mean_flow_error``."""
    found = {one.name: one for one in outcome.assessment.findings}.get("mean_flow_error")
    if found is None or found.limits == (None, None) or found.unit != "%" or found.verdict == "informative":
        return None
    start_s = protocol.timing.stabilization_s
    end_s = start_s + protocol.timing.analysis_s
    programmed_ul = _programmed_ul(protocol, start_s, end_s)
    if not programmed_ul:
        return None
    error = 100.0 * ((delivered_ul(end_s) - delivered_ul(start_s)) / programmed_ul - 1.0)
    low, high = found.limits
    return (low is not None and error < low) or (high is not None and error > high)


def _programmed_ul(protocol: Protocol, start_s: float, end_s: float) -> float:
    start_ul, end_ul = protocol.dose.volume_ul([start_s, end_s])
    return float(end_ul - start_ul)
