"""Mutants that run at import (tables, defaults, what is cached): a child that has imported libraries only."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import pytest
from children import Fate, Report, in_child
from mapping import PYTEST, Repeatable
from mutants import Mutant
from plan import Trial
from watcher import Watcher


def run_cold(root: Path, libraries: list[str], trials: list[Trial], tell: Callable[[Trial, Fate], None]) -> None:
    """Import the libraries once, then try each mutant in a child that imports the project anew."""
    for name in libraries:
        with suppress(Exception):
            importlib.import_module(name)
    for trial in trials:
        tell(trial, in_child(functools.partial(_live, root, trial)))


def _live(root: Path, trial: Trial, report: Report) -> None:
    _import_mistaken(root, trial.mutant)
    code = pytest.main([*PYTEST, *trial.tests], plugins=[Repeatable(), Watcher(trial.limits, report)])
    report("killed" if code else "survived", "import" if code else "")


def _import_mistaken(root: Path, mutant: Mutant) -> None:
    """From now on the file's import gives the mistaken module."""
    file, right = str(root / mutant.file), SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        if self.path != file:
            return right(self, fullname)
        return compile(mutant.slot.put(), file, "exec", dont_inherit=True)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
    sys.dont_write_bytecode = True
