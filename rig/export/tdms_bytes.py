r"""The bytes of a TDMS file, version 2.0: segments of objects, each with properties and its part of the raw data.

After National Instruments, "TDMS File Format Internal Structure": little-endian, one segment a portion, the values of a
channel one after the other (not interleaved). A segment says all that it holds, so that each can be read by itself.

>>> segment([group("balance", {"damage": "none"})])[:8]
b'TDSm\x06\x00\x00\x00'
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_VERSION: Final = 4713
_METADATA, _NEW_OBJECTS, _RAW_DATA = 1 << 1, 1 << 2, 1 << 3
_NO_DATA: Final = 0xFFFFFFFF
#: Type codes of the format, and how numpy calls what is stored.
_DOUBLE, _INT64, _STRING, _BOOLEAN = 0x0A, 0x04, 0x20, 0x21
_CODES: Final = {"<f8": _DOUBLE, "<i8": _INT64, "|b1": _BOOLEAN}
#: Length of what describes raw data: type, dimension and count; of texts also their size.
_INDEX, _TEXT_INDEX = 20, 28


@dataclass(frozen=True)
class Part:
    """An object of a segment.

    Attributes:
        path: of the file, a group or a channel.
        properties: texts by name.
        values: raw data of a channel: float64, int64 or bool, or a list of texts; None for what is no channel.
    """

    path: str
    properties: Mapping[str, str] = field(default_factory=dict)
    values: Any = None


def root(properties: Mapping[str, str]) -> Part:
    """The file itself."""
    return Part("/", properties)


def group(name: str, properties: Mapping[str, str]) -> Part:
    """A group of channels."""
    return Part(f"/{_quoted(name)}", properties)


def channel(group_name: str, name: str, values: Any, properties: Mapping[str, str]) -> Part:
    """A channel with its part of the data."""
    return Part(f"/{_quoted(group_name)}/{_quoted(name)}", properties, values)


def segment(parts: Sequence[Part]) -> bytes:
    """One segment, with its lead-in."""
    described, data = zip(*map(_part, parts), strict=True)
    metadata = struct.pack("<I", len(parts)) + b"".join(described)
    raw = b"".join(data)
    contents = _METADATA | _NEW_OBJECTS | (_RAW_DATA if raw else 0)
    lead_in = struct.pack("<4sIIQQ", b"TDSm", contents, _VERSION, len(metadata) + len(raw), len(metadata))
    return lead_in + metadata + raw


def _part(part: Part) -> tuple[bytes, bytes]:
    """What describes an object, and its raw data."""
    index, raw = _raw(part.values)
    properties = b"".join(_text(name) + struct.pack("<I", _STRING) + _text(v) for name, v in part.properties.items())
    return _text(part.path) + index + struct.pack("<I", len(part.properties)) + properties, raw


def _raw(values: Any) -> tuple[bytes, bytes]:
    if values is None:
        return struct.pack("<I", _NO_DATA), b""
    if isinstance(values, list):
        return _texts([one.encode() for one in values])
    array = np.ascontiguousarray(values)
    array = array.astype(array.dtype.newbyteorder("<"))
    return struct.pack("<IIIQ", _INDEX, _CODES[array.dtype.str], 1, len(array)), array.tobytes()


def _texts(values: list[bytes]) -> tuple[bytes, bytes]:
    """Where each text ends, then the texts."""
    ends = np.cumsum([len(one) for one in values], dtype="<u4").tobytes()
    raw = ends + b"".join(values)
    return struct.pack("<IIIQQ", _TEXT_INDEX, _STRING, 1, len(values), len(raw)), raw


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<I", len(data)) + data


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
