"""Conducting a campaign: processes side by side, a journal that survives the end of the machine, progress.

    journal = conduct(campaign, WallClock(), workers=4, tell=lambda done, of, shown: ...)

The journal (``journal.jsonl`` in the folder of the campaign) says first what the campaign is: the contents of every
file, the number of runs and the seed. The same command in the same folder goes on where it was; another campaign is
refused there.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice
from typing import TYPE_CHECKING

from rig.campaign.one_run import Shown, carry_out
from rig.errors import EvidenceError
from rig.nightly.journal import JOURNAL, Journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.clock import Clock
    from rig.campaign.assemble import Campaign


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
