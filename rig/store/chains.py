"""The records in their folders against the store: which are missing, extra, sealed anew or in another place.

    found = chain_differences(store)
    found.problems                  # [] while the folders hold what the store has seen, and each chain is whole
    found.away                      # folders that are not on this machine, with how many records

A chain of a bench shows a hole, and not that its end was cut off or that all of it was sealed anew. The store has seen
each record once, in an audit trail that does not forget. Only manifests are read; ``rig record check`` reads all bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from rig.record.bench_chain import FOLDER, chain_problems
from rig.record.glance import glance
from rig.record.manifest import MANIFEST, record_hash
from rig.store.engine import sqlite_path
from rig.store.from_record import run_id
from rig.store.tables import PLACES, RUNS, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.store.store import Store

_START: Final = "start.json"
_SHOWN: Final = 12


@dataclass(frozen=True)
class Stored:
    """A run as the store has it.

    Attributes:
        run, bench: which.
        folder: where it was seen last.
        numbers: by the hash of its record, its number in the chain of the bench; empty where it was never sealed.
    """

    run: str
    bench: str
    folder: Path
    numbers: dict[str, int | None] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Name, with number and hash where it was sealed."""
        sealed = "".join(f", number {number}, SHA-256 {sha[:_SHOWN]}" for sha, number in self.numbers.items())
        return f"{self.folder.name} (bench {self.bench}, run {self.run[:_SHOWN]}{sealed})"


@dataclass
class Differences:
    """What does not fit.

    Attributes:
        problems: a line each.
        away: folders that are not here, a line each.
    """

    problems: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)


def chain_differences(store: Store) -> Differences:
    """Hold the records where the store saw them against what it has of them.

    Args:
        store: an open one. A file is of one machine, so a folder that is not here is a problem; a server has many
            benches, and a folder of another machine is only told.
    """
    stored, found = stored_runs_of(store), Differences()
    tops: dict[Path, list[Stored]] = {}
    for one in stored.values():
        tops.setdefault(one.folder.parent, []).append(one)
    here = {sha for one in stored.values() for sha in [_sealed(one.folder)[0]] if sha in one.numbers}
    many = sqlite_path(store.where) is None
    for top, runs in sorted(tops.items()):
        local = runs
        if many:
            benches = _benches_of_here(top)
            local = [one for one in runs if one.bench in benches]
        if gone := len(runs) if not top.is_dir() else len(runs) - len(local):
            found.away.append(f"{top}: {gone} records that the store saw there are not on this machine")
        if top.is_dir():
            found.problems += [line for one in local for line in _of_run(one)]
            found.problems += [*_extra(top, stored), *chain_problems(_records(top), here)]
    if not many:
        found.problems += found.away
        found.away = []
    return found


def stored_runs_of(store: Store) -> dict[str, Stored]:
    """Every run of a store by its id, where it was seen last."""
    sealed = select(VERDICTS.c.run, VERDICTS.c.record_sha256, VERDICTS.c.bench_number)
    seen = select(RUNS.c.run, RUNS.c.bench, PLACES.c.folder).join(PLACES, PLACES.c.run == RUNS.c.run)
    with store.reading() as connection:
        rows = connection.execute(seen.order_by(PLACES.c.audit_seq))
        found = {row.run: Stored(row.run, row.bench, Path(row.folder)) for row in rows}  # the last place stands
        for row in connection.execute(sealed):
            if row.run in found:
                found[row.run].numbers[row.record_sha256] = row.bench_number
    return found


def _of_run(one: Stored) -> Iterator[str]:
    """What is wrong with the record of one run, where the store saw it last."""
    top, start = one.folder.parent, glance(one.folder / _START)
    if len(one.numbers) > 1:
        yield f"{top}: re-sealed: {one.text}: the store has seen {len(one.numbers)} seals of this run"
    if not start:
        yield f"{top}: missing: {one.text}: the store has it, and it is not here"
        return
    if (run := run_id(one.folder, start)) != one.run:
        yield f"{top}: re-ordered: {one.text}: its folder holds another run now ({run[:_SHOWN]})"
        return
    sha256, number = _sealed(one.folder)
    if not sha256 and one.numbers:
        yield f"{top}: {one.text}: the store has its seal, and the seal is gone"
    elif sha256 and not one.numbers:
        yield f"{top}: {one.text}: sealed since the store saw it; take it in: rig store index {one.folder}"
    elif sha256 not in one.numbers and one.numbers:
        moved = number not in one.numbers.values()
        place = f", and re-ordered (number {number} now)" if moved else ""
        yield f"{top}: re-sealed{place}: {one.text}: the folder has SHA-256 {sha256[:_SHOWN]} now"


def _extra(top: Path, stored: dict[str, Stored]) -> Iterator[str]:
    """Records that the store does not know, and second records of a run that it knows with another content."""
    for folder in _records(top):
        run, (sha256, number) = run_id(folder, glance(folder / _START)), _sealed(folder)
        known = stored.get(run)
        said = (
            f"{folder.name} (number {number}, SHA-256 {sha256[:_SHOWN]})" if sha256 else f"{folder.name}, never sealed,"
        )
        if known is None:
            yield f"{top}: extra: {said} is not in the store; take it in, or find out where it comes from"
        elif known.folder != folder and sha256 and sha256 not in known.numbers:
            yield f"{top}: extra: {said} is a second record of the run of {known.text}"


def _records(top: Path) -> list[Path]:
    return sorted(path.parent for path in top.glob(f"*/{_START}"))


def _sealed(folder: Path) -> tuple[str, int | None]:
    """Hash of the manifest as it is, and its number in the chain; nothing where there is none."""
    manifest: dict[str, Any] = glance(folder / MANIFEST)
    chain = manifest.get("chain")
    number = chain.get("number") if isinstance(chain, dict) else None
    return (record_hash(manifest), number) if manifest else ("", None)


def _benches_of_here(top: Path) -> set[str]:
    """Benches with a chain in a folder of this machine; another machine may have a folder of the same name."""
    notes = (glance(path) for path in (top / FOLDER).glob("*.json"))
    starts = (glance(folder / _START) for folder in _records(top))
    return {str(said.get("bench", "")) for said in (*notes, *starts)}
