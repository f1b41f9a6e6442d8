"""Every metric, the vector or the planted truth that it was held against, and the deviation found.

    python tests/benchmarks/held_against.py                # prints the table, and how much of what is allowed is used
    python tests/benchmarks/held_against.py --markdown     # writes docs/held_against.md
    python tests/benchmarks/held_against.py --json FILE    # the same for programs, unrounded

The rows are in tests/held_against, one module for each group. Nothing in them is a formula of the package: what is
expected is the vector's, or was planted. A test holds every row, every vector and every module of rig/verify.
"""

import json
import os
import sys
from pathlib import Path

from drivers.clock import WallClock
from tests.held_against.page import INTRODUCTION
from tests.held_against.table import PACKAGE, as_json, groups, markdown

PAGE = Path(__file__).parents[2] / "docs" / "held_against.md"
HOST = WallClock()


def main():
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # before numpy is loaded: many small matrices are slower on several cores
    begin, every = HOST.now(), {}
    for title, rows in groups():
        every[title] = rows
        print(title)
        for row in rows:
            function = row.names[0].removeprefix(PACKAGE)
            print(
                f"{'  ' if row.ok else '! '}{row.metric:46.46} {function:38.38} {row.vector or row.against:34.34} "
                f"{row.worst.expected_text:>34.34} {row.worst.found_text:>22.22} {row.worst.deviation_text:>12} "
                f"{100.0 * row.part:4.0f} % {row.held_text}"
            )
    rows = [row for found in every.values() for row in found]
    bad = [row.metric for row in rows if not row.ok]
    print(f"{len(rows)} rows, beyond what is allowed: {', '.join(bad) or 'none'}; {HOST.now() - begin:.0f} s")
    if "--json" in sys.argv[1:]:
        Path(sys.argv[sys.argv.index("--json") + 1]).write_text(json.dumps([as_json(row) for row in rows], indent=1))
    if "--markdown" in sys.argv[1:]:
        PAGE.write_text(markdown(every, INTRODUCTION), encoding="utf-8")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
