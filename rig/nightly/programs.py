"""How an item is started: the same ``rig`` and pytest that a person would start by hand, each in a process of its own.

A night survives what runs in it: a crash, a hang and a full memory end the process and not the list. What it says
goes into a file beside its record. Its answer is its exit code.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

RIG: Final = (sys.executable, "-c", "from rig.cli import main; main()")
PYTEST: Final = (sys.executable, "-m", "pytest")
#: Time to stop the pump and to seal what there is, after the interrupt [s].
_GRACE_S = 120.0
#: The answer of a process that had to be stopped; no exit code of ours.
TOO_LONG: Final = -1000


@dataclass(frozen=True)
class Programs:
    """What is started, and with whose name.

    Attributes:
        operator: who answers for the night; may be empty.
        book: of the laboratory.
    """

    operator: str
    book: Path

    def rig(self, *arguments: str | Path) -> list[str]:
        """A ``rig`` command."""
        return [*RIG, *map(str, arguments)]

    def run(self, command: Sequence[str], log: Path, at_most_s: float | None, home: Path) -> int:
        """Start a command, wait for it, and give its exit code; ``TOO_LONG`` where it had to be stopped.

        Args:
            command: program and arguments.
            log: file that gets what it says.
            at_most_s: longer, and it is interrupted as by Ctrl-C, and killed where that does not help.
            home: folder it runs in.
        """
        with log.open("ab") as said:
            child = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=home,
                env=_surroundings(),
            )
            try:
                return child.wait(at_most_s)
            except subprocess.TimeoutExpired:
                _stop(child)
                return TOO_LONG
            except BaseException:
                _stop(child)
                raise


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Interrupt first: the run then stops the pump and seals its record."""
    child.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_GRACE_S)
        return
    child.kill()
    child.wait()


def _surroundings() -> Mapping[str, str]:
    """Ours, but wide and plain: what is logged is read in a file."""
    return {**os.environ, "COLUMNS": "120", "NO_COLOR": "1"}
