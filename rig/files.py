r"""Reading a TOML file into a model, with every problem at once: file, line, key, expected, found, fix.

>>> from pydantic import create_model
>>> from rig.fields import Duration, FileModel
>>> Leg = create_model("Leg", __base__=FileModel, duration=(Duration, ...))
>>> parse_model(Leg, 'duration = 5\n', "leg.toml")
Traceback (most recent call last):
    ...
rig.errors.FileError: leg.toml:1: duration: expected a duration such as '24 h', found the bare number 5; say the unit
"""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from rig.errors import FileError, Problem, dotted
from rig.explain import explain
from rig.toml_lines import key_lines, line_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from rig.errors import KeyPath

_Model = TypeVar("_Model", bound=BaseModel)
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True)
class Source:
    """The text that a model was read from, kept for the record and for messages.

    Attributes:
        name: path or other name of the file, for messages.
        text: the file as it was read.
        directory: where relative paths in it start; None for text that did not come from a file.
    """

    name: str
    text: str
    directory: Path | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @functools.cached_property
    def lines(self) -> dict[KeyPath, int]:
        """The line of every key."""
        return key_lines(self.text)

    def problem(self, path: KeyPath, message: str) -> Problem:
        """A problem with the key at ``path``, with its line."""
        return Problem(message, self.name, line_of(self.lines, path), dotted(path))

    def error(self, problems: Sequence[tuple[KeyPath, str]]) -> FileError:
        """A :class:`FileError` from places and messages."""
        return FileError([self.problem(path, message) for path, message in problems])


def read_source(path: Path) -> Source:
    """The text of a file.

    Raises:
        FileError: it is not there, cannot be read, or is not UTF-8.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError([Problem(f"could not be read: {reason}; check the path", str(path))]) from error
    except UnicodeDecodeError as error:
        raise FileError([Problem(f"is not UTF-8 text: {error}; save it as UTF-8", str(path))]) from error
    return Source(str(path), text, path.parent)


def parse_model(model: type[_Model], text: str, name: str) -> _Model:
    """Read a model out of TOML text.

    Args:
        model: the pydantic model of the file.
        text: the TOML text.
        name: what to call the file in messages.

    Raises:
        FileError: with every problem at once.
    """
    return read_model(model, Source(name, text))


def read_model(model: type[_Model], source: Source) -> _Model:
    """Read a model out of a source; errors as for :func:`parse_model`."""
    data = _parse(source)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details = [detail for detail in error.errors(include_url=False) if not _echo(detail)]
        found = [_problem(detail, data, model) for detail in details]
        problems = [source.problem(path, message) for path, message in dict.fromkeys(found)]
    raise FileError(sorted(problems, key=lambda problem: problem.line))


def _parse(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = _PLACE.search(str(error))
        line = int(place[1] or 0) if place else 0
        message = f"is not valid TOML: {_PLACE.sub('', str(error))}; text values stand in quotes"
        raise FileError([Problem(message, source.name, line)]) from error


def _echo(detail: ErrorDetails) -> bool:
    """A list called too short only because its items were refused; they speak for themselves."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _problem(detail: ErrorDetails, data: dict[str, Any], model: type[BaseModel]) -> tuple[KeyPath, str]:
    path = _data_path(detail["loc"], data, missing=detail["type"] == "missing")
    return path, explain(detail, model)


def _data_path(location: KeyPath, data: object, *, missing: bool) -> KeyPath:
    """The place in the data: pydantic's location less the tags of unions, which are not keys."""
    path: list[str | int] = []
    for position, part in enumerate(location):
        if _holds(data, part):
            data = data[part]  # type: ignore[index]
        elif not (missing and position == len(location) - 1):
            continue
        path.append(part)
    return tuple(path)


def _holds(data: object, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(data, list) and part < len(data)
    return isinstance(data, dict) and part in data
