"""Words of a result in the texts from which a procedure is made: it is printed before the run, so it has none to tell.

    refuse_results({"protocol.toml": text}, details)      # raises where a title says "verdict: pass"

Only what people write is looked at (titles, prompts, questions, details): the program's own sentences say what *would*
pass. This finds carelessness and a clumsy forger; a result in other words stays one that nothing in the file shows.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WORDS: Final = re.compile(
    r"\b(verdict|inconclusive|passed)\b"
    r"|\b(results?|outcome|findings?|conclusion|decision)\b\s*(:|=|(is|was|are|were)\b)"
    r"|\b(pump|device|run|test|lot|it)\s+(has\s+)?(passes|failed|met)\b"
    r"|\b(approved|released)\s+(for|by|on)\b"
    r"|\d\s*(%|[a-zµμ]+(/[a-z]+)?)?\s*±\s*\d",
    re.IGNORECASE,
)
#: As a table or a box has it; in running text these are verbs.
_STAMPS: Final = re.compile(r"\b(PASS|FAIL|INVALID)(ED)?\b|^\s*(pass|fail|invalid|passed|failed)\s*[.!]?\s*$")


def refuse_results(texts: Mapping[str, str], details: str) -> None:
    """Refuse texts that tell a result.

    Args:
        texts: of files (TOML), by name.
        details: text of the details file; may be empty.

    Raises:
        EvidenceError: with each place and the words.
    """
    every = {**texts, "details": details}
    problems = [f"{name}: {line}" for name, text in every.items() for line in _told(tomllib.loads(text), "")]
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise EvidenceError(
            f"expected a procedure, which is made before a run and tells no result, found words of one:\n{listed}\n"
            "Say it in other words, or make the report of a run"
        )


def _told(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _told(one, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _told(one, f"{place}[{index}]")
    elif isinstance(value, str) and (found := _WORDS.search(value) or _STAMPS.search(value)):
        yield f"{place}: {found[0].strip()!r} in {value!r}"
