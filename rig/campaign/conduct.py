"""Conducting a campaign: processes side by side, a journal that survives the end of the machine, progress.

    journal = conduct(campaign, WallClock(), workers=4, tell=lambda done, of, shown: ...)

The journal (``journal.jsonl`` in the folder of the campaign) says first what the campaign is: the contents of every
file, the number of runs and the seed. The same command in the same folder goes on where it was; another campaign is
refused there.
"""

from __future__ import annotations

import hashlib
import multiprocessing
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from rig.bench import load_bench
from rig.campaign.cells import Run, cells, runs_of
from rig.campaign.load import check_faults, read_faults
from rig.campaign.one_run import Place, Shown, carry_out
from rig.campaign.sound import SOUND, load_sound
from rig.errors import EvidenceError, FileError, Problem
from rig.nightly.journal import JOURNAL, Journal
from rig.protocol import load_protocol
from rig.requirements.catalogue import find_catalogue, load_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from drivers.clock import Clock
    from rig.campaign.fault import Fault


@dataclass(frozen=True)
class Campaign:
    """What is to be run.

    Attributes:
        place: of every file.
        faults: as read.
        runs: all of them, in order.
        seed: of the campaign.
        digest: SHA-256 over everything that decides about a run.
    """

    place: Place
    faults: Sequence[Fault]
    runs: Sequence[Run]
    seed: int
    digest: str


def make_campaign(
    faults_folder: Path,
    protocol_folders: Sequence[Path],
    bench_file: Path,
    out: Path,
    *,
    number: int | None,
    seed: int,
    short: bool = False,
    only: Collection[str] = (),
) -> Campaign:
    """Read everything, and hold it against each other; nothing is run.

    Args:
        faults_folder: with the faults; ``sound.toml`` lies beside it, the hazards somewhere above.
        protocol_folders: where protocols lie; a name in an earlier one wins.
        bench_file: with a simulated world.
        out: folder of the campaign.
        number: of runs; each cell once if None.
        seed: of the campaign.
        short: smallest and greatest magnitude in one protocol alone.
        only: ids of faults; all if empty.

    Raises:
        FileError: with every problem of every file.
    """
    faults_folder = faults_folder.resolve()
    bench, sound_file = load_bench(bench_file), faults_folder.parent / SOUND
    if bench.world is None:
        raise bench.source.error([(("world",), "expected a simulated world: nobody makes these faults by hand")])
    sound, faults = load_sound(sound_file), read_faults(faults_folder)
    if unknown := set(only) - {fault.id for fault in faults}:
        raise FileError([Problem(f"there is no fault {', '.join(sorted(unknown))}", str(faults_folder))])
    wanted = [fault for fault in faults if not only or fault.id in only]
    files = {path.stem: path.resolve() for folder in reversed(protocol_folders) for path in folder.glob("*.toml")}
    named = {one.protocol for fault in wanted for one in fault.expect}
    protocols = {name: load_protocol(files[name], bench.limits) for name in sorted(named & files.keys())}
    check_faults(wanted, _hazards(faults_folder), protocols, bench, sound)
    matrix = cells(wanted, short=short)
    used = {name: files[name] for name in protocols}
    place = Place(faults_folder, sound_file, used, bench_file.resolve(), out.resolve())
    texts = [fault.source.text for fault in wanted] + [bench.source.text, sound_file.read_text(encoding="utf-8")]
    texts += [protocol.source.text for protocol in protocols.values()] + [f"{number}/{seed}/{short}"]
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    return Campaign(place, wanted, runs_of(matrix, len(matrix) if number is None else number, seed), seed, digest)


def _hazards(folder: Path) -> Collection[str]:
    found = find_catalogue(folder)
    if found is None:
        raise FileError([Problem("expected requirements.toml and hazards.toml here or above, found none", str(folder))])
    return load_catalogue(found).hazards


def conduct(campaign: Campaign, clock: Clock, *, workers: int, tell: Callable[[int, int, Shown], None]) -> Journal:
    """Carry out what is left of a campaign.

    Args:
        campaign: what.
        clock: for the journal.
        workers: processes side by side.
        tell: called after each run with the number done, the number of all, and what it has shown.

    Raises:
        EvidenceError: the folder holds another campaign, or a journal that cannot be read.
    """
    journal = _journal(campaign, clock)
    done = {one["index"] for one in journal.of("run")}
    left = iter([one for one in campaign.runs if one.index not in done])
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    with pool:
        running = {pool.submit(carry_out, one, campaign.place) for one in islice(left, 2 * workers)}
        while running:
            ready, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ready:
                shown = future.result()
                journal.write("run", clock.utc(), **shown.as_json())
                tell(len(journal.of("run")), len(campaign.runs), shown)
            running |= {pool.submit(carry_out, one, campaign.place) for one in islice(left, len(ready))}
    if not journal.ended:
        journal.write("ended", clock.utc())
    return journal


def _journal(campaign: Campaign, clock: Clock) -> Journal:
    folder = campaign.place.out
    if not (folder / JOURNAL).exists():
        if folder.exists() and any(folder.iterdir()):
            raise EvidenceError(f"{folder}: expected a new folder or that of this campaign, found other files")
        folder.mkdir(parents=True, exist_ok=True)
        journal = Journal(folder)
        runs = len(campaign.runs)
        journal.write("began", clock.utc(), digest=campaign.digest, runs=runs, seed=campaign.seed)
        return journal
    journal = Journal.open(folder)
    if not journal.events or journal.events[0].get("digest") != campaign.digest:
        raise EvidenceError(
            f"{folder}: holds another campaign (faults, protocols, bench, runs or seed); give another --out"
        )
    return journal
