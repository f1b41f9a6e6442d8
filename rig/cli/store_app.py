"""``rig store``: the commands and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rig.cli.exits import stated_exit
from rig.cli.options import AsJson, StoreAt

store_app = typer.Typer(
    help="The database of all records: history, comparison, audit trail.",
    epilog="Exit codes: 0 done; check: 2 something is not what was written; index: 2 a record could not be taken in.",
    no_args_is_help=True,
)

Operator = Annotated[
    str | None,
    typer.Option(help="Who does it, for the audit trail.", envvar="DOSEPROOF_OPERATOR", show_default=False),
]
Records = Annotated[list[Path], typer.Argument(help="Folders of records; everything below is looked through.")]
Run = Annotated[str, typer.Argument(help="Id of a run or hash of its record (6 digits or more), or its folder.")]


@store_app.command("index")
def store_index(records: Records, *, store: StoreAt = None, operator: Operator = None) -> None:
    """Take records into the store: each once, and none that was changed."""
    with stated_exit():
        from rig.cli.store_command import index_command

        raise typer.Exit(index_command(records, store, operator))


@store_app.command("rebuild")
def store_rebuild(records: Records, *, store: StoreAt = None, operator: Operator = None) -> None:
    """Make a store that was lost anew, from the records and the statements beside them."""
    with stated_exit():
        from rig.cli.store_command import rebuild_command

        raise typer.Exit(rebuild_command(records, store, operator))


@store_app.command("history")
def store_history(
    *,
    device: Annotated[str | None, typer.Option(help="Serial number of a device.")] = None,
    requirement: Annotated[str | None, typer.Option(help="Id of a requirement or hazard.")] = None,
    bench: Annotated[str | None, typer.Option(help="Name of a bench.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many runs, the newest first.")] = 100,
    store: StoreAt = None,
    json: AsJson = False,
) -> None:
    """Every run of a device, a requirement or a bench."""
    with stated_exit():
        from rig.cli.store_command import Asked, history_command

        raise typer.Exit(history_command(Asked(device, requirement, bench, limit), store, as_json=json))


@store_app.command("compare")
def store_compare(first: Run, second: Run, *, store: StoreAt = None, json: AsJson = False) -> None:
    """Two runs side by side: what differed, and how far their findings lie apart."""
    with stated_exit():
        from rig.cli.store_command import compare_command

        raise typer.Exit(compare_command(first, second, store, as_json=json))


@store_app.command("audit")
def store_audit(
    about: Annotated[
        str | None, typer.Argument(help="Id of a run, hash of a record, or name of a user; everything without.")
    ] = None,
    *,
    limit: Annotated[int, typer.Option(min=1, help="So many entries, the last ones.")] = 100,
    store: StoreAt = None,
    json: AsJson = False,
) -> None:
    """The audit trail: who, when, what, why, old and new value."""
    with stated_exit():
        from rig.cli.store_command import audit_command

        raise typer.Exit(audit_command(about, limit, store, as_json=json))


@store_app.command("check")
def store_check(
    checkpoints: Annotated[
        list[Path] | None, typer.Argument(help="Checkpoints that left the machine: JSON, or a report (PDF).")
    ] = None,
    *,
    store: StoreAt = None,
) -> None:
    """Check every entry of the audit trail, every row and statement that it brought, and checkpoints from outside.

    And the folders of records: which are missing, extra, sealed anew, or in another place than the store has seen.
    """
    with stated_exit():
        from rig.cli.store_check_command import check_command

        raise typer.Exit(check_command(checkpoints or [], store))


@store_app.command("checkpoint")
def store_checkpoint(*, store: StoreAt = None) -> None:
    """Print the head of the audit trail, signed: keep it where nobody of this machine can change it."""
    with stated_exit():
        from rig.cli.store_command import checkpoint_command

        raise typer.Exit(checkpoint_command(store))
