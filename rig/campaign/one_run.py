"""One run of a campaign, in a process of its own: make the fault, run the protocol, and say what came of it.

The record is thrown away, unless the verdict is a wrong one or none: then it stays, and somebody can look at it.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
import threading
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.errors import DoseproofError
from drivers.clock import WallClock
from rig import events
from rig.bench import load_bench
from rig.campaign.judge import WRONG, judged
from rig.campaign.load import read_faults
from rig.campaign.make import made
from rig.campaign.sound import load_sound
from rig.control import Control
from rig.errors import BenchError
from rig.execute.phases import DELIVERY
from rig.protocol import load_protocol
from rig.runner import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.bench import OpenBench
    from rig.campaign.cells import Run
    from rig.campaign.fault import Fault
    from rig.events import Event
    from rig.protocol import Protocol
    from rig.runner import Outcome

UNATTENDED = "yes"
_HOUR_S = 3600.0
_LONGEST_REASON = 300


@dataclass(frozen=True)
class Place:
    """Where everything lies; the same for all runs, and small enough to go to another process.

    Attributes:
        faults: folder.
        sound: file.
        protocols: files by name.
        bench: file.
        out: folder of the campaign.
        at_most_s: a run that takes longer on the machine's clock is aborted.
    """

    faults: Path
    sound: Path
    protocols: Mapping[str, Path]
    bench: Path
    out: Path
    at_most_s: float = 900.0


@dataclass(frozen=True)
class Shown:
    """What a run has shown; plain values.

    Attributes:
        index, fault, magnitude, protocol, seed: of the run.
        verdict: pass, fail, inconclusive, invalid or unusable.
        judgement: see :mod:`rig.campaign.judge`.
        reason: the first one, in words.
        after_h: from the onset to the verdict, which comes with the end of the run [h].
        error_ul: truth less program by the end of delivery, as the world tells it; None where it does not.
        error_percent: the same of what was programmed by then.
        outside: whether the true mean flow of the analysis was outside its limit; None where that cannot be said.
        took_s: on the machine's clock [s].
    """

    index: int
    fault: str
    magnitude: float
    protocol: str
    seed: str
    verdict: str
    judgement: str
    reason: str
    after_h: float | None
    error_ul: float | None
    error_percent: float | None
    outside: bool | None
    took_s: float

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


class _Witness:
    """Keeps the open bench and the beginning of delivery."""

    def __init__(self) -> None:
        self.world: Any = None
        self.began_s: float | None = None

    def keep(self, opened: OpenBench) -> None:
        self.world = opened.world

    def watch(self, event: Event) -> None:
        if event.kind == events.PHASE and (event.data["name"], event.data["edge"]) == (DELIVERY, "begin"):
            self.began_s = event.t_s


def carry_out(one: Run, place: Place) -> Shown:
    """Carry out one run; whatever goes wrong is told and never raised."""
    clock, folder = WallClock(), place.out / "runs" / f"{one.index:05d}"
    began = clock.now()
    fault, facts = None, _Facts("unusable", "")
    shutil.rmtree(folder, ignore_errors=True)  # what is left of it where the machine ended within it
    try:
        fault = _faults(place.faults)[one.cell.fault] if one.cell.fault else None
        facts = _facts(one, fault, place, folder)
    except BenchError as error:
        facts = _Facts("invalid", f"refused before the start: {'; '.join(error.reasons)}")
    except DoseproofError as error:
        facts = _Facts("unusable", str(error))
    except Exception:  # noqa: BLE001 - a defect of the rig is a result of the campaign, with its traceback
        facts = _Facts("unusable", traceback.format_exc()[-2000:])
    judgement = judged(fault, one.cell.protocol, one.cell.magnitude, facts.verdict)
    if judgement not in {*WRONG, "undecided"}:
        shutil.rmtree(folder, ignore_errors=True)
    took = round(clock.now() - began, 2)
    return Shown(
        one.index,
        one.cell.fault,
        one.cell.magnitude,
        one.cell.protocol,
        one.seed,
        judgement=judgement,
        took_s=took,
        **asdict(facts),
    )


@dataclass(frozen=True)
class _Facts:
    verdict: str
    reason: str
    after_h: float | None = None
    error_ul: float | None = None
    error_percent: float | None = None
    outside: bool | None = None


def _facts(one: Run, fault: Fault | None, place: Place, folder: Path) -> _Facts:
    bench, sound = load_bench(place.bench), load_sound(place.sound)
    protocol = load_protocol(place.protocols[one.cell.protocol], bench.limits)
    there, asked, onset_h = made(fault, one.cell.magnitude, protocol, bench, sound, sound.drawn(one.seed))
    witness, control = _Witness(), Control(unattended=UNATTENDED)
    with _aborted_after(control, place.at_most_s):
        outcome = run(asked, there, folder, control=control, observers=[witness.watch], when_open=witness.keep)
    verdict = outcome.assessment.verdict
    told = verdict.reasons[0][:_LONGEST_REASON] if verdict.reasons else ""
    if control.aborted:
        return _Facts("unusable", control.aborted)
    return _Facts(verdict.outcome, told, **_truth(asked, outcome, witness, onset_h))


@functools.lru_cache(maxsize=1)
def _faults(folder: Path) -> dict[str, Fault]:
    return {fault.id: fault for fault in read_faults(folder)}


@contextlib.contextmanager
def _aborted_after(control: Control, seconds: float) -> Any:
    timer = threading.Timer(seconds, control.abort, [f"expected to be over after {seconds:g} s, and was not"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _truth(protocol: Protocol, outcome: Outcome, witness: _Witness, onset_h: float) -> dict[str, Any]:
    """What was delivered in truth, where the world tells it."""
    tell, began_s = getattr(witness.world, "delivered_ul", None), witness.began_s
    if began_s is None:
        return {}
    after_h = max(0.0, (outcome.end.t_s - began_s) / _HOUR_S - onset_h)
    if tell is None:
        return {"after_h": after_h}
    until_s = min(outcome.end.t_s - began_s, protocol.timing.delivery_s)
    programmed = float(protocol.dose.volume_ul([until_s])[0])
    error = float(tell(began_s + until_s) - tell(began_s)) - programmed
    return {
        "after_h": after_h,
        "error_ul": error,
        "error_percent": 100.0 * error / programmed if programmed else None,
        "outside": _outside(protocol, outcome, lambda t: float(tell(began_s + t) - tell(began_s))),
    }


def _outside(protocol: Protocol, outcome: Outcome, delivered: Any) -> bool | None:
    """Whether the true mean flow of the analysis is outside the limit of ``mean_flow_error``."""
    found = {one.name: one for one in outcome.assessment.findings}.get("mean_flow_error")
    if found is None or found.limits == (None, None) or found.unit != "%" or found.verdict == "informative":
        return None
    start_s = protocol.timing.stabilization_s
    end_s = start_s + protocol.timing.analysis_s
    programmed = float(protocol.dose.volume_ul([end_s])[0] - protocol.dose.volume_ul([start_s])[0])
    if not programmed:
        return None
    error = 100.0 * ((delivered(end_s) - delivered(start_s)) / programmed - 1.0)
    low, high = found.limits
    return (low is not None and error < low) or (high is not None and error > high)
