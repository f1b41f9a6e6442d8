"""One run of all tests as they are, with a context for each: which lines it runs, and for how long."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tested import Tested

#: Arguments of every run of pytest here: the project's own, without time limit (mutants have theirs) and summary.
PYTEST = ["-o", "addopts=", "-o", "timeout=0", "--import-mode=importlib", "-m", "not nightly", "-q"]
#: Test tools that must not be imported before pytest rewrites them.
REWRITTEN = ("pytest", "_pytest", "_hypothesis", "hypothesis", "xdist", "coverage", "__")


class Repeatable:
    """pytest plug-in: hypothesis draws the same examples each time, and neither shrinks nor remembers a failure."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self) -> None:
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutation", derandomize=True, database=None, deadline=None, phases=phases)
        settings.load_profile("mutation")


class Mapper:
    """pytest plug-in: a context for each test, and its seconds."""

    def __init__(self, root: Path, measured: list[str]) -> None:
        from coverage import Coverage

        self._root, self._tested = root, Tested()
        include = [str(root / name) if name.endswith(".py") else f"{root / name}/**" for name in measured]
        self._coverage = Coverage(data_file=None, config_file=False, include=include)
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._coverage.switch_context(item.nodeid)
        started = time.process_time()
        done = yield
        self._tested.seconds[item.nodeid] = time.process_time() - started
        self._coverage.switch_context("")
        return done

    def found(self) -> Tested:
        self._coverage.stop()
        data = self._coverage.get_data()
        for name in data.measured_files():
            self._tested.lines[os.path.relpath(name, self._root)] = data.contexts_by_lineno(name)
        self._tested.libraries = sorted(name for name in sys.modules if _is_library(name))
        return self._tested


def _is_library(name: str) -> bool:
    module = sys.modules[name]
    return "site-packages" in (getattr(module, "__file__", None) or "") and not name.startswith(REWRITTEN)


def run_all(root: Path, measured: list[str], pieces: dict[str, Path]) -> int:
    """Run these files of tests once as they are, and write what each runs; the exit code of pytest."""
    mapper = Mapper(root, measured)
    code = pytest.main([*PYTEST, *pieces], plugins=[Repeatable(), mapper])
    if not code:
        tested = mapper.found()
        for test_file, piece in pieces.items():
            piece.write_text(json.dumps(vars(tested.of_file(test_file))), encoding="utf-8")
    return int(code)
