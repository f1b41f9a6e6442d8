"""A mutant: one mistake at one place of one file, and how to make it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

#: What a control changes.
CONTROL = "nothing"


@dataclass(frozen=True)
class Slot:
    """One node within a tree, and the mistaken one that may be put there."""

    tree: ast.Module
    owner: ast.AST
    field: str
    index: int | None
    wrong: ast.AST

    def put(self) -> ast.Module:
        """The tree with the mistake in it, for good."""
        self._set(self.wrong)
        return ast.fix_missing_locations(self.tree)

    @contextmanager
    def mistaken(self) -> Iterator[None]:
        """Make the mistake for a while."""
        whole = getattr(self.owner, self.field)
        right = whole if self.index is None else whole[self.index]
        self._set(self.wrong)
        yield
        self._set(right)

    def _set(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.owner, self.field, node)
        else:
            getattr(self.owner, self.field)[self.index] = node


@dataclass(frozen=True)
class Mutant:
    """One mistake in one file.

    ``code`` names the outermost function that holds it, by qualified name and first line, as code objects do; None
    where it runs when the module is imported. ``names`` are what such a statement binds. ``nth`` tells apart what
    reads the same in one function.
    """

    file: str
    lines: range
    function: str
    code: tuple[str, int] | None
    names: tuple[str, ...]
    before: str
    after: str
    slot: Slot
    nth: int = 0

    @property
    def key(self) -> str:
        """What it changes, in words that stay the same when lines move."""
        turn = f" #{self.nth}" if self.nth else ""
        return f"{self.file} | {self.function} | {self.before} -> {self.after}{turn}"


def unchanged(mutant: Mutant) -> Mutant:
    """At the same place no mistake at all: the control of the experiment."""
    slot = mutant.slot
    whole = getattr(slot.owner, slot.field)
    right = whole if slot.index is None else whole[slot.index]
    return replace(mutant, before=CONTROL, after=CONTROL, slot=replace(slot, wrong=right))
