"""The commands about many runs and what they show together, and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rig.cli.exits import stated_exit
from rig.cli.options import Book, Operator, Out


def nightly(
    plan: Annotated[Path, typer.Argument(help="What is run, in which hours (TOML).")],
    *,
    out: Out = None,
    operator: Operator = None,
    book: Book = None,
    resume: Annotated[bool, typer.Option("--resume", help="Only go on with a night that was cut short.")] = False,
) -> None:
    """A night, unattended: check the bench, run a list of protocols and suites, and say what came of it on one page."""
    with stated_exit():
        from rig.cli.nightly_command import nightly_command

        raise typer.Exit(nightly_command(plan, out, operator, book, resume=resume))


def campaign(
    *,
    faults: Annotated[Path | None, typer.Option(help="Folder of faults; those that come along if not given.")] = None,
    protocols: Annotated[list[Path] | None, typer.Option(help="Folder of protocols; may be given again.")] = None,
    bench: Annotated[Path | None, typer.Option(help="The bench file, with a simulated world.")] = None,
    runs: Annotated[
        int | None, typer.Option(min=1, help="How many; each cell of the matrix once if not given.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes side by side; one a core if not given.")] = None,
    seed: Annotated[int, typer.Option(help="Of noise, room and the pump's own error.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder of the campaign; the same command goes on there.")] = Path(
        "campaign"
    ),
    short: Annotated[bool, typer.Option("--short", help="Smallest and greatest magnitude, in one protocol.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Id of a fault; may be given again.")] = None,
) -> None:
    """Pumps and benches with known faults: is each verdict the one it should be, and from which size on?"""
    with stated_exit():
        from rig.cli.campaign_command import Asked, campaign_command

        asked = Asked(faults, tuple(protocols or ()), bench, out, runs, workers, seed, short, tuple(only or ()))
        raise typer.Exit(campaign_command(asked))


def trace_requirements(
    suites: Annotated[
        Path | None, typer.Argument(help="Folder with requirements.toml, hazards.toml and the suites.")
    ] = None,
    *,
    runs: Annotated[list[Path] | None, typer.Option(help="Where to look for runs; the project's records.")] = None,
    junit: Annotated[
        list[Path] | None,
        typer.Option(help="What `pytest --junitxml` wrote of the suites: tests without a run, and those blocked."),
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write it as CSV; '-' for stdout.")] = None,
    reqif: Annotated[Path | None, typer.Option(help="A customer's ReqIF file, for --out; it is only read.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write a copy of it with the verdicts.")] = None,
) -> None:
    """Requirement, hazard, test, last evidence; with what is uncovered, untested or an orphan as rows."""
    with stated_exit():
        from rig.cli.trace_command import copy_of, trace_command

        raise typer.Exit(trace_command(suites, tuple(runs or ()), csv, copy_of(reqif, out), tuple(junit or ())))


def validation(
    results: Annotated[list[Path], typer.Argument(help="What `pytest --junitxml=FILE` wrote of the whole suite.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder for validation.md, .html and .pdf.")],
    functions: Annotated[Path, typer.Option(help="The functions of the tool (TOML).")] = Path("tests/functions.toml"),
) -> None:
    """What assures each function of this tool: intended use, risk, tests and gaps, from a run of its own tests."""
    with stated_exit():
        from rig.cli.validation_command import validation_command

        raise typer.Exit(validation_command(results, functions, out))


def init(folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")]) -> None:
    """Lay out a project of your laboratory's own: benches, protocols, calibration records, acceptance suite."""
    with stated_exit():
        from rig.cli.init_command import init_command

        raise typer.Exit(init_command(folder))
