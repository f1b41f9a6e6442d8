"""The command line: every command by its name. Options stand in ``*_app.py``; what is done stands in ``*_command.py``,
which is loaded when the command runs.

>>> run_app(["record", "show"])       # doctest: +SKIP
2
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from rig.cli.bench_app import bench_app, calibrate, qualify
from rig.cli.calibration_app import calibration_app
from rig.cli.exits import INTERNAL, UNUSABLE, say, stated_exit
from rig.cli.one_run_app import demo, export, plan_run, run, verify, zero_flow
from rig.cli.people_app import attempt_app, sign_record, user_app
from rig.cli.record_app import record_app
from rig.cli.report_app import report_app
from rig.cli.requirements_app import requirements_app
from rig.cli.store_app import store_app
from rig.cli.suites_app import campaign, init, nightly, trace_requirements, validation

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    name="rig",
    help="Bench proof that a pump delivers the dose it was programmed to deliver.",
    epilog="Exit codes: 0 pass, 1 fail, 3 inconclusive, 4 invalid or refused, 2 unusable files or usage, 70 defect.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_GROUPS = {
    "bench": bench_app,
    "record": record_app,
    "calibration": calibration_app,
    "report": report_app,
    "requirements": requirements_app,
    "store": store_app,
    "user": user_app,
    "attempt": attempt_app,
}
#: In the order of the help.
_COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo,
    "plan": plan_run,
    "run": run,
    "verify": verify,
    "export": export,
    "sign": sign_record,
    "zero-flow": zero_flow,
    "calibrate": calibrate,
    "qualify": qualify,
    "nightly": nightly,
    "campaign": campaign,
    "trace": trace_requirements,
    "validation": validation,
    "init": init,
}
for _name, _group in _GROUPS.items():
    app.add_typer(_group, name=_name)
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)


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
