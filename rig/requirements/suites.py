"""Which tests and protocols name which requirements and hazards: read from the files, nothing is run or imported.

    for test in read_suites(Path("tests/acceptance")):
        test.place, test.requirements, test.hazards

A test is a function ``test_...``; its marks ``requirement`` and ``hazard`` are its own, of its class or of its module
(``pytestmark``). Ids must be written out in the mark: what is computed cannot be traced, and is told.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rig.errors import FileError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_MARKS: Final = ("requirement", "hazard")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Test:
    """A test, and what it is for.

    Attributes:
        place: ``file::name`` below the folder of the suites, as pytest writes it.
        title: first line of its docstring.
        requirements, hazards: the ids of its marks.
    """

    __test__ = False  # pytest must not take it for a test

    place: str
    title: str
    requirements: tuple[str, ...]
    hazards: tuple[str, ...]


def read_suites(folder: Path) -> list[Test]:
    """Every test below a folder, in the order of files and lines.

    Raises:
        FileError: a module that is no Python, or a mark whose id is not written out.
    """
    return _read(folder, sorted(folder.rglob("test_*.py")))


def read_module(folder: Path, module: Path) -> list[Test]:
    """The tests of one module below a folder; errors as for :func:`read_suites`."""
    return _read(folder, [module])


def _read(folder: Path, modules: Iterable[Path]) -> list[Test]:
    problems: list[Problem] = []
    found = [test for path in modules for test in _module(folder, path, problems)]
    if problems:
        raise FileError(problems)
    return found


def _module(folder: Path, path: Path, problems: list[Problem]) -> Iterator[Test]:
    name = path.relative_to(folder).as_posix()
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 0
        problems.append(Problem(f"expected a Python module, found {error}; mend it", str(path), line))
        return
    marks = [node.value for node in tree.body if isinstance(node, ast.Assign) and _assigns_marks(node)]
    yield from _tests(tree.body, name, _ids(marks, path, problems), path, problems)


_Ids = dict[str, tuple[str, ...]]


def _tests(body: list[ast.stmt], name: str, above: _Ids, path: Path, problems: list[Problem]) -> Iterator[Test]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            own = _joined(above, _ids(node.decorator_list, path, problems))
            yield from _tests(node.body, f"{name}::{node.name}", own, path, problems)
        elif isinstance(node, _Function) and node.name.startswith("test_"):
            ids = _joined(above, _ids(node.decorator_list, path, problems))
            title = (ast.get_docstring(node) or "").partition("\n")[0]
            yield Test(f"{name}::{node.name}", title, ids["requirement"], ids["hazard"])


def _assigns_marks(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def _joined(above: _Ids, own: _Ids) -> _Ids:
    return {mark: tuple(dict.fromkeys((*above[mark], *own[mark]))) for mark in _MARKS}


def _ids(expressions: Iterable[ast.expr], path: Path, problems: list[Problem]) -> _Ids:
    """The ids of all marks in some expressions, and a problem for each that is not written out."""
    found: dict[str, list[str]] = {mark: [] for mark in _MARKS}
    calls = [node for one in expressions for node in ast.walk(one) if isinstance(node, ast.Call)]
    for call in calls:
        mark = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if mark in found:
            found[mark] += [one for argument in call.args for one in _written(argument, path, problems)]
    return {mark: tuple(dict.fromkeys(ids)) for mark, ids in found.items()}


def _written(argument: ast.expr, path: Path, problems: list[Problem]) -> list[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    message = f"expected an id in quotes in the mark, found {ast.unparse(argument)}; write it out"
    problems.append(Problem(message, str(path), argument.lineno))
    return []
