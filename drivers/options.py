"""The ``options`` table of an instrument in a bench file: known keys, units required.

>>> Options("mock-pump", {"telemetry": "2 s"}, known=("telemetry",)).seconds("telemetry", default_s=1.0)
2.0
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypedDict

from calibration.units import TIME
from drivers.errors import NotSupported

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


_LINE: Final = re.compile(r"(\d{2,7}) ([78])([NEO])([12])")


class LineSettings(TypedDict):
    """How the bits cross the line, in pyserial's words."""

    baudrate: int
    bytesize: int
    parity: str
    stopbits: int


class Options:
    """Reads one table and refuses keys that the driver does not know.

    Args:
        driver: name of the driver, for messages.
        table: the table as the bench file holds it.
        known: every key that this driver understands.

    Raises:
        NotSupported: a key that is not known.
    """

    def __init__(self, driver: str, table: Mapping[str, object], known: Collection[str] = ()) -> None:
        self._driver = driver
        self._table = table
        for key in table:
            if key not in known:
                listed = ", ".join(known) or "no options at all"
                raise NotSupported(f"options of {driver}: unknown key {key!r}; this driver knows: {listed}")

    def seconds(self, key: str, default_s: float) -> float:
        """A duration in seconds; text such as ``"2 s"``.

        Raises:
            UnitError: no duration, or one without a unit.
        """
        value = self._table.get(key)
        if value is None:
            return default_s
        name = f"options of {self._driver}: {key}"
        return TIME.magnitude(name, TIME.parse(name, value))

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of a few words; the first of them where the key is not given.

        Raises:
            NotSupported: another value.
        """
        value = self._table.get(key, allowed[0])
        if value not in allowed:
            raise NotSupported(
                f"options of {self._driver}: {key}: expected one of {', '.join(allowed)}, found {value!r}"
            )
        return str(value)

    def text(self, key: str, default: str) -> str:
        """A word or a line of text.

        Raises:
            NotSupported: no text, or an empty one.
        """
        value = self._table.get(key, default)
        if not isinstance(value, str) or not value:
            raise NotSupported(f"options of {self._driver}: {key}: expected text such as '{default}', found {value!r}")
        return value

    def whole(self, key: str, default: int, highest: int) -> int:
        """A whole number from 1 on.

        Raises:
            NotSupported: another value.
        """
        value = self._table.get(key, default)
        if type(value) is not int or not 1 <= value <= highest:
            raise NotSupported(f"options of {self._driver}: {key}: expected 1 to {highest}, found {value!r}")
        return value

    def line(self, default: str) -> LineSettings:
        """The key ``line``: baud rate, data bits, parity and stop bits, e.g. ``"4800 7E1"``.

        Raises:
            NotSupported: written in another way.
        """
        text = self._table.get("line", default)
        match = _LINE.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise NotSupported(f"options of {self._driver}: line: expected such as '{default}', found {text!r}")
        baudrate, bytesize, parity, stopbits = match.groups()
        return LineSettings(baudrate=int(baudrate), bytesize=int(bytesize), parity=parity, stopbits=int(stopbits))
