"""From an error to an exit code and a short message; nothing but a verdict of *fail* may end with 1."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import traceback
from typing import TYPE_CHECKING

import typer

from calibration.errors import DoseproofError

if TYPE_CHECKING:
    from collections.abc import Iterator

UNUSABLE = 2
REFUSED = 4
#: A document that holds and proves nothing about results: a procedure.
NO_RESULTS = 5
INTERNAL = 70
INTERRUPTED = 130
BROKEN_PIPE = 141

#: Packages of the optional extras, which only some benches and commands need.
_EXTRAS = {"gsw": "sim", "cffi": "emulator", "typst": "report", "jinja2": "report", "pyhanko": "report"}


class UsageError(DoseproofError):
    """What was asked cannot be done the way it was asked."""


def exit_code_of(error: DoseproofError) -> int:
    """4 where a bench, a person or a signature was refused, else 2: a file, a record or an argument."""
    from drivers.errors import DriverError
    from rig.errors import BenchError
    from rig.people.errors import LoginError, RefusedError

    return REFUSED if isinstance(error, BenchError | DriverError | RefusedError | LoginError) else UNUSABLE


@contextlib.contextmanager
def stated_exit() -> Iterator[None]:
    """Turn whatever ends a command into a message on stderr and an exit code.

    Raises:
        typer.Exit: with the code.
    """
    try:
        yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        say("stopped by Ctrl-C; nothing was decided")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        # What is still buffered would fail again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(BROKEN_PIPE) from None
    except DoseproofError as error:
        say(with_notes(error))
        _log_traceback(error)
        raise typer.Exit(exit_code_of(error)) from error
    except ModuleNotFoundError as error:
        raise typer.Exit(_missing_module(error)) from error
    except Exception as error:
        raise typer.Exit(_internal(error)) from error


def with_notes(error: DoseproofError) -> str:
    """Its message, and a line for each note that was added on the way."""
    return "\n".join([str(error), *getattr(error, "__notes__", [])])


def say(text: str) -> None:
    """A message on stderr, as plain text."""
    typer.echo(f"rig: {text}", err=True)


def _missing_module(error: ModuleNotFoundError) -> int:
    """A package of an extra that was not installed is no defect."""
    package = (error.name or "").split(".")[0]
    if package not in _EXTRAS:
        return _internal(error)
    say(
        f"this needs the Python package {package!r}, which is not installed; install it with\n"
        f"    pip install 'doseproof[{_EXTRAS[package]}]'"
    )
    return UNUSABLE


def _internal(error: Exception) -> int:
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({os.path.relpath(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    say(
        f"internal error: {type(error).__name__}: {error}{where}\n"
        "This is a defect of the rig and says nothing about the pump. `rig --log debug ...` shows the traceback; "
        "please report it."
    )
    _log_traceback(error)
    return INTERNAL


def _log_traceback(error: Exception) -> None:
    text = "".join(traceback.format_exception(error))
    logging.getLogger("doseproof").debug("traceback\n%s", text)
