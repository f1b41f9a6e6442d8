"""The commands about a station: who is there, calibration, qualification; and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rig.cli.exits import stated_exit
from rig.cli.options import BenchFile, Book, Operator, Out

bench_app = typer.Typer(help="The instruments at a station.", no_args_is_help=True)


@bench_app.command("check")
def bench_check(
    bench: Annotated[Path, typer.Argument(help="The bench file (TOML).")],
    *,
    protocol: Annotated[
        Path | None,
        typer.Option(help="A protocol file: check its run too, and predict the uncertainty of its findings."),
    ] = None,
) -> None:
    """Open a bench, name each instrument and its calibration, and move nothing."""
    with stated_exit():
        from rig.cli.bench_command import check_command

        raise typer.Exit(check_command(bench, protocol))


@bench_app.command("discover")
def bench_discover(
    *, watch: Annotated[bool, typer.Option("--watch", help="Go on with what is plugged and unplugged.")] = False
) -> None:
    """List what is plugged in: serial ports, VISA resources, NI devices. Nothing is opened."""
    with stated_exit():
        from rig.cli.discover_command import discover_command

        raise typer.Exit(discover_command(follow=watch))


@bench_app.command("new")
def bench_new(file: Annotated[Path, typer.Argument(help="The bench file to write; must not exist yet.")]) -> None:
    """Write a commented bench file with what was discovered, and its JSON Schema beside it."""
    with stated_exit():
        from rig.cli.discover_command import new_command

        raise typer.Exit(new_command(file))


def calibrate(
    procedure: Annotated[Path, typer.Argument(help="The procedure file (TOML): what to calibrate, and how.")],
    bench: BenchFile,
    *,
    book: Book = None,
    operator: Operator = None,
    checked_by: Annotated[str | None, typer.Option(help="Who compared the result, for the record.")] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Forget a procedure that was interrupted.")] = False,
    trial: Annotated[bool, typer.Option("--trial", help="Show the result and file nothing.")] = False,
) -> None:
    """Calibrate an instrument against standards, and file the sealed record in the book."""
    with stated_exit():
        from rig.cli.calibrate_command import Wanted, calibrate_command

        wanted = Wanted(book, operator, checked_by, anew=anew, trial=trial)
        raise typer.Exit(calibrate_command(procedure, bench, wanted))


def qualify(
    bench: Annotated[Path, typer.Argument(help="The bench file (TOML).")],
    *,
    plan: Annotated[
        Path | None, typer.Option(help="The plan (TOML); that of the simulated bench if none is given.")
    ] = None,
    book: Book = None,
    out: Out = None,
    operator: Operator = None,
    short: Annotated[bool, typer.Option("--short", help="Fewer and shorter runs; the record says so.")] = False,
) -> None:
    """Let the bench qualify itself: known mass, flow and voltage, its clocks, and faults that it must not miss."""
    with stated_exit():
        from rig.cli.qualify_command import Wanted, qualify_command

        raise typer.Exit(qualify_command(bench, plan, Wanted(book, out, operator, short=short)))
