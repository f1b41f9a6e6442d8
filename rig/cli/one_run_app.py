"""The commands about one run, from its plan to what others read of it, and their options."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rig.cli.exits import stated_exit
from rig.cli.options import AsJson, BenchFile, Book, MonteCarlo, Operator, Out, RecordFolder, StoreAt


class ExportFormat(StrEnum):
    """What other programs read."""

    csv = "csv"
    parquet = "parquet"
    tdms = "tdms"
    xlsx = "xlsx"
    junit = "junit"


def demo(out: Out = None, operator: Operator = None) -> None:
    """24 hours of a 0.15 mL/day program on the simulated bench, from the first reading to the verdict."""
    with stated_exit():
        from rig.cli.run_command import demo_command

        raise typer.Exit(demo_command(out, operator))


def plan_run(
    protocol: Annotated[Path, typer.Argument(help="The protocol file (TOML): what to test.")],
    bench: BenchFile,
    *,
    assumed_error: Annotated[str, typer.Option(help="True error of a pump that has to pass, e.g. '2.5 %'.")] = "0 %",
    chance: Annotated[str, typer.Option(help="With which such a pump, or a study of them, has to pass.")] = "95 %",
    longest: Annotated[str, typer.Option(help="No longer analysis is looked at.")] = "31 days",
    legs_differ: Annotated[
        str, typer.Option(help="By how much the two evaporation legs differ beyond noise, e.g. '0.05 mg/h'.")
    ] = "0 mg/h",
    coverage: Annotated[str | None, typer.Option(help="Claim that this part of all pumps is within the limit.")] = None,
    confidence: Annotated[str, typer.Option(help="With which that is shown.")] = "95 %",
    between_pumps: Annotated[
        str | None, typer.Option(help="Expected standard deviation of the errors of pumps, e.g. '3 %'.")
    ] = None,
    json: AsJson = False,
) -> None:
    """How long a run must be to decide its findings, what limits it, and how many pumps the claim needs.

    Opens nothing. Exit codes: 0 decidable as planned, 3 with other lengths only, 4 at no length that was looked at.
    """
    with stated_exit():
        from rig.cli.plan_command import Wish, plan_command

        wish = Wish(assumed_error, chance, longest, legs_differ, coverage, confidence, between_pumps, json)
        raise typer.Exit(plan_command(protocol, bench, wish))


def run(
    protocol: Annotated[Path, typer.Argument(help="The protocol file (TOML): what to test.")],
    bench: BenchFile,
    *,
    out: Out = None,
    operator: Operator = None,
    not_for_release: Annotated[
        bool, typer.Option("--not-for-release", help="Run even if the result could never be released.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Unattended: answer every prompt with yes, by nobody.")] = False,
    book: Book = None,
    answers: Annotated[Path | None, typer.Option(help="Answers to the set-up checklist (TOML).")] = None,
    store: StoreAt = None,
) -> None:
    """Run a protocol on a bench, seal the record, and state the verdict."""
    with stated_exit():
        from rig.cli.run_command import Asked, run_command

        asked = Asked(out, operator, not_for_release, yes, book, answers, store)
        raise typer.Exit(run_command(protocol, bench, asked))


def verify(
    record: RecordFolder,
    *,
    json: Annotated[bool, typer.Option("--json", help="The whole result as JSON on stdout.")] = False,
    monte_carlo: MonteCarlo = None,
) -> None:
    """Recompute the result of a record from its raw data, and compare it with the sealed one."""
    with stated_exit():
        from rig.cli.verify_command import verify_command

        raise typer.Exit(verify_command(record, as_json=json, draws=monte_carlo or 0))


def export(
    record: RecordFolder,
    *,
    formats: Annotated[list[ExportFormat], typer.Option("--format", help="May be given several times.")],
    out: Annotated[Path, typer.Option(help="A folder that does not exist yet.")],
    delivery: Annotated[
        bool, typer.Option("--delivery", help="With delivered against programmed volume, computed.")
    ] = False,
) -> None:
    """Hand over streams and findings in files of other programs, with units in the headers."""
    with stated_exit():
        from rig.cli.export_command import export_command

        raise typer.Exit(export_command(record, [one.value for one in formats], out, with_delivery=delivery))


def zero_flow(
    bench: Annotated[Path, typer.Argument(help="The bench file (TOML).")],
    *,
    length: Annotated[str, typer.Option("--for", help="How long, e.g. '24 h': as long as a run.")] = "24 h",
    valid_for: Annotated[str, typer.Option(help="How long the noise record holds.")] = "365 days",
    out: Out = None,
    book: Book = None,
    operator: Operator = None,
    yes: Annotated[bool, typer.Option("--yes", help="Unattended: the line was clamped before.")] = False,
) -> None:
    """Record the balance with the line clamped, and file its noise in the book."""
    with stated_exit():
        from rig.cli.zero_flow_command import Still, zero_flow_command

        still = Still(length, valid_for, out, book, operator, unattended=yes)
        raise typer.Exit(zero_flow_command(bench, still))
