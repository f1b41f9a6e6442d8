"""The functions of the tool, as ``functions.toml`` says them.

::

    schema = 1
    [[function]]
    id = "FN-RECORD"
    title = "The record"
    intended_use = "Keeps what instruments said, unchanged and complete, and shows any change."
    failure = "Readings are lost or altered in silence: a verdict stands on data that never were."
    risk = "high"
    assurance = "each byte flipped, cut or added is found"
    tests = ["tests/rig/record/", "tests/rig/test_shelf.py"]

A test belongs to a function where its place begins with one of ``tests``: a folder, a module, the beginning of a
module's name, or ``module.py::test_name``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from rig.fields import FileModel, Text
from rig.files import read_model, read_source

if TYPE_CHECKING:
    from pathlib import Path

_Prefix = Annotated[str, Field(pattern=r"^tests/[A-Za-z0-9_./:]+$")]


class Function(FileModel):
    """One thing that the tool does.

    Attributes:
        id: ``FN-...``.
        title: a few words.
        intended_use: what it is for.
        failure: what could go wrong, for a verdict and so for a patient.
        risk: ``high`` where that could foreseeably compromise a patient.
        assurance: what the tests do.
        tests: where they are; see the module.
    """

    id: Annotated[str, Field(pattern=r"^FN-[A-Z0-9]+(-[A-Z0-9]+)*$")]
    title: Text
    intended_use: Text
    failure: Text
    risk: Literal["high", "not high"]
    assurance: Text
    tests: Annotated[tuple[_Prefix, ...], Field(min_length=1)]


class FunctionsFile(FileModel):
    """``functions.toml``."""

    schema_version: Literal[1] = Field(alias="schema")
    function: Annotated[tuple[Function, ...], Field(min_length=1)]


def load_functions(path: Path) -> tuple[Function, ...]:
    """The functions of a file, in its order.

    Raises:
        FileError: it cannot be used, or an id stands twice; every problem is named.
    """
    source = read_source(path)
    functions = read_model(FunctionsFile, source).function
    ids = [one.id for one in functions]
    again = [(i, one) for i, one in enumerate(ids) if one in ids[:i]]
    if again:
        told = "expected an id that stands once, found {} again; give each its own"
        raise source.error([(("function", i, "id"), told.format(one)) for i, one in again])
    return functions
