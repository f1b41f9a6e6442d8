"""``rig record``: the commands and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rig.cli.exits import stated_exit
from rig.cli.options import RecordFolder, StoreAt
from rig.cli.people_app import correct_record

record_app = typer.Typer(help="The sealed evidence of a run.", no_args_is_help=True)
record_app.command("correct")(correct_record)


@record_app.command("show")
def record_show(record: RecordFolder) -> None:
    """What is in a record: streams, events, damage, hashes."""
    with stated_exit():
        from rig.cli.record_command import show_command

        raise typer.Exit(show_command(record))


@record_app.command("check")
def record_check(
    records: Annotated[list[Path], typer.Argument(help="Records, or folders of records.")],
    *,
    store: StoreAt = None,
) -> None:
    """Find any changed, missing or added byte of a sealed record, and holes in the chain of a bench.

    Where there is a store, statements that none of its keys signed, and those that it has and the folder lacks, too.
    """
    with stated_exit():
        from rig.cli.record_check_command import check_command

        raise typer.Exit(check_command(records, store))


@record_app.command("seal")
def record_seal(
    record: RecordFolder,
    *,
    reason: Annotated[str, typer.Option(help="Why the run ended without a seal: the power failed, the disk was full.")],
    operator: Annotated[
        str | None, typer.Option(help="Who seals it.", envvar="DOSEPROOF_OPERATOR", show_default=False)
    ] = None,
    store: StoreAt = None,
) -> None:
    """Seal a record that a kill, a power cut or a full disk left behind; it never passes and is never released.

    A seal that was cut off after its manifest is finished. Exit code 2: refused, or sealed and not in the store.
    """
    with stated_exit():
        from rig.cli.record_seal_command import seal_command

        raise typer.Exit(seal_command(record, reason, operator, store))


@record_app.command("replay")
def record_replay(record: RecordFolder) -> None:
    """Drive the drivers from the wire log of a record, and compare the readings."""
    with stated_exit():
        from rig.cli.replay_command import replay_command

        raise typer.Exit(replay_command(record))
