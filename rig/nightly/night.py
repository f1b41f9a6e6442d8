"""A night: check the bench, run one item after the other, say what came of it. Goes on after a reboot.

    report = Night(plan, folder_of_nights, programs, WallClock()).run()

The journal is written before and after each item. A night of the same plan that has no end goes on where it was: the
record of the item that was running is sealed with what was saved of it, and the item is not run again. A plan that was
changed meanwhile begins a new night, and the old one is closed as given up.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from rig.nightly.bench import bench_problems
from rig.nightly.item import cut_short, folder_name, run_item
from rig.nightly.journal import JOURNAL, Journal
from rig.nightly.result import Shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from drivers.clock import Clock
    from rig.nightly.plan import NightPlan
    from rig.nightly.programs import Programs

#: Folder of the log of what is asked of the bench before the first item.
CHECK: Final = "00-bench"


class Night:
    """One night of a plan.

    Args:
        plan: what is run.
        nights: folder of all nights of all plans.
        programs: how things are started.
        clock: for the window, and for when it was.
        tell: called with a line for people whenever something begins or ends.
    """

    def __init__(
        self, plan: NightPlan, nights: Path, programs: Programs, clock: Clock, tell: Callable[[str], None] | None = None
    ) -> None:
        self._plan = plan
        self._nights = nights
        self._programs = programs
        self._clock = clock
        self._tell = tell or (lambda _line: None)

    def run(self) -> Journal:
        """Run what is left of the night that was cut short, or a new one.

        Returns:
            The journal; it has an end.
        """
        return self._to_its_end(self._unfinished() or self._begin())

    def resume(self) -> Journal | None:
        """Run what is left of the night that was cut short; None where there is none."""
        journal = self._unfinished()
        return None if journal is None else self._to_its_end(journal)

    def _to_its_end(self, journal: Journal) -> Journal:
        problems = self._bench_problems(journal)
        for index in range(len(self._plan.items)):
            if index not in {one["item"] for one in journal.of("finished")}:
                self._one(journal, index, problems)
        journal.write("ended", self._clock.utc())
        return journal

    def _unfinished(self) -> Journal | None:
        """The newest night of this plan, where it has no end and the plan is the same."""
        found = sorted(self._nights.glob(f"{self._plan.name}-*/{JOURNAL}"))
        if not found:
            return None
        journal = Journal.open(found[-1].parent)
        if journal.ended or not journal.events:
            return None
        if journal.events[0]["plan_sha256"] != self._plan.source.sha256:
            journal.write("ended", self._clock.utc(), given_up="the plan was changed")
            return None
        journal.write("resumed", self._clock.utc())
        self._tell(f"goes on with {journal.folder.name}")
        return journal

    def _begin(self) -> Journal:
        now = self._clock.utc()
        stem = f"{self._plan.name}-{now:%Y-%m-%dT%H-%M-%SZ}"
        journal = Journal.create(self._nights / stem)
        bench, items = str(self._plan.bench), [item.what for item in self._plan.items]
        journal.write("began", now, plan_sha256=self._plan.source.sha256, bench=bench, items=items)
        return journal

    def _bench_problems(self, journal: Journal) -> list[str]:
        self._tell(f"checks the bench {self._plan.bench.name}")
        problems = bench_problems(self._plan, journal.folder / CHECK, self._programs, self._clock.utc().date())
        journal.write("bench", self._clock.utc(), problems=problems)
        return problems

    def _one(self, journal: Journal, index: int, bench: list[str]) -> None:
        what, name = self._plan.items[index].what, folder_name(index, self._plan.items[index])
        folder = journal.folder / name
        began = self._clock.now()
        if any(one["item"] == index for one in journal.of("started")):
            shown = cut_short(self._plan, index, folder, self._programs)
        elif bench:
            shown = Shown(index, what, "invalid", ("the bench was refused before the first item", *bench))
        elif reason := self._not_now():
            shown = Shown(index, what, "blocked", (reason,))
        else:
            self._tell(f"{index + 1} of {len(self._plan.items)}: {what}")
            journal.write("started", self._clock.utc(), item=index)
            shown = run_item(self._plan, index, folder, self._programs)
        took_s = round(self._clock.now() - began, 1)
        journal.write("finished", self._clock.utc(), took_s=took_s, **shown.as_json())
        self._tell(f"{index + 1} of {len(self._plan.items)}: {what}: {shown.verdict}")

    def _not_now(self) -> str:
        """Why no further item may begin; empty where one may."""
        window, now = self._plan.window, self._clock.utc().astimezone().time()
        if window is not None and not window.holds(now):
            return f"the window of the night is {window.start:%H:%M} to {window.end:%H:%M}, it was {now:%H:%M}"
        free = shutil.disk_usage(self._nights).free
        if free < self._plan.disk_floor:
            return f"expected {self._plan.disk_floor / 1e9:g} GB free on the disk, found {free / 1e9:.3g} GB; make room"
        return ""
