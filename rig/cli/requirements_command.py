"""``rig requirements import`` and ``rig trace --reqif``: from a customer's file, and back in a copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from drivers.clock import WallClock
from rig.cli.exits import UsageError
from rig.record.disk import write_whole
from rig.requirements.reqif.document import load_reqif
from rig.requirements.reqif.importing import ATTRIBUTES, imported
from rig.requirements.reqif.trace_values import values_of
from rig.requirements.reqif.verdicts import with_verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rig.requirements.catalogue import Catalogue
    from rig.requirements.trace import Row


def import_command(file: Path, out: Path, attributes: Sequence[str]) -> int:
    """Write ``requirements.toml``; 0 where it is whole, 2 where something is still to be said in it.

    Raises:
        DoseproofError: the file cannot be used, or the other one exists.
    """
    made = imported(load_reqif(file), _names(attributes))
    _write(out, made.text.encode())
    typer.echo(f"{len(made.ids)} requirements in {out}")
    if made.left_out:
        typer.echo(f"left out, because they have no text: {', '.join(made.left_out)}")
    if made.incomplete:
        typer.echo(f"to be completed, because {file.name} does not say it: {', '.join(made.incomplete)}")
    return 2 if made.incomplete else 0


def verdicts_command(catalogue: Catalogue, rows: Sequence[Row], customers: Path, out: Path) -> None:
    """Write a copy of a customer's file with the verdicts.

    Raises:
        DoseproofError: the file cannot be used or does not fit the requirements, a record was changed, the copy exists.
    """
    document = load_reqif(customers)
    said = values_of(document, catalogue, rows)
    _write(out, with_verdicts(document, said, WallClock().utc()))
    without = len(document.objects) - len(said)
    typer.echo(f"{len(said)} requirements with what is known of them in {out}; {without} objects as they were")


def _names(attributes: Sequence[str]) -> dict[str, str]:
    names = dict(one.partition("=")[::2] for one in attributes)
    if wrong := [key for key, name in names.items() if key not in ATTRIBUTES or not name]:
        raise UsageError(f"--attribute: expected one of {', '.join(ATTRIBUTES)} and '=NAME', found {', '.join(wrong)}")
    return names


def _write(out: Path, data: bytes) -> None:
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out}: expected a file that does not exist yet, found one; name another")
    try:
        write_whole(out, data)
    except OSError as error:
        raise UsageError(f"{out}: could not be written: {error.strerror or error}; name another file") from error
