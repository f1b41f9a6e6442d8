"""Which tests a mutant meets, in which order, for how long; and whether a warm process will do."""

from __future__ import annotations

import ast
import itertools
from dataclasses import dataclass, field

from mutants import Mutant, unchanged
from places import bound
from tested import Said, Tested, said_where

#: A mutant meets tests that are cheap and that run few other files first, up to so many seconds of them in all. What
#: others would find is lost, so the score is a lower bound.
MOST_SECONDS = 6.0
#: What runs at import meets so many seconds more, of tests that say another name of the same file.
FAR_SECONDS = 3.0
#: A test that takes so much longer than ten times its own time is in an endless loop.
LEAST_SECONDS = 10.0
CACHES = {"cache", "lru_cache", "cached_property"}


@dataclass(frozen=True)
class Trial:
    """A mutant, its tests, and the processor time of each."""

    mutant: Mutant
    tests: list[str]
    warm: bool
    limits: dict[str, float] = field(repr=False)


def trials_of(mutants: list[Mutant], tested: Tested, sources: dict[str, str]) -> list[Trial]:
    """One trial for each mutant."""
    said = said_where(sources)
    cached = {file: _cached_functions(source) for file, source in sources.items()}
    names = {file: _bound_at_import(source) for file, source in sources.items()}
    order = tested.order()
    return [_trial(one, (tested, order), said, cached[one.file], names[one.file]) for one in mutants]


def _trial(mutant: Mutant, known: tuple[Tested, list[str]], said: Said, cached: set[str], names: set[str]) -> Trial:
    """What runs at import is known by the names that it binds; their tests come first, then those of the whole file."""
    tested, order = known
    near = tested.of(mutant.file, mutant.lines)
    warm = mutant.code is not None and "" not in near and mutant.code[0] not in cached
    far: set[str] = set()
    if not warm:
        near |= tested.naming(set(mutant.names), said)
        far = tested.naming(names, said)
    tests = _first([one for one in order if one in near], tested)
    tests += _first([one for one in order if one in far - near], tested, FAR_SECONDS)
    return Trial(mutant, tests, warm, {test: LEAST_SECONDS + 10.0 * tested.seconds[test] for test in tests})


def controls(trials: list[Trial], tested: Tested) -> list[Trial]:
    """A mutant that changes nothing, made in each of the two ways: it has to survive, or the harness is at fault."""
    tests = _first(tested.order(), tested)
    limits = {test: LEAST_SECONDS + 10.0 * tested.seconds[test] for test in tests}
    found = [next((trial for trial in trials if trial.warm is warm), None) for warm in (True, False)]
    return [Trial(unchanged(trial.mutant), tests, trial.warm, limits) for trial in found if trial is not None]


def _first(tests: list[str], tested: Tested, most_seconds: float = MOST_SECONDS) -> list[str]:
    """As many as there is time for, and one at least."""
    until = list(itertools.accumulate(tested.seconds[test] for test in tests))
    return tests[: max(1, sum(seconds <= most_seconds for seconds in until))]


def _bound_at_import(source: str) -> set[str]:
    return {name for statement in ast.parse(source).body for name in bound(statement)}


def _cached_functions(source: str) -> set[str]:
    """Qualified names of functions whose answer is kept, so that only the first of many tests runs their lines."""
    found = set()
    for owner in ast.walk(ast.parse(source)):
        for node in owner.body if isinstance(owner, (ast.Module, ast.ClassDef)) else []:
            if isinstance(node, ast.FunctionDef) and any(_is_cache(one) for one in node.decorator_list):
                found.add(f"{owner.name}.{node.name}" if isinstance(owner, ast.ClassDef) else node.name)
    return found


def _is_cache(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).split("(")[0].split(".")[-1] in CACHES
