"""The commands and their options. What they do stands in modules of their own, loaded when a command runs.

>>> run_app(["record", "show"])       # doctest: +SKIP
2
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rig.cli.calibration_app import calibration_app
from rig.cli.exits import INTERNAL, UNUSABLE, say, stated_exit
from rig.cli.options import AsJson, BenchFile, Book, MonteCarlo, Operator, Out, RecordFolder, StoreAt
from rig.cli.people_app import attempt_app, sign_record, user_app
from rig.cli.people_app import correct_record as correct
from rig.cli.report_app import report_app
from rig.cli.requirements_app import requirements_app
from rig.cli.store_app import store_app

app = typer.Typer(
    name="rig",
    help="Bench proof that a pump delivers the dose it was programmed to deliver.",
    epilog="Exit codes: 0 pass, 1 fail, 3 inconclusive, 4 invalid or refused, 2 unusable files or usage, 70 defect.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
bench_app = typer.Typer(help="The instruments at a station.", no_args_is_help=True)
record_app = typer.Typer(help="The sealed evidence of a run.", no_args_is_help=True)
app.add_typer(bench_app, name="bench")
app.add_typer(record_app, name="record")
app.add_typer(calibration_app, name="calibration")
app.add_typer(report_app, name="report")
app.add_typer(requirements_app, name="requirements")
app.add_typer(store_app, name="store")
app.add_typer(user_app, name="user")
app.add_typer(attempt_app, name="attempt")
app.command("sign")(sign_record)
record_app.command("correct")(correct)


class LogLevel(StrEnum):
    """How much of the log is shown."""

    debug = "debug"
    info = "info"
    warning = "warning"
    error = "error"


class FileFormat(StrEnum):
    """A file format that has a schema."""

    protocol = "protocol"
    bench = "bench"


class ExportFormat(StrEnum):
    """What other programs read."""

    csv = "csv"
    parquet = "parquet"
    tdms = "tdms"
    xlsx = "xlsx"
    junit = "junit"


@app.callback(invoke_without_command=True)
def rig(
    *,
    version: Annotated[bool, typer.Option("--version", help="Version, revision, state of the installation.")] = False,
    log: Annotated[LogLevel, typer.Option(help="Show the log on stderr from this level on.")] = LogLevel.warning,
) -> None:
    """Options that stand before every command."""
    with stated_exit():
        from rig.cli.about import print_version, start_log

        start_log(log.value)
        if version:
            raise typer.Exit(print_version())


@app.command()
def demo(out: Out = None, operator: Operator = None) -> None:
    """24 hours of a 0.15 mL/day program on the simulated bench, from the first reading to the verdict."""
    with stated_exit():
        from rig.cli.run_command import demo_command

        raise typer.Exit(demo_command(out, operator))


@app.command("plan")
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command("zero-flow")
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


@app.command()
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


@app.command()
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


@record_app.command("show")
def record_show(record: RecordFolder) -> None:
    """What is in a record: streams, events, damage, hashes."""
    with stated_exit():
        from rig.cli.record_command import show_command

        raise typer.Exit(show_command(record))


@record_app.command("check")
def record_check(
    records: Annotated[list[Path], typer.Argument(help="Records, or folders of records.")],
) -> None:
    """Find any changed, missing or added byte of a sealed record, and holes in the chain of a bench."""
    with stated_exit():
        from rig.cli.record_check_command import check_command

        raise typer.Exit(check_command(records))


@record_app.command("replay")
def record_replay(record: RecordFolder) -> None:
    """Drive the drivers from the wire log of a record, and compare the readings."""
    with stated_exit():
        from rig.cli.replay_command import replay_command

        raise typer.Exit(replay_command(record))


@app.command()
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


@app.command()
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


@app.command("trace")
def trace_requirements(
    suites: Annotated[
        Path | None, typer.Argument(help="Folder with requirements.toml, hazards.toml and the suites.")
    ] = None,
    *,
    runs: Annotated[list[Path] | None, typer.Option(help="Where to look for runs; the project's records.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write it as CSV; '-' for stdout.")] = None,
    reqif: Annotated[Path | None, typer.Option(help="A customer's ReqIF file, for --out; it is only read.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write a copy of it with the verdicts.")] = None,
) -> None:
    """Requirement, hazard, test, last evidence; with what is uncovered, untested or an orphan as rows."""
    with stated_exit():
        from rig.cli.trace_command import copy_of, trace_command

        raise typer.Exit(trace_command(suites, tuple(runs or ()), csv, copy_of(reqif, out)))


@app.command()
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


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")]) -> None:
    """Lay out a project of your laboratory's own: benches, protocols, calibration records, acceptance suite."""
    with stated_exit():
        from rig.cli.init_command import init_command

        raise typer.Exit(init_command(folder))


@app.command()
def schema(of: Annotated[FileFormat, typer.Argument(help="Which file format.")]) -> None:
    """The JSON Schema of a file format, for completion and checks in editors."""
    with stated_exit():
        import json

        from rig.schemas import json_schemas

        typer.echo(json.dumps(json_schemas()[of.value], indent=2))


def run_app(arguments: list[str]) -> int:
    """Run the command line.

    Args:
        arguments: without the name of the program.

    Returns:
        The exit code; see :mod:`rig.cli`.
    """
    try:
        code = app(arguments, prog_name="rig", standalone_mode=False)
    except typer.TyperException as error:
        return _usage(error)
    except typer.Abort:
        say("stopped: the input ended")
        return INTERNAL
    return code if isinstance(code, int) else 0


def _usage(error: typer.TyperException) -> int:
    """Say what was wrong with the command line, with its hint."""
    show = getattr(error, "show", None)
    if show is None:
        say(str(error))
    else:
        show()
    return UNUSABLE
