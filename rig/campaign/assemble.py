"""A campaign, read from its files and held against each other; nothing is run.

    campaign = make_campaign(faults, [protocols], bench_file, out, number=2000, seed=1)
    len(campaign.runs), campaign.digest

:mod:`rig.campaign.conduct` runs it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.bench import load_bench
from rig.campaign.cells import Run, cells, runs_of
from rig.campaign.load import check_faults, read_faults
from rig.campaign.one_run import Place
from rig.campaign.sound import SOUND, load_sound
from rig.errors import FileError, Problem
from rig.protocol import load_protocol
from rig.requirements.catalogue import find_catalogue, load_catalogue

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

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
