"""Which tests run which line, how long each takes, and what they import: one run of all of them, with contexts."""

from __future__ import annotations

import ast
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

#: Arguments of every run of pytest here: the project's own, without time limit (mutants have theirs) and summary.
PYTEST = ["-o", "addopts=", "-o", "timeout=0", "--import-mode=importlib", "-m", "not nightly", "-q"]
#: Test tools that must not be imported before pytest rewrites them.
REWRITTEN = ("pytest", "_pytest", "_hypothesis", "hypothesis", "xdist", "coverage", "__")

#: Where each name is said: files and lines.
Said = dict[str, list[tuple[str, int]]]


@dataclass
class Tested:
    """Processor seconds of each test, tests of each line of each file, and the libraries that they import."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    libraries: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, file: Path) -> Tested:
        made = cls(**json.loads(file.read_text(encoding="utf-8")))
        made.lines = {name: {int(line): found for line, found in rows.items()} for name, rows in made.lines.items()}
        return made

    def of(self, file: str, lines: range) -> set[str]:
        """Tests that run one of these lines; an empty name among them stands for the import of the module."""
        rows = self.lines.get(file, {})
        return {name for line in lines for name in rows.get(line, [])}

    def naming(self, names: set[str], said: Said) -> set[str]:
        """Tests that run a line which says one of these names."""
        places = [place for name in names for place in said.get(name, [])]
        return {test for file, line in places for test in self.of(file, range(line, line + 1))}


def said_where(sources: dict[str, str]) -> Said:
    """Files and lines that say a name."""
    found: Said = defaultdict(list)
    for file, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            name = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", None)
            if isinstance(name, str) and hasattr(node, "lineno"):
                found[name].append((file, node.lineno))
    return found


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

    def write(self, file: Path) -> None:
        self._coverage.stop()
        data = self._coverage.get_data()
        for name in data.measured_files():
            self._tested.lines[os.path.relpath(name, self._root)] = data.contexts_by_lineno(name)
        self._tested.libraries = sorted(name for name in sys.modules if _is_library(name))
        file.write_text(json.dumps(vars(self._tested)), encoding="utf-8")


def _is_library(name: str) -> bool:
    module = sys.modules[name]
    return "site-packages" in (getattr(module, "__file__", None) or "") and not name.startswith(REWRITTEN)


def run_all(root: Path, measured: list[str], tests: list[str], file: Path) -> int:
    """Run the tests once as they are; the exit code of pytest."""
    mapper = Mapper(root, measured)
    code = pytest.main([*PYTEST, *tests], plugins=[Repeatable(), mapper])
    mapper.write(file)
    return int(code)
