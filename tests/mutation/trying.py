"""Try mutants: those within functions in warm processes, then the others in cold ones, each journalled at once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import PurePath

from children import Fate
from cold import run_cold
from journal import Journal
from mapping import run_all
from mutants import CONTROL, Mutant
from plan import Trial, controls, trials_of
from project import Project
from tested import Tested
from warm import run_warm


def fates_of(project: Project, mutants: list[Mutant], *, tries: bool) -> list[tuple[Mutant, Fate]]:
    """The fate of each mutant, in the order of files and lines; without ``tries`` of those in the journal only."""
    if tries:
        _try_all(project, mutants)
    journal = project.journal()
    known = [(mutant, journal.fate(mutant)) for mutant in mutants]
    return sorted(((mutant, fate) for mutant, fate in known if fate), key=lambda pair: (pair[0].file, pair[0].lines[0]))


def _try_all(project: Project, mutants: list[Mutant]) -> None:
    tested, journal = tested_of(project), project.journal()
    sources = {file: project.text(file) for file in [*tested.lines, *(mutant.file for mutant in mutants)]}
    todo = [trial for trial in trials_of(mutants, tested, sources) if journal.fate(trial.mutant) is None]
    tell = _teller(journal)
    for trial in todo:
        if not trial.tests:
            tell(trial, Fate("uncovered"))
    _try(project, tested, [*controls(todo, tested), *(trial for trial in todo if trial.tests)], journal)


def _try(project: Project, tested: Tested, trials: list[Trial], journal: Journal) -> None:
    """Cold ones last, with those that a warm process could not make."""
    warm, tell = [trial for trial in trials if trial.warm], _teller(journal)
    if warm and in_fork(lambda: run_warm(project.root, project.tests, warm, tell)) != 0:
        sys.exit("the mutants within functions could not all be tried; what went wrong stands above")
    journal.read()
    run_cold(project.root, tested.libraries, [trial for trial in trials if journal.fate(trial.mutant) is None], tell)


def _teller(journal: Journal) -> Callable[[Trial, Fate], None]:
    def tell(trial: Trial, fate: Fate) -> None:
        if trial.mutant.before == CONTROL and fate.verdict != "survived":
            raise RuntimeError(f"a mutant that changes nothing was {fate}: this harness or a test is at fault")
        if fate.verdict != "unborn":
            journal.add(trial.mutant, fate)
            print(f"{fate.verdict:9s} {trial.mutant.key}", file=sys.stderr, flush=True)  # noqa: T201

    return tell


def tested_of(project: Project) -> Tested:
    """The map of lines to tests; a file of tests is run again only where it, the code or what it leans on changed."""
    files = project.files(project.tests)
    tests = [file for file in files if PurePath(file).name.startswith("test_")]
    leans_on = project.digest_of([*project.code, *(file for file in files if file not in tests)])
    pieces = {file: project.folder / f"map-{leans_on}-{project.digest_of([file])}.json" for file in tests}
    missing = {file: piece for file, piece in pieces.items() if not piece.exists()}
    measured = [*project.code, *project.tests]
    if missing and in_fork(lambda: run_all(project.root, measured, missing)) != 0:
        sys.exit(f"the tests do not pass as they are; mend them first: pytest {' '.join(missing)}")
    whole = Tested()
    for piece in pieces.values():
        whole.add(Tested.read(piece))
    return whole


def in_fork(work: Callable[[], int]) -> int:
    """In a process of its own, so that this one stays without the project's modules."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = work()
        finally:
            os._exit(code)
    try:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except BaseException:  # stopped: so is the child
        os.kill(child, signal.SIGTERM)
        raise
