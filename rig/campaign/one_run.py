"""One run of a campaign, in a process of its own: make the fault, run the protocol, and say what came of it.

The record is thrown away, unless the verdict is a wrong one or none: then it stays, and somebody can look at it.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
import threading
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.errors import DoseproofError
from drivers.clock import WallClock
from rig.bench import load_bench
from rig.campaign.judge import WRONG, judged
from rig.campaign.load import read_faults
from rig.campaign.make import made
from rig.campaign.sound import load_sound
from rig.campaign.truth import Onlooker, Truth, truth_of
from rig.control import Control
from rig.errors import BenchError
from rig.protocol import load_protocol
from rig.runner import run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rig.campaign.cells import Run
    from rig.campaign.fault import Fault

UNATTENDED = "yes"
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
        after_h, error_ul, error_percent, outside: see :class:`rig.campaign.truth.Truth`.
        took_s: on the machine's clock [s].
        nobodys: whether it is a fail of which was not shown that it is the pump's.
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
    nobodys: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


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
    judgement = judged(fault, one.cell.protocol, one.cell.magnitude, facts.verdict, nobodys=facts.nobodys)
    if judgement not in {*WRONG, "undecided"}:
        shutil.rmtree(folder, ignore_errors=True)
    took = round(clock.now() - began, 2)
    return Shown(
        one.index,
        one.cell.fault,
        one.cell.magnitude,
        one.cell.protocol,
        one.seed,
        facts.verdict,
        judgement,
        facts.reason,
        took_s=took,
        nobodys=facts.nobodys,
        **asdict(facts.truth),
    )


@dataclass(frozen=True)
class _Facts:
    verdict: str
    reason: str
    truth: Truth = field(default_factory=Truth)
    nobodys: bool = False


def _facts(one: Run, fault: Fault | None, place: Place, folder: Path) -> _Facts:
    bench, sound = load_bench(place.bench), load_sound(place.sound)
    protocol = load_protocol(place.protocols[one.cell.protocol], bench.limits)
    there, asked, onset_h = made(fault, one.cell.magnitude, protocol, bench, sound, sound.drawn(one.seed))
    onlooker, control = Onlooker(), Control(unattended=UNATTENDED)
    with _aborted_after(control, place.at_most_s):
        outcome = run(asked, there, folder, control=control, observers=[onlooker.watch], when_open=onlooker.keep)
    verdict = outcome.assessment.verdict
    told = verdict.reasons[0][:_LONGEST_REASON] if verdict.reasons else ""
    if control.aborted:
        return _Facts("unusable", control.aborted)
    return _Facts(verdict.outcome, told, truth_of(asked, outcome, onlooker, onset_h), outcome.assessment.nobodys)


@functools.lru_cache(maxsize=1)
def _faults(folder: Path) -> dict[str, Fault]:
    return {fault.id: fault for fault in read_faults(folder)}


@contextlib.contextmanager
def _aborted_after(control: Control, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, control.abort, [f"expected to be over after {seconds:g} s, and was not"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
