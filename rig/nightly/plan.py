"""The plan of a night: ``nightly.toml``.

    schema = 1
    name = "pumps"
    bench = "benches/station-1.toml"
    qualified = true                         # the bench must hold a qualification that is in force
    disk_floor = "5 GB"                      # less room, and no further item begins
    notify = ["/usr/local/bin/tell-the-lab"] # called with the page at the end

    [window]
    start = "20:00"                          # of this machine's local time
    end = "06:00"                            # no item begins after it; one that runs goes on to its end

    [[item]]
    protocol = "protocols/maintenance.toml"
    at_most = "10 h"

    [[item]]
    suite = "acceptance"

Paths start at the folder of the plan.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from calibration.units import TIME
from rig.fields import Duration, FileModel, TimeOfDay, refused
from rig.files import read_model, read_source

if TYPE_CHECKING:
    from datetime import time
    from pathlib import Path

    from rig.files import Source

_BYTES = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(MB|GB|TB)")


def bytes_of(text: str) -> int:
    """``"5 GB"`` as bytes.

    Raises:
        PydanticCustomError: no size with its unit.
    """
    found = _SIZE.fullmatch(text)
    if not found:
        raise refused(f"expected a size such as '5 GB', found {text!r}")
    return round(float(found[1]) * _BYTES[found[2]])


def _checked_size(text: str) -> str:
    bytes_of(text)
    return text


class Window(FileModel):
    """The hours in which items may begin, in local time; over midnight where the end is before the start."""

    start: TimeOfDay
    end: TimeOfDay

    def holds(self, now: time) -> bool:
        """Whether an item may begin now."""
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end


class PlannedItem(FileModel):
    """One thing to run: a protocol, or a suite.

    Attributes:
        protocol: protocol file.
        suite: file or folder for pytest.
        answers: prepared answers to the set-up checklist, for a protocol.
        at_most: longer, and it is stopped as by Ctrl-C; without it a run takes what it takes.
        not_for_release: run it even where the result could never be released.
    """

    protocol: str | None = None
    suite: str | None = None
    answers: str | None = None
    at_most: Duration | None = None
    not_for_release: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> PlannedItem:
        if (self.protocol is None) == (self.suite is None):
            found = "neither" if self.protocol is None else "both"
            raise refused(f"expected protocol or suite, found {found}; make two items of two things")
        if self.suite is not None and (self.answers is not None or self.not_for_release):
            raise refused("answers and not_for_release belong to a protocol; take them away from the suite")
        return self

    @property
    def what(self) -> str:
        """The file, as the plan writes it."""
        return self.protocol or self.suite or ""

    @property
    def at_most_s(self) -> float | None:
        """The longest that it may take [s]; None for no limit."""
        return None if self.at_most is None else TIME.magnitude("at_most", self.at_most)


class _NightFile(FileModel):
    schema_version: Literal[1] = Field(alias="schema")
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=40)]
    bench: str
    qualified: bool = False
    disk_floor: Annotated[str, AfterValidator(_checked_size)] = "1 GB"
    notify: tuple[str, ...] = ()
    window: Window | None = None
    item: Annotated[tuple[PlannedItem, ...], Field(min_length=1)]


@dataclass(frozen=True)
class NightPlan:
    """What a night does, with the folder in which its paths start.

    Attributes:
        source: the text, whose hash tells whether a night that was cut short may go on.
        folder: where relative paths start.
        name: of the list; nights of one name are compared.
        bench: the bench file.
        qualified: whether the bench must hold a qualification in force.
        disk_floor: least room for a further item [bytes].
        notify: command that is called at the end; empty for none.
        window: hours; None for any.
        items: in order.
    """

    source: Source
    folder: Path
    name: str
    bench: Path
    qualified: bool
    disk_floor: int
    notify: tuple[str, ...]
    window: Window | None
    items: tuple[PlannedItem, ...]

    def path(self, text: str) -> Path:
        """A path of the plan."""
        return self.folder / text


def load_night_plan(path: Path) -> NightPlan:
    """Read a plan.

    Raises:
        FileError: with every problem at once; a file that the plan names and that is not there is one.
    """
    source = read_source(path)
    said = read_model(_NightFile, source)
    folder = path.resolve().parent
    missing = [
        ((*key, name), f"expected a file or folder, found none at {folder / text}; correct the path")
        for key, name, text in _named(said)
        if not (folder / text).exists()
    ]
    if missing:
        raise source.error(missing)
    floor = bytes_of(said.disk_floor)
    bench = folder / said.bench
    return NightPlan(source, folder, said.name, bench, said.qualified, floor, said.notify, said.window, said.item)


def _named(said: _NightFile) -> list[tuple[tuple[str | int, ...], str, str]]:
    """Every file that a plan names: table, key, path."""
    named: list[tuple[tuple[str | int, ...], str, str]] = [((), "bench", said.bench)]
    for index, item in enumerate(said.item):
        given = {"protocol": item.protocol, "suite": item.suite, "answers": item.answers}
        named += [(("item", index), key, text) for key, text in given.items() if text is not None]
    return named
