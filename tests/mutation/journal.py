"""What became of each mutant, a line each, so that a measurement goes on where it was stopped.

A fate is believed again while the mutated file and the tests that it depends on are the same: the killing test's file
for a mutant that was killed, every test for one that survived. ``--fresh`` believes nothing.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from children import Fate
from mutants import Mutant


class Journal:
    """A file of JSON lines; later lines count."""

    def __init__(self, file: Path, root: Path, tests: str) -> None:
        self._file, self._root, self._tests = file, root, tests
        self._known: dict[str, dict[str, str]] = {}
        self.read()

    def read(self) -> None:
        """Take in what a child has written."""
        if self._file.exists():
            entries = [json.loads(line) for line in self._file.read_text(encoding="utf-8").splitlines()]
            self._known |= {entry["key"]: entry for entry in entries}

    def add(self, mutant: Mutant, fate: Fate) -> None:
        entry = {"key": mutant.key, "verdict": fate.verdict, "test": fate.test, **self._basis(mutant, fate)}
        self._known[mutant.key] = entry
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def fate(self, mutant: Mutant) -> Fate | None:
        entry = self._known.get(mutant.key)
        if entry is None:
            return None
        fate = Fate(entry["verdict"], entry["test"])
        return fate if all(entry[name] == value for name, value in self._basis(mutant, fate).items()) else None

    def _basis(self, mutant: Mutant, fate: Fate) -> dict[str, str]:
        test = self._root / fate.test.split("::")[0]
        by_one = fate.verdict == "killed" and test.is_file()
        return {"file": digest(self._root / mutant.file), "tests": digest(test) if by_one else self._tests}


def digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
