"""``rig store check``: the store, the folders of records and what left the machine, held against each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from rig.cli.exits import UNUSABLE, UsageError, say
from rig.cli.store_command import open_store
from rig.store.beside import statement_differences
from rig.store.chains import chain_differences
from rig.store.checkpoint import checkpoint_problems, taken_over_keys
from rig.store.statements import foreign_statements, foreign_stored
from rig.words import count_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rig.people.statements import Statement
    from rig.store.store import Store


def check_command(checkpoints: Sequence[Path], store: str | None) -> int:
    """Check the store; 2 if something is not what was written.

    Raises:
        UsageError: a file is no checkpoint.
    """
    with open_store(store) as opened:
        problems = opened.problems()
        with opened.reading() as connection:
            problems += foreign_stored(connection)
            taken_over = taken_over_keys(connection)
        folders = chain_differences(opened)
        problems += [*folders.problems, *statement_differences(opened)]
        for path in checkpoints:
            problems += [f"{path}: {problem}" for problem in [*_held_against(opened, path)]]
        name = opened.name
    for problem in problems:
        say(problem)
    for line in folders.away:
        say(f"not compared: {line}")
    for key in sorted(taken_over):
        say(f"key {key[:16]}... was taken over when the store was rebuilt: what it signed is believed, not known")
    nothing = "; no checkpoint was given, so that a trail that was rewritten as a whole would not be seen"
    held = f" and {count_text(len(checkpoints), 'checkpoint')}" if checkpoints else nothing
    typer.echo(
        f"{name}: {len(problems)} problems"
        if problems
        else f"{name}: the audit trail, its rows, and the records and statements in their folders hold{held}"
    )
    return UNUSABLE if problems else 0


def _held_against(store: Store, path: Path) -> Iterator[str]:
    """What does not fit between the store and a checkpoint, or a report that took one along with its statements."""
    try:
        data = path.read_bytes()
        found, statements = _reported(path, data) if data.startswith(b"%PDF") else (json.loads(data), [])
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: expected a checkpoint (JSON, or a report), found: {error}") from error
    if not isinstance(found, dict):
        raise UsageError(f"{path}: expected a checkpoint, found {type(found).__name__}")
    yield from checkpoint_problems(store, found)
    with store.reading() as connection:
        yield from foreign_statements(connection, statements)


def _reported(path: Path, data: bytes) -> tuple[object, list[Statement]]:
    from rig.people.statements import Statement
    from rig.report.check import read_index
    from rig.report.embedded import embedded_files, open_pdf
    from rig.report.people import annexes_in, checkpoint_in

    made_from = read_index(embedded_files(open_pdf(data)))["made_from"]
    checkpoint = checkpoint_in(made_from)
    if checkpoint is None:
        raise UsageError(f"{path}: expected a report with a checkpoint, found one that was made without a store")
    return checkpoint, [Statement(body) for annex in annexes_in(made_from).values() for body in annex["statements"]]
