"""Which tests run which line, how long each takes, and what they import."""

from __future__ import annotations

import ast
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

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

    def add(self, other: Tested) -> None:
        """Take in what other tests run."""
        self.seconds |= other.seconds
        self.libraries = sorted({*self.libraries, *other.libraries})
        for file, rows in other.lines.items():
            mine = self.lines.setdefault(file, {})
            for line, tests in rows.items():
                mine[line] = [*mine.get(line, []), *tests]

    def of_file(self, test_file: str) -> Tested:
        """What the tests of one file run, and what runs at import."""
        seconds = {test: value for test, value in self.seconds.items() if _file_of(test) == test_file}
        lines = {
            file: {line: [test for test in tests if not test or test in seconds] for line, tests in rows.items()}
            for file, rows in self.lines.items()
        }
        return Tested(seconds, lines, self.libraries)

    def order(self) -> list[str]:
        """All tests, cheap ones that run few files first."""
        files = Counter(
            test for rows in self.lines.values() for test in {one for some in rows.values() for one in some}
        )
        return sorted(self.seconds, key=lambda test: (self.seconds[test] * files[test], test))

    def of(self, file: str, lines: range) -> set[str]:
        """Tests that run one of these lines; an empty name among them stands for the import of the module."""
        rows = self.lines.get(file, {})
        return {name for line in lines for name in rows.get(line, [])}

    def naming(self, names: set[str], said: Said) -> set[str]:
        """Tests that run a line which says one of these names.

        Where one is said as a file of tests is imported, as in a table of cases, they are all tests of that file.
        """
        places = [place for name in names for place in said.get(name, [])]
        running = [(file, self.of(file, range(line, line + 1))) for file, line in places]
        with_tables = {file for file, tests in running if "" in tests}
        whole = {test for test in self.seconds if _file_of(test) in with_tables}
        return whole.union(*(tests for _, tests in running))


def _file_of(test: str) -> str:
    return test.split("::", maxsplit=1)[0]


def said_where(sources: dict[str, str]) -> Said:
    """Files and lines that say a name."""
    found: Said = defaultdict(list)
    for file, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            name = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", None)
            if isinstance(name, str) and hasattr(node, "lineno"):
                found[name].append((file, node.lineno))
    return found
