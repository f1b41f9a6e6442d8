r"""Where mistakes are made: every mutant of a file, with its lines, its function and what it changes.

>>> mutant = next(mutants_of("double.py", "def double(x):\n    return 2 * x\n"))
>>> mutant.function, mutant.before, mutant.after
('double', 'return 2 * x', 'return None')

Not mutated, because it means nothing to a machine or a type checker alone reads it: docstrings, annotations and literal
types, imports and ``if TYPE_CHECKING``, decorators and base classes, ``__all__``; text for people, that is f-strings,
strings with a space, the name of an argument, and its unit, for messages about it (``FLOW.magnitude("rate", rate)``),
and all that stands in a ``raise`` (that it raises *is* mutated); the type in ``cast``, and ``strict=`` and ``dtype=``,
which linter and type checker ask for.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mutants import Mutant, Slot
from operators import negated, replacements

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
UNREAD = (ast.Import, ast.ImportFrom, ast.JoinedStr)
#: Letters on either side of a difference that say where it is.
AROUND = 48
UNREAD_FIELDS = {"annotation", "returns", "decorator_list", "bases", "exc", "cause"}


@dataclass(frozen=True)
class Place:
    """Where the walk is: names of classes and functions, outermost function, what is bound, the statement around."""

    tree: ast.Module
    scope: tuple[str, ...] = ()
    code: tuple[str, int] | None = None
    names: tuple[str, ...] = ()
    statement: ast.stmt = ast.Pass()  # noqa: RUF009 (never changed)


def mutants_of(file: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its lines."""
    tree = ast.parse(source)
    seen: Counter[str] = Counter()
    for place, slot in _below(tree, Place(tree)):
        found = _described(file, place, slot)
        if found.before != found.after:
            yield replace(found, nth=seen[found.key])
            seen[found.key] += 1


def _below(owner: ast.AST, place: Place) -> Iterator[tuple[Place, Slot]]:
    """Mistakes at each child of a node, and below it."""
    for field, value in ast.iter_fields(owner):
        nodes = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, node in nodes:
            if isinstance(node, ast.AST) and not _is_unread(owner, field, index, node):
                inside = _inside(place, owner, field, node)
                for wrong in _wrong(owner, field, node):
                    yield inside, Slot(place.tree, owner, field, index, wrong)
                yield from _below(node, inside)


def _wrong(owner: ast.AST, field: str, node: ast.AST) -> Iterator[ast.AST]:
    yield from replacements(node)
    if isinstance(node, ast.expr) and (field == "test" or (isinstance(owner, ast.comprehension) and field == "ifs")):
        yield from negated(node)


def _is_unread(owner: ast.AST, field: str, index: int | None, node: ast.AST) -> bool:
    """What the docstring of this module lists."""
    if field in UNREAD_FIELDS or isinstance(node, UNREAD) or (isinstance(owner, ast.ClassDef) and field == "keywords"):
        return True
    if isinstance(owner, ast.Call):
        return _is_label(owner, index, node) or (isinstance(node, ast.keyword) and node.arg in {"strict", "dtype"})
    if isinstance(node, ast.Subscript):
        return ast.unparse(node.value).endswith("Literal")
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) == "__all__"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_label(call: ast.Call, index: int | None, node: ast.AST) -> bool:
    """The type in a cast, and strings beside an argument that bears the name of the first: they are for messages."""
    if index == 0 and isinstance(call.func, ast.Name) and call.func.id == "cast":
        return True
    first = call.args[0] if call.args else None
    if not isinstance(first, ast.Constant) or not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    beside = {name for one in call.args[1:] for part in ast.walk(one) for name in _names(part)}
    return first.value in beside or ast.unparse(call.func).split(".")[0].isupper()


def _names(node: ast.AST) -> set[str]:
    return {name for name in (getattr(node, "id", None), getattr(node, "attr", None)) if isinstance(name, str)}


def _inside(place: Place, owner: ast.AST, field: str, node: ast.AST) -> Place:
    if not isinstance(node, ast.stmt):
        return place
    here = replace(place, statement=node)
    if field == "body" and isinstance(owner, (ast.ClassDef, *FUNCTIONS)):
        here = replace(here, scope=(*place.scope, owner.name))
    if field == "body" and isinstance(owner, FUNCTIONS) and place.code is None:
        first = min([owner.lineno, *(decorator.lineno for decorator in owner.decorator_list)])
        here = replace(here, code=(".".join(here.scope), first))
    return here if here.code else replace(here, names=(*place.names, *bound(node)))


def bound(node: ast.stmt) -> list[str]:
    """Names by which others know what a statement makes."""
    if isinstance(node, (ast.ClassDef, *FUNCTIONS)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", ast.Pass())]
    return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def _described(file: str, place: Place, slot: Slot) -> Mutant:
    old = _text(place.statement)
    with slot.mistaken():
        changed = slot.wrong if isinstance(slot.wrong, ast.stmt) else place.statement
        new = _text(changed)
    before, after = _difference(old, new)
    function = ".".join(place.scope) or "module"
    return Mutant(file, _header(place.statement), function, place.code, place.names, before, after, slot)


def _text(statement: ast.stmt) -> str:
    """One line, without the statements within it."""
    alone = copy.copy(statement)
    for field in {"body", "orelse"} & set(alone._fields):
        setattr(alone, field, [])
    return " ".join(line.strip() for line in ast.unparse(ast.fix_missing_locations(alone)).splitlines())


def _difference(old: str, new: str) -> tuple[str, str]:
    """Where two texts differ, with what stands around it."""
    same = _common(old, new)
    tail = _common(old[same:][::-1], new[same:][::-1])
    return tuple(_excerpt(text, same, len(text) - tail) for text in (old, new))  # type: ignore[return-value]


def _common(one: str, other: str) -> int:
    return len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def _excerpt(text: str, start: int, stop: int) -> str:
    left, right = max(0, start - AROUND), min(len(text), stop + AROUND)
    return f"{'…' * (left > 0)}{text[left:right]}{'…' * (right < len(text))}"


def _header(statement: ast.stmt) -> range:
    """Lines of a statement, without the statements within it."""
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno
    return range(statement.lineno, max(last or 0, statement.lineno) + 1)
