"""Seal a record that a kill, a power cut or a full disk left behind: what was saved, and that it is not all.

    outcome = seal_later(folder, "A. Weber", "the power failed at 03:10", WallClock())
    outcome.assessment.verdict.outcome        # never a pass

The streams are salvaged to their last flush. The end is that of a run that was cut off, with the reason; who sealed it
and when stands in the manifest (``end.sealed_later``). As with Ctrl-C the verdict is what the data still show: *fail*
where they show it, else *inconclusive* (or *invalid*, where the bench had failed before). It is never released, because
between the kill and the seal its streams were chained and nothing else was protected
(docs/decisions/0037-sealing-later.md).
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from calibration.errors import DoseproofError
from rig.delivery.cut_off import cut_off_end
from rig.errors import EvidenceError
from rig.locks import AddressInUseError
from rig.record import Record
from rig.record.finish import finish_seal
from rig.record.manifest import MANIFEST
from rig.record.segments import remakeable
from rig.record.times import utc_of
from rig.runner import seal
from rig.running import going_on
from rig.sealable import refuse_unsealable
from rig.store.from_record import run_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from drivers.clock import Clock
    from rig.runner import Outcome

#: A reason in words has so many letters at least.
SHORTEST: Final = 10


@dataclass(frozen=True)
class SealedLater:
    """Who sealed a record that its run did not seal.

    Attributes:
        who: name.
        at_utc: when, ISO 8601.
        reason: why the run did not do it, in words.
        streams: damage at the end of each stream that was torn.
    """

    who: str
    at_utc: str
    reason: str
    streams: dict[str, str]


def seal_later(folder: Path, who: str, reason: str, clock: Clock) -> Outcome:
    """Seal the record of a run that was cut off.

    Args:
        folder: of the record.
        who: seals it.
        reason: why the run ended without a seal.
        clock: for when.

    Raises:
        EvidenceError: it is sealed, is still running, is broken within, holds what no run writes, or cannot be
            assessed; or nobody says who and why. Nothing was changed then.
    """
    folder = folder.resolve()
    who, reason = who.strip(), reason.strip()
    _refuse_unsaid(who, reason)
    with _ended(folder) as run:
        refuse_unsealable(folder, run)
        record = Record.open(folder)
        torn = {name: health.damage for name, health in record.health.items() if health.damage}
        later = SealedLater(who, clock.utc().isoformat(), reason, torn)
        return _sealed_or_nothing(record, later)


def finish_later(folder: Path) -> list[str]:
    """Finish a seal that was cut off after its manifest; who sealed it then, and why, stays as it stands there.

    Args:
        folder: of the record.

    Returns:
        Names of the files that were taken away; empty where the seal was finished, or never came to its manifest.

    Raises:
        EvidenceError: its run is still going on, or the record is not what was sealed; nothing was changed then.
    """
    folder = folder.resolve()
    with _ended(folder):
        return finish_seal(folder)


@contextlib.contextmanager
def _ended(folder: Path) -> Iterator[str]:
    """Hold the run of a record, which nobody else does then; gives its id."""
    run = run_id(folder, Record.start_of(folder))
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(going_on(run))
        except AddressInUseError as error:
            raise EvidenceError(f"{folder}: its run is still going on; it seals its record itself ({error})") from error
        yield run


def _refuse_unsaid(who: str, reason: str) -> None:
    if not who:
        raise EvidenceError("expected the name of who seals it, found none; give --operator")
    if len(reason) < SHORTEST:
        raise EvidenceError(f"expected the reason of the interruption in words, found {reason!r}; give --reason")


def _sealed_or_nothing(record: Record, later: SealedLater) -> Outcome:
    """Seal it; whatever fails, the streams are as they were and nothing lies beside them."""
    folder = record.folder
    _clear(folder)
    try:
        cause = f"the host stopped, or was killed: {later.reason} (sealed later by {later.who}, {later.at_utc})"
        end = cut_off_end(record, cause)
        return seal(folder, end, {**asdict(end), **_facts(record, end.t_s, later)})
    except DoseproofError as error:
        raise EvidenceError(f"{folder}: could not be sealed, and is as it was: {error}") from error
    finally:
        if not (folder / MANIFEST).exists():
            _clear(folder)


def _facts(record: Record, last_s: float, later: SealedLater) -> dict[str, Any]:
    """Of the end, for the manifest; the time base is that of the start, because nobody noted one at the end."""
    ended = utc_of(record, last_s).isoformat()
    return {"ended_utc": ended, "time_base": record.start["time_base"], "sealed_later": asdict(later)}


def _clear(folder: Path) -> None:
    """Take away what a seal leaves that did not come to its end."""
    left = [*remakeable(folder), *folder.glob("*.part"), *folder.glob("streams/*.part"), folder / "result.json"]
    for path in left:
        path.unlink(missing_ok=True)
