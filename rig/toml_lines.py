r"""On which line each key of a TOML file stands, so that an error can point at it.

``tomllib`` gives values without places. This reads the text again, after ``tomllib`` has found it valid, and
keeps nothing but the places.

>>> key_lines('a = 1\n[[b]]\nc = [\n  {d = 2},\n]')[("b", 0, "c", 0, "d")]
4
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.errors import KeyPath

_SPACE = re.compile(r"(?:\s|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' + r"|'''(?:[^']|'(?!''))*'{3,5}" + r"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}\n#]+")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Line numbers (from 1) of every key, table and list element.

    Args:
        text: a valid TOML document; of an invalid one, what could be read.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """The line of ``path``, or of the nearest table around it; 0 for the file as a whole."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self._tables: dict[KeyPath, int] = {}  # array of tables -> index of its last table
        self._counted = (0, 1)

    def document(self) -> None:
        table: KeyPath = ()
        while self._skip():
            start = self.at
            if self._take("[["):
                table = self._list_header()
            elif self._take("["):
                table = self._header()
            else:
                self._pair(table)
            self.at = max(self.at, start + 1)

    def _list_header(self) -> KeyPath:
        place = self.at
        keys = self._keys()
        self._take("]]")
        name = (*self._resolve(keys[:-1]), *keys[-1:])
        self._tables[name] = self._tables.get(name, -1) + 1
        path = (*name, self._tables[name])
        for length in range(1, len(path) + 1):
            self._note(path[:length], place)
        return path

    def _header(self) -> KeyPath:
        place = self.at
        keys = self._keys()
        self._take("]")
        path = self._resolve(keys)
        for length in range(1, len(path) + 1):  # the tables on the way may have no header of their own
            self._note(path[:length], place)
        return path

    def _pair(self, table: KeyPath) -> None:
        place = self.at
        path = table
        for key in self._keys():
            path = (*path, key)
            self._note(path, place)
        self._skip()
        self._take("=")
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._skip()
        if self._take("["):
            self._list(path)
        elif self._take("{"):
            self._inline(path)
        elif (match := _STRING.match(self.text, self.at)) or (match := _BARE.match(self.text, self.at)):
            self.at = match.end()

    def _list(self, path: KeyPath) -> None:
        index = 0
        while self._skip() and not self._take("]"):
            start = self.at
            self._note((*path, index), start)
            self._value((*path, index))
            self._skip()
            self._take(",")
            self.at = max(self.at, start + 1)
            index += 1

    def _inline(self, path: KeyPath) -> None:
        while self._skip() and not self._take("}"):
            start = self.at
            self._pair(path)
            self._skip()
            self._take(",")
            self.at = max(self.at, start + 1)

    def _keys(self) -> KeyPath:
        keys: list[str | int] = []
        while match := _KEY.match(self.text, self.at):
            self.at = match.end()
            keys.append(match[1].strip("\"'"))
            if not self._take("."):
                break
        return tuple(keys)

    def _resolve(self, keys: KeyPath) -> KeyPath:
        """A header's keys with the index of the last table of each array of tables on the way."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            if path in self._tables:
                path = (*path, self._tables[path])
        return path

    def _note(self, path: KeyPath, place: int) -> None:
        counted, line = self._counted
        line += self.text.count("\n", counted, place)
        self._counted = (place, line)
        self.lines.setdefault(path, line)

    def _skip(self) -> bool:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at < len(self.text)

    def _take(self, token: str) -> bool:
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        return True
