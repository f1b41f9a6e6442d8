"""Where the code, its tests and the journal of a measurement are."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from journal import Journal, digest


@dataclass(frozen=True)
class Project:
    """Code and tests by names below ``root``; ``folder`` keeps what is found."""

    root: Path
    code: list[str]
    tests: list[str]
    folder: Path

    def enter(self, *, fresh: bool) -> None:
        """Work from its root; ``fresh`` forgets what became of mutants before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chdir(self.root)
        sys.path.insert(0, str(self.root))
        if fresh:
            (self.folder / "journal.jsonl").unlink(missing_ok=True)

    def files(self, names: list[str]) -> list[str]:
        """Python files of these names, as they stand below the root."""
        paths = [self.root / name for name in names]
        found = {file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py"))}
        return sorted(str(file.relative_to(self.root)) for file in found)

    def text(self, file: str) -> str:
        return (self.root / file).read_text(encoding="utf-8")

    @cached_property
    def tests_digest(self) -> str:
        return self.digest_of(self.tests)

    def digest_of(self, names: list[str]) -> str:
        return digest(*(self.root / file for file in self.files(names)))

    def journal(self) -> Journal:
        return Journal(self.folder / "journal.jsonl", self.root, self.tests_digest)
