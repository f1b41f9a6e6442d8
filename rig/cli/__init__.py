"""The command line: ``rig demo``, ``rig run``, ``rig verify``, ``rig bench check``, ``rig record show``, ``rig init``.

Exit codes, kept apart on purpose (a script can trust them):

====  =================================================================
0     pass; or the command did what was asked
1     fail: the pump does not deliver what was programmed
2     a file, a record or the command line cannot be used as it stands
3     inconclusive: the data do not allow a decision
4     invalid (the bench was at fault), or refused before the start
70    internal error: a defect of the rig, never a verdict
130   stopped by Ctrl-C outside of a run; 141: the reader of a pipe went away
====  =================================================================
"""

from __future__ import annotations

import sys


def main() -> None:
    """The entry point ``rig``: never exit code 1 for anything but a verdict of *fail*."""
    from rig.cli.app import run_app

    sys.exit(run_app(sys.argv[1:]))
