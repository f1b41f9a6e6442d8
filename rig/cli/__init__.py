"""The command line: ``rig demo``, ``rig run``, ``rig verify``, ``rig bench check``, ``rig record show``, ``rig init``.

``rig store`` is the database of all records, ``rig user``, ``rig sign`` and ``rig attempt`` are for people.
``rig calibrate`` makes calibration records; ``rig calibration due``, ``history`` and ``impact`` say what they come to.

Exit codes, kept apart on purpose (a script can trust them):

====  ======================================================================================================
0     pass; or the command did what was asked
1     fail: the pump does not deliver what was programmed
2     a file, a record or the command line cannot be used as it stands
3     inconclusive: the data do not allow a decision; calibration impact: a verdict changes, or is unknown
4     invalid (bench at fault or not qualified), or refused before the start; calibration due: something is out of date;
      a signature, correction, replacement or password was refused
5     ``rig report check``: a procedure that holds, which proves nothing about results
70    internal error: a defect of the rig, never a verdict
130   stopped by Ctrl-C outside of a run; 141: the reader of a pipe went away
====  ======================================================================================================
"""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """The entry point ``rig``: never exit code 1 for anything but a verdict of *fail*."""
    try:
        from rig.cli.app import run_app

        code = run_app(sys.argv[1:])
    except KeyboardInterrupt:  # while the program was still being loaded
        code = 130
    except SystemExit:  # rich, where the reader of a help page went away
        code = 141
    # The answer stands: a Ctrl-C while the interpreter tidies up must not change it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)
