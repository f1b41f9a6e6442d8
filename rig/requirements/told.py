"""What pytest said of the tests of a folder of suites: which passed, which failed, and which were blocked, with why.

    said = told([Path("results.xml")], read_suites(catalogue.folder))
    said["test_telemetry.py::test_half_a_program_delivers_nothing"].outcome      # "passed"

The files are those of ``pytest --junitxml``. A suite that takes the pump into its hand leaves no sealed record; such a
file is all that there is of it. Of several the latest counts in which the test ran: one that was blocked on this bench
may have run on another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from rig.requirements.evidence import Evidence
from rig.validation.run import read_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from rig.requirements.suites import Test
    from rig.validation.run import Case, Run

#: Properties of a test case, which the plug-in writes: evidence class and device.
EVIDENCE_CLASS: Final = "doseproof_evidence_class"
DEVICE: Final = "doseproof_device"
_BLOCKED: Final = "blocked: "


@dataclass(frozen=True)
class Told:
    """What came of a test, over all of its parameters.

    Attributes:
        outcome: ``passed``, ``failed`` or ``blocked``.
        why: it did not pass, in a line.
        evidence: the file, as evidence of a requirement that no sealed run shows.
    """

    outcome: Literal["passed", "failed", "blocked"]
    why: str
    evidence: Evidence


def told(files: Sequence[Path], tests: Sequence[Test]) -> dict[str, Told]:
    """By the place of each test that a file knows.

    Raises:
        FileError: a file that pytest did not write.
    """
    found: dict[str, Told] = {}
    runs = sorted(((read_run(path), path) for path in files), key=lambda one: one[0].started)
    for run, path in runs:
        for test in tests:
            cases = [case for case in run.cases if _is(case, test.place)]
            if cases and ((new := _told(cases, run, path)).outcome != "blocked" or test.place not in found):
                found[test.place] = new
    return found


def _is(case: Case, place: str) -> bool:
    """Whether a case is of a test; the folder of the suites stands before it or not."""
    file, *classes, name = place.split("::")
    dotted = ".".join((file.removesuffix(".py").replace("/", "."), *classes))
    return case.name.partition("[")[0] == name and f".{case.dotted}".endswith(f".{dotted}")


def _told(cases: Sequence[Case], run: Run, path: Path) -> Told:
    """The worst of all parameters; what was skipped counts as blocked."""
    for outcome, kind in (("failed", "failed"), ("skipped", "blocked")):
        if worst := next((case for case in cases if case.outcome == outcome), None):
            why = _line(worst.said).removeprefix(_BLOCKED)
            return Told("failed" if kind == "failed" else "blocked", why, _evidence(cases, run, path, kind))
    return Told("passed", "", _evidence(cases, run, path, "pass"))


def _line(said: str) -> str:
    return said.strip().partition("\n")[0].rstrip()


def _evidence(cases: Iterable[Case], run: Run, path: Path, verdict: str) -> Evidence:
    said: Mapping[str, str] = {name: value for case in cases for name, value in case.properties.items()}
    return Evidence(path, run.started[:10], verdict, said.get(EVIDENCE_CLASS, ""), said.get(DEVICE, ""), run.sha256)
