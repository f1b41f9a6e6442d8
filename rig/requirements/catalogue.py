"""The requirements and hazards of a folder of suites, checked against each other.

    catalogue = load_catalogue(Path("tests/acceptance"))
    catalogue.requirement("REQ-FLOW-MEAN").limit        # "14.5 %"

Every problem of both files is told at once, with its line: an id that stands twice, a hazard that is not in the list.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rig.errors import FileError
from rig.files import read_model, read_source
from rig.requirements.tables import HazardsFile, RequirementsFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from rig.errors import KeyPath, Problem
    from rig.files import Source
    from rig.requirements.tables import Hazard, Requirement

REQUIREMENTS: Final = "requirements.toml"
HAZARDS: Final = "hazards.toml"


@dataclass(frozen=True)
class Catalogue:
    """What is asked of a pump, and why.

    Attributes:
        folder: where the files lie.
        requirements, hazards: by id, in the order of the files.
    """

    folder: Path
    requirements: Mapping[str, Requirement] = field(default_factory=dict)
    hazards: Mapping[str, Hazard] = field(default_factory=dict)

    def unknown(self, ids: Iterable[str]) -> list[str]:
        """Which of some ids stand in neither file."""
        return [one for one in dict.fromkeys(ids) if one not in self.requirements and one not in self.hazards]


def find_catalogue(start: Path) -> Path | None:
    """The nearest folder, from ``start`` upwards, that has a ``requirements.toml``; None where there is none."""
    return next((folder for folder in (start, *start.parents) if (folder / REQUIREMENTS).is_file()), None)


def load_catalogue(folder: Path) -> Catalogue:
    """Read both files of a folder.

    Raises:
        FileError: one is not there or cannot be used; every problem of both is named.
    """
    sources = read_source(folder / REQUIREMENTS), read_source(folder / HAZARDS)
    requirements = read_model(RequirementsFile, sources[0]).requirement
    hazards = read_model(HazardsFile, sources[1]).hazard
    known = {one.id for one in hazards}
    problems = [
        *_repeats(sources[0], "requirement", [one.id for one in requirements]),
        *_repeats(sources[1], "hazard", [one.id for one in hazards]),
        *sources[0].error(_strangers(requirements, known)).problems,
    ]
    if problems:
        raise FileError(problems)
    return Catalogue(folder, {one.id: one for one in requirements}, {one.id: one for one in hazards})


def _repeats(source: Source, table: str, ids: Sequence[str]) -> Iterable[Problem]:
    times = Counter(ids)
    found: list[tuple[KeyPath, str]] = [
        ((table, index, "id"), f"expected an id that stands once, found {one} again; give each its own")
        for index, one in enumerate(ids)
        if times[one] > 1 and one in ids[:index]
    ]
    return source.error(found).problems


def _strangers(requirements: Sequence[Requirement], known: set[str]) -> list[tuple[KeyPath, str]]:
    return [
        (("requirement", index, "hazards", place), f"expected a hazard of {HAZARDS}, found {one}; add it there")
        for index, requirement in enumerate(requirements)
        for place, one in enumerate(requirement.hazards)
        if one not in known
    ]
