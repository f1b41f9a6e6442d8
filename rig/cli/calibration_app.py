"""The commands of ``rig calibration``: what is due, how a unit went, what is retired, which runs a record is in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rig.cli.exits import stated_exit
from rig.cli.options import AsJson, Book, Operator

calibration_app = typer.Typer(
    help="The calibration records of the laboratory.",
    epilog="Exit codes: 0 nothing to do; impact: 3 a verdict changes or is unknown; due: 4 something is out of date.",
    no_args_is_help=True,
)


@calibration_app.command("due")
def calibration_due(
    *,
    book: Book = None,
    within: Annotated[str, typer.Option(help="What ends within this time is named as well.")] = "30 days",
    json: AsJson = False,
) -> None:
    """What must be calibrated, and when: every unit and standard of the book, the most urgent first."""
    with stated_exit():
        from rig.cli.due_command import due_command

        raise typer.Exit(due_command(book, within, as_json=json))


@calibration_app.command("history")
def calibration_history(
    unit: Annotated[str, typer.Argument(help="Serial number of the unit.")],
    chain: Annotated[str | None, typer.Argument(help="Which of its chains; needed where it has several.")] = None,
    *,
    book: Book = None,
    picture: Annotated[Path | None, typer.Option(help="Draw the control chart into this file (.svg or .png).")] = None,
) -> None:
    """Every calibration of a unit, its control chart, its drift, and advice on the next one."""
    with stated_exit():
        from rig.cli.history_command import history_command

        raise typer.Exit(history_command(unit, chain, book, picture))


@calibration_app.command("retire")
def calibration_retire(
    unit: Annotated[str, typer.Argument(help="Serial number of a unit, or of a standard in standards.toml.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; it stays in the book.")],
    approved_by: Annotated[str, typer.Option(help="Who else approves it.")],
    operator: Operator = None,
    book: Book = None,
    back: Annotated[bool, typer.Option("--back", help="Put it back in service.")] = False,
) -> None:
    """Take a unit out of service: the gate refuses it from then on, and what is due no longer names it."""
    with stated_exit():
        from rig.cli.retire_command import Entry, retire_command

        raise typer.Exit(retire_command(Entry(unit, reason, approved_by, operator, book, back=back)))


@calibration_app.command("standard")
def calibration_standard(
    serial: Annotated[str, typer.Argument(help="Serial number of a standard in standards.toml.")],
    *,
    book: Book = None,
) -> None:
    """An entry of standards.toml as it stands, for whoever compares it with its certificate, and its hash."""
    with stated_exit():
        from rig.cli.standard_command import standard_command

        raise typer.Exit(standard_command(serial, book))


@calibration_app.command("ledger")
def calibration_ledger(
    *,
    book: Book = None,
    operator: Operator = None,
    runs: Annotated[list[Path] | None, typer.Option(help="Compare the runs below this folder, too.")] = None,
    take_in: Annotated[
        str | None, typer.Option("--take-in", help="Why files that are not in the ledger are entered now.")
    ] = None,
) -> None:
    """Whether a book is whole: every file that was ever filed lies there, unchanged. Exit code 4 where not."""
    with stated_exit():
        from rig.cli.ledger_command import Looked, ledger_command

        raise typer.Exit(ledger_command(Looked(book, operator, tuple(runs or ()), take_in)))


@calibration_app.command("impact")
def calibration_impact(
    what: Annotated[
        str,
        typer.Argument(help="A record's file, its SHA-256 (8 digits or more), or a standard's serial or certificate."),
    ],
    *,
    corrected: Annotated[
        list[Path] | None, typer.Option(help="A corrected record: compute every verdict again with it.")
    ] = None,
    slope_error: Annotated[
        str | None, typer.Option(help="Suppose this slope error of the balance instead, e.g. '0.02 %'.")
    ] = None,
    runs: Annotated[list[Path] | None, typer.Option(help="Where to look for runs; the project's records.")] = None,
    book: Book = None,
    json: AsJson = False,
) -> None:
    """Which runs used a calibration, and what becomes of their verdicts if it was wrong. Changes no record."""
    with stated_exit():
        from rig.cli.impact_command import Question, impact_command

        question = Question(what, tuple(corrected or ()), slope_error, tuple(runs or ()), book)
        raise typer.Exit(impact_command(question, as_json=json))
