"""Mutants within functions: everything is imported and collected once, and a child swaps the code of one function."""

from __future__ import annotations

import functools
import gc
import os
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from children import Fate, Report, in_child
from mapping import PYTEST, Repeatable
from mutants import Mutant
from plan import Trial
from watcher import Watcher

Functions = dict[tuple[str, str, int], list[FunctionType]]


class Warm:
    """pytest plug-in whose loop is one of mutants, not of tests."""

    def __init__(self, root: Path, trials: list[Trial], tell: Callable[[Trial, Fate], None]) -> None:
        self._root, self._trials, self._tell = root, trials, tell

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        functions = live_functions(self._root)
        gc.freeze()  # what all children share is not copied to be looked at
        parent = os.getppid()
        for trial in self._trials:
            if os.getppid() != parent:
                return True  # the measurement was stopped
            chosen = [items[name] for name in trial.tests if name in items]
            self._tell(trial, in_child(functools.partial(self._live, trial, chosen, functions)))
        return True

    def _live(self, trial: Trial, items: list[pytest.Item], functions: Functions, report: Report) -> None:
        if not swap(self._root, trial.mutant, functions):
            report("unborn")
        plugins = items[0].config.pluginmanager
        plugins.unregister(name="terminalreporter")
        plugins.register(Watcher(trial.limits, report))
        for item, following in zip(items, [*items[1:], None], strict=False):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)


def live_functions(root: Path) -> Functions:
    """Every function of the project that exists, by file, qualified name and first line."""
    found: Functions = defaultdict(list)
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__.co_filename.startswith(str(root)):
            code = thing.__code__
            found[code.co_filename, code.co_qualname, code.co_firstlineno].append(thing)
    return found


def swap(root: Path, mutant: Mutant, functions: Functions) -> bool:
    """Give every living copy of the function the mistaken code; False where that cannot be done."""
    if mutant.code is None:
        return False
    file = str(root / mutant.file)
    made = _code_of(compile(mutant.slot.put(), file, "exec", dont_inherit=True), mutant.code)
    living = functions.get((file, *mutant.code), [])
    if made is None or not living or any(len(made.co_freevars) != len(one.__code__.co_freevars) for one in living):
        return False
    for one in living:
        one.__code__ = made
    return True


def _code_of(module: CodeType, wanted: tuple[str, int]) -> CodeType | None:
    for constant in module.co_consts:
        if isinstance(constant, CodeType):
            if (constant.co_qualname, constant.co_firstlineno) == wanted:
                return constant
            deeper = _code_of(constant, wanted)
            if deeper is not None:
                return deeper
    return None


def run_warm(root: Path, tests: list[str], trials: list[Trial], tell: Callable[[Trial, Fate], None]) -> int:
    """Collect all tests once, then try each mutant; the exit code of pytest."""
    return int(pytest.main([*PYTEST, *tests], plugins=[Repeatable(), Warm(root, trials, tell)]))
