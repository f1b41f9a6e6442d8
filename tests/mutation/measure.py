"""Mutation score: how many small mistakes in the code make a test fail.

::

    pip install -c constraints.txt -e '.[test,mutation]'
    python tests/mutation/measure.py                          # calibration/ and rig/verify/, all of it
    python tests/mutation/measure.py rig/verify/risk.py       # one file or folder
    python tests/mutation/measure.py --sample 1000 --seed 7   # a random sample, with an interval
    python tests/mutation/measure.py --floor 95               # exit code 1 below it
    python tests/mutation/measure.py --report                 # of what the journal holds so far

The report names each survivor. README.md beside this file says what is mutated, what is not, and how to read it.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
from pathlib import Path

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # a process with threads must not fork

from places import mutants_of  # noqa: E402
from project import Project  # noqa: E402
from report import Measured, equivalents, text_of, wrongly_equivalent  # noqa: E402
from trying import fates_of  # noqa: E402

HERE = Path(__file__).resolve().parent


def main() -> int:
    chosen = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped; what was found is in the journal"))
    project = Project(chosen.root.resolve(), chosen.code, chosen.tests, chosen.folder.resolve())
    project.enter(fresh=chosen.fresh)
    mutants = [
        one for file in project.files(chosen.targets or chosen.code) for one in mutants_of(file, project.text(file))
    ]
    drawn = random.Random(chosen.seed).sample(mutants, min(chosen.sample, len(mutants)))
    fates = fates_of(project, drawn, tries=not chosen.report)
    measured = Measured(fates, {mutant.key for mutant in mutants}, equivalents(chosen.equivalent))
    report = text_of(measured)
    (project.folder / "report.txt").write_text(report + "\n", encoding="utf-8")
    print(report)  # noqa: T201
    return int(not 100.0 * measured.score >= chosen.floor or bool(wrongly_equivalent(measured)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("targets", nargs="*", help="files and folders to make mistakes in; all of --code without them")
    parser.add_argument("--code", nargs="+", default=["calibration", "rig/verify"], help="what the tests are for")
    parser.add_argument("--tests", nargs="+", default=["tests/calibration", "tests/rig/verify"])
    parser.add_argument("--root", type=Path, default=HERE.parents[1], help="where code and tests are")
    parser.add_argument("--sample", type=int, default=10**9, help="try so many, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--floor", type=float, default=0.0, help="least score, percent")
    parser.add_argument("--folder", type=Path, default=Path(".mutation"), help="journal and report")
    parser.add_argument("--equivalent", type=Path, default=HERE / "equivalent.toml")
    parser.add_argument("--report", action="store_true", help="of what the journal holds; try nothing more")
    parser.add_argument("--fresh", action="store_true", help="believe no journal")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
