"""The hook of a night: a command of the lab's own, called with the page when the night is over."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_AT_MOST_S = 60.0


def call_hook(command: Sequence[str], page: Path, verdict: str, home: Path) -> str:
    """Call it with the page as its last argument and ``DOSEPROOF_NIGHT_VERDICT`` in its surroundings.

    Returns:
        What went wrong, in words; empty if nothing did. A hook changes no verdict.
    """
    if not command:
        return ""
    surroundings = {**os.environ, "DOSEPROOF_NIGHT_VERDICT": verdict}
    try:
        ended = subprocess.run(
            [*command, str(page)], cwd=home, env=surroundings, timeout=_AT_MOST_S, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"notify: {command[0]}: {error}"
    return f"notify: {command[0]} ended with {ended.returncode}" if ended.returncode else ""
