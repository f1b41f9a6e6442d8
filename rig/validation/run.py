"""A run of the test suite, as its JUnit file tells it: the cases, and the software that was tested.

    run = read_run(Path("results.xml"))
    run.cases[0].place, run.cases[0].outcome        # "tests/calibration/test_units.py::test_...", "passed"

What was tested stands in the properties of the suite, which the suite's own ``conftest.py`` writes there; a file
without them says nothing of it, and that is a gap.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from rig.errors import FileError, Problem
from rig.record.disk import sha256_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

Outcome = Literal["passed", "failed", "skipped"]
#: Begins the names of properties that say what was tested.
PROPERTY: Final = "doseproof."
#: In the order in which they count: what failed when it was torn down has failed.
_KINDS: Final[Mapping[str, Outcome]] = {"failure": "failed", "error": "failed", "skipped": "skipped"}


@dataclass(frozen=True)
class Case:
    """A test that was asked for.

    Attributes:
        dotted: ``tests.rig.record.test_stream``, and the class where there is one.
        name: of the function, with its parameters.
        outcome: passed, failed (also where it was an error), or skipped.
        said: why, where it did not pass.
        properties: of the test, by name; the last of each.
    """

    dotted: str
    name: str
    outcome: Outcome
    said: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """For people: dotted name and name."""
        return f"{self.dotted}::{self.name}"

    def begins_with(self, prefix: str) -> bool:
        """Whether its place begins with one as ``functions.toml`` has it."""
        file, _, name = prefix.partition("::")
        module = file.removesuffix(".py").replace("/", ".")
        if not file.endswith(".py"):
            return self.dotted.startswith(module)
        same = self.dotted == module or self.dotted.startswith(f"{module}.")
        return same and self.name.partition("[")[0].startswith(name)


@dataclass(frozen=True)
class Run:
    """What a JUnit file says.

    Attributes:
        cases: every test that was asked for.
        started: as the file says it, the latest of several; empty where it does not.
        software: what was tested, by name.
        sha256: of the file, or of each of several.
    """

    cases: tuple[Case, ...]
    started: str
    software: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""


def read_run(path: Path) -> Run:
    """Read a file that ``pytest --junitxml`` wrote.

    Raises:
        FileError: it is not there, or is none.
    """
    try:
        root = ET.parse(path).getroot()  # noqa: S314 - written by our own pytest
        sha256 = sha256_file(path)
    except (OSError, ET.ParseError) as error:
        message = f"expected what `pytest --junitxml` wrote, found: {error}; run the suite with that option"
        raise FileError([Problem(message, str(path))]) from error
    cases = [_case(one) for one in root.iter("testcase")]
    if not cases:
        raise FileError([Problem("expected test cases, found none; run the suite", str(path))])
    started = next((one.get("timestamp", "") for one in root.iter("testsuite")), "")
    return Run(tuple(_worst_of(cases)), started, _software(root), sha256)


def read_runs(paths: Sequence[Path]) -> Run:
    """Several files as one run: the tests of each change, and those of the night.

    Args:
        paths: at least one.

    Raises:
        FileError: one cannot be used, or they are of different software.
    """
    runs = [read_run(path) for path in paths]
    for run, path in zip(runs, paths, strict=True):
        if run.software != runs[0].software:
            differs = sorted(dict(run.software.items() ^ runs[0].software.items()))
            message = f"expected the software of {paths[0]}, found another one ({', '.join(differs)}); run both anew"
            raise FileError([Problem(message, str(path))])
    cases = _worst_of(case for run in runs for case in run.cases)
    hashes = ", ".join(run.sha256 for run in runs)
    return Run(tuple(cases), max(run.started for run in runs), runs[0].software, hashes)


def _case(element: ET.Element) -> Case:
    about = element.get("classname", ""), element.get("name", "")
    properties = {one.get("name", ""): one.get("value", "") for one in element.iter("property")}
    for kind, outcome in _KINDS.items():
        if (told := element.find(kind)) is not None:
            return Case(*about, outcome, told.get("message", ""), properties)
    return Case(*about, "passed", properties=properties)


def _worst_of(cases: Iterable[Case]) -> Iterable[Case]:
    """A test may stand twice, where it failed and failed again when it was torn down, or in several files.

    What it comes to does not depend on which file was named first: failed, else skipped, else passed.
    """
    worst: dict[str, Case] = {}
    for case in cases:
        known = worst.get(case.place)
        if known is None or case.outcome == "failed" or (case.outcome, known.outcome) == ("skipped", "passed"):
            worst[case.place] = case
    return worst.values()


def _software(root: ET.Element) -> dict[str, str]:
    said = {one.get("name", ""): one.get("value", "") for one in root.iter("property")}
    return {name.removeprefix(PROPERTY): value for name, value in said.items() if name.startswith(PROPERTY)}
