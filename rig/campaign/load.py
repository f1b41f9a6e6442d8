"""Reading a folder of faults, and refusing what is wrong: every problem of every file at once.

Wrong is what no file may say (:mod:`rig.campaign.fault`), an id that stands twice, a hazard that is not in
``hazards.toml``, a protocol that there is not, an act that the hands of the world do not know, and an option that its
world refuses. For the last the world is opened, with the smallest and the greatest magnitude.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from calibration.errors import DoseproofError
from rig.bench_open import WORLDS
from rig.campaign.fault import Fault
from rig.campaign.make import made
from rig.errors import FileError, Problem
from rig.files import read_model, read_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from rig.bench import Bench
    from rig.campaign.sound import Sound
    from rig.errors import KeyPath
    from rig.protocol import Protocol


def read_faults(folder: Path) -> list[Fault]:
    """Every fault of a folder, in the order of the files' names.

    Raises:
        FileError: there is none, or with every problem of every file.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise FileError([Problem("expected files of faults (*.toml), found none; correct the path", str(folder))])
    faults, problems = list[Fault](), list[Problem]()
    for path in paths:
        try:
            faults.append(_read(path))
        except FileError as error:
            problems += error.problems
    problems += _repeats(faults)
    if problems:
        raise FileError(problems)
    return faults


def _read(path: Path) -> Fault:
    source = read_source(path)
    fault = read_model(Fault, source)
    fault._source = source  # noqa: SLF001 - a private attribute of our own model
    return fault


def _repeats(faults: Iterable[Fault]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for fault in faults:
        if fault.id in seen:
            yield fault.source.problem(("id",), f"{fault.id} is the id of {seen[fault.id]} too; give each its own")
        seen.setdefault(fault.id, fault.source.name)


def check_faults(
    faults: Iterable[Fault], hazards: Iterable[str], protocols: Mapping[str, Protocol], bench: Bench, sound: Sound
) -> None:
    """Hold the faults against everything that they name.

    Args:
        faults: as read.
        hazards: ids that there are.
        protocols: by name of the file, without ``.toml``.
        bench: with a simulated world.
        sound: the draws.

    Raises:
        FileError: with every problem.
    """
    known = set(hazards)
    problems = [
        fault.source.problem(place, text)
        for fault in faults
        for place, text in [*_names(fault, known, protocols), *_options(fault, protocols, bench, sound)]
    ]
    if problems:
        raise FileError(problems)


def _names(fault: Fault, hazards: set[str], protocols: Mapping[str, Protocol]) -> Iterator[tuple[KeyPath, str]]:
    for index, hazard in enumerate(fault.hazards):
        if hazard not in hazards:
            yield ("hazards", index), f"expected a hazard of hazards.toml, found {hazard}; add it there"
    for index, one in enumerate(fault.expect):
        if one.protocol not in protocols:
            yield ("expect", index, "protocol"), f"there is no protocol {one.protocol}; correct it, or give its folder"
        if one.detectable is not None and one.detectable > fault.magnitude.values[-1]:
            yield (
                ("expect", index, "detectable"),
                "expected one of the magnitudes or less, found more; nothing tests it",
            )


def _options(
    fault: Fault, protocols: Mapping[str, Protocol], bench: Bench, sound: Sound
) -> Iterator[tuple[KeyPath, str]]:
    """What the world says of the smallest and the greatest magnitude, the first that it refuses."""
    named = [protocols[one.protocol] for one in fault.expect if one.protocol in protocols]
    for magnitude in (fault.magnitude.values[0], fault.magnitude.values[-1]) if named else ():
        if problem := _refused(fault, magnitude, named[0], bench, sound):
            yield problem
            return


def _refused(
    fault: Fault, magnitude: float, protocol: Protocol, bench: Bench, sound: Sound
) -> tuple[KeyPath, str] | None:
    """Make the fault, open its world, and close it again."""
    try:
        there, asked, _onset_h = made(fault, magnitude, protocol, bench, sound, sound.middle())
        known = _acts_known(there)
    except DoseproofError as error:
        return ("world",), f"at magnitude {magnitude:g}: {error}"
    if strange := sorted({act.do for act in asked.acts if act.do} - known):
        listed = ", ".join(sorted(known))
        return ("acts",), f"the hands of this world cannot do {', '.join(strange)}; known are {listed}"
    return None


def _acts_known(bench: Bench) -> set[str]:
    world = entry_points(group=WORLDS)[str(bench.world)].load()(bench.world_options)
    try:
        return set(getattr(getattr(world, "hands", None), "acts", ()))
    finally:
        world.close()
