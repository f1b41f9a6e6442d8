"""A whole book against its ledger: every chain of it, whoever reads it otherwise.

for problem in ledger_problems(Path("calibration")): ...
"""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING

from calibration.errors import CalibrationError
from calibration.ledger import Lies, chain_of, read_ledger
from calibration.ledger_write import filed_files

if TYPE_CHECKING:
    from pathlib import Path


def ledger_problems(book: Path) -> list[str]:
    """What is missing, edited or was put in, a line for each chain; a ledger that is broken itself is the only line."""
    try:
        ledger = read_ledger(book)
    except CalibrationError as error:
        return [str(error)]
    chains: dict[tuple[str, str], list[Lies]] = {one.place: [] for one in ledger.entries}
    for path in filed_files(book):
        place = path.parent.relative_to(book).as_posix(), chain_of(path.name)
        chains.setdefault(place, []).append(_lies(path))
    problems = []
    for (folder, chain), files in chains.items():
        try:
            ledger.check(folder, chain, files)
        except CalibrationError as error:
            problems.append(str(error))
    return problems


def _lies(path: Path) -> Lies:
    content = path.read_bytes()
    try:
        after = tomllib.loads(content.decode()).get("ledger")
    except ValueError:  # its hash is compared all the same
        after = None
    return Lies(path, hashlib.sha256(content).hexdigest(), after if isinstance(after, str) else None)
