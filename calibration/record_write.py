"""A calibration record as TOML text: the same tables always give the same bytes.

>>> print(record_text({"schema": 2, "points": {"reading": [0.1, 0.2]}}))
schema = 2
<BLANKLINE>
[points]
reading = [
    0.1,
    0.2,
]
<BLANKLINE>

Numbers are written so that they read back to the last bit. :mod:`calibration.book` seals the text and files it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from calibration.errors import CalibrationError

if TYPE_CHECKING:
    from collections.abc import Mapping


def record_text(tables: Mapping[str, Any]) -> str:
    """TOML text of a record.

    Args:
        tables: the record as plain values (text, numbers, dates, lists, tables); None values are left out.

    Raises:
        CalibrationError: a number that is not finite.
    """
    import tomli_w

    plain = _plain(tables, "")
    return tomli_w.dumps(plain)


def _plain(value: Any, place: str) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one, f"{place}.{key}".lstrip(".")) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_plain(one, f"{place}[{i}]") for i, one in enumerate(value)]
    if hasattr(value, "tolist"):  # numpy
        return _plain(value.tolist(), place)
    if isinstance(value, float) and not math.isfinite(value):
        raise CalibrationError(f"{place}: expected a finite number for a calibration record, found {value}")
    return value
