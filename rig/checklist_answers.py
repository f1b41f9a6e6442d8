"""Answers to the set-up checklist: prepared in a file, typed in the terminal, filled by a driver, or given by nobody.

warm-up = "yes"                  # answers.toml: one line an item, all text
thermal-soak = "26 h"

entries = answered(checklist, protocol, opened, Answers(file, ask), not_for_release=False)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rig.checklist import programmed_ul
from rig.errors import BenchError, FileError, Problem
from rig.files import read_source
from rig.plan import AFTER_KEY, reference_witness

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rig.bench import OpenBench
    from rig.checklist import Checklist, Item
    from rig.control import Control
    from rig.protocol import Protocol

NOBODY: Final = "nobody (unattended run)"


@dataclass(frozen=True)
class Answers:
    """Where answers come from.

    Attributes:
        prepared: by id of the item.
        who: gave them.
        ask: asks a person what was not prepared; None where nobody can be asked.
        unattended: answer to every question of yes or no, by nobody.
    """

    prepared: Mapping[str, str] = field(default_factory=dict)
    who: str = ""
    ask: Callable[[Item], str] | None = None
    unattended: str | None = None

    def to(self, item: Item) -> tuple[str, str]:
        """Answer and who gave it; both empty where there is none."""
        if item.id in self.prepared:
            return self.prepared[item.id], self.who or "prepared"
        if self.ask is not None:
            return self.ask(item), self.who or "operator at the terminal"
        if self.unattended is not None and item.kind == "yes":
            return self.unattended, NOBODY
        return "", NOBODY if self.unattended is not None else ""

    def prepare_after(self, control: Control, checklist: Checklist | None) -> None:
        """Hand over what was prepared for the questions after the run."""
        for item in () if checklist is None else checklist.item:
            if item.when == "after" and item.id in self.prepared:
                control.answer(f"{AFTER_KEY}{item.id}", self.prepared[item.id], self.who or "prepared")


def listed(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """For ``start.json``; nothing without a checklist."""
    return {"checklist": entries} if entries else {}


def read_answers(path: Path) -> dict[str, str]:
    """Answers from a file, all text.

    Raises:
        FileError: it cannot be read, or an answer is no text.
    """
    import tomllib

    source = read_source(path)
    try:
        table = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise FileError([Problem(f"not TOML: {error}; correct it", source.name)]) from error
    wrong = [key for key, value in table.items() if not isinstance(value, str)]
    if wrong:
        message = 'expected text such as "yes" or "26 h"; put it between quotes'
        raise FileError([Problem(message, source.name, key=key) for key in wrong])
    return table


def answered(
    checklist: Checklist, protocol: Protocol, opened: OpenBench, answers: Answers, *, not_for_release: bool
) -> list[dict[str, Any]]:
    """Every item before the run with its answer, for the record.

    Raises:
        BenchError: an answer that is missing, is no, or is not plausible, each with its reason; so are prepared answers
            to questions that the list does not ask. Not where the run can never be released.
    """
    items, room = checklist.items_for("before", opened.file), programmed_ul(protocol)
    known = {item.id for item in checklist.item}
    told = ", ".join(sorted(known))
    reasons = [f"checklist: {one}: no such item; known are {told}" for one in answers.prepared if one not in known]
    entries = []
    for item in items:
        answer, who = _driver(item, opened) or answers.to(item)
        problem = item.problem(answer, room)
        # nobody types values in an unattended run; what is missing then blocks the release and not the start
        if problem and not (who == NOBODY and not protocol.for_release):
            reasons.append(f"checklist: {item.id} ({item.text}): {problem}")
        entries.append({
            "id": item.id, "text": item.text, "answer": answer, "who": who, "when": opened.clock.utc().isoformat(),
            "problem": problem, "release": item.release,
        })  # fmt: skip
    if protocol.for_release and any(entry["who"] == NOBODY and entry["release"] for entry in entries):
        reasons.append("checklist: a run for release needs the answers of a person, and this one is unattended")
    if reasons and not not_for_release:
        raise BenchError(opened.file.name, reasons)
    return entries


def _driver(item: Item, opened: OpenBench) -> tuple[str, str] | None:
    """What the balance's ``prepare`` has seen to; nothing where it could not check everything."""
    if item.filled_by != "balance driver":
        return None
    name = reference_witness(opened.file)
    driver = opened.laboratory()[name]
    return None if getattr(driver, "notes", None) else ("yes", f"driver of {name}")


def blocks(entries: list[dict[str, Any]]) -> list[str]:
    """What keeps a result from being released."""
    needed = [entry for entry in entries if entry["release"]]
    found = [f"checklist: {entry['id']}: {entry['problem']}" for entry in needed if entry["problem"]]
    if any(entry["who"] == NOBODY for entry in needed):
        found.append("the set-up checklist was answered by nobody")
    return found
