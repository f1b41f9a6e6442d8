"""Which tests a mutant meets, in which order, for how long; and whether a warm process will do."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from mutants import Mutant, unchanged
from places import bound
from tested import Said, Tested, said_where

#: A mutant meets its cheapest tests first, up to so many seconds of them in all. What dearer ones would find is lost,
#: so the score is a lower bound.
MOST_SECONDS = 6.0
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
    return [_trial(one, tested, said, cached[one.file], names[one.file]) for one in mutants]


def _trial(mutant: Mutant, tested: Tested, said: Said, cached: set[str], names: set[str]) -> Trial:
    """What runs at import is known by the names that it binds; their tests come first, then those of the whole file."""
    near = tested.of(mutant.file, mutant.lines)
    warm = mutant.code is not None and "" not in near and mutant.code[0] not in cached
    far: set[str] = set()
    if not warm:
        near |= tested.naming(set(mutant.names), said)
        far = tested.naming(names, said)
    tests = _cheapest(near & set(tested.seconds), far & set(tested.seconds), tested.seconds)
    return Trial(mutant, tests, warm, {test: LEAST_SECONDS + 10.0 * tested.seconds[test] for test in tests})


def controls(trials: list[Trial], tested: Tested) -> list[Trial]:
    """A mutant that changes nothing, made in each of the two ways: it has to survive, or the harness is at fault."""
    tests = _cheapest(set(tested.seconds), set(), tested.seconds)
    limits = {test: LEAST_SECONDS + 10.0 * tested.seconds[test] for test in tests}
    found = [next((trial for trial in trials if trial.warm is warm), None) for warm in (True, False)]
    return [Trial(unchanged(trial.mutant), tests, trial.warm, limits) for trial in found if trial is not None]


def _cheapest(near: set[str], far: set[str], seconds: dict[str, float]) -> list[str]:
    chosen, total = [], 0.0
    for test in sorted(near | far, key=lambda name: (name not in near, seconds[name], name)):
        total += seconds[test]
        if chosen and total > MOST_SECONDS:
            break
        chosen.append(test)
    return chosen


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
