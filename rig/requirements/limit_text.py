"""The limit of a requirement: a number with a unit, one to each side, or a behaviour.

>>> checked_limit("-10 % to +14.5 %"), checked_limit("at most 0.5 uL"), checked_limit("yes or no")
('-10 % to +14.5 %', 'at most 0.5 uL', 'yes or no')

A bare number is refused with what was expected.
"""

from __future__ import annotations

import re

from rig.fields import refused

#: What is or is not there; such a requirement has no number.
BEHAVIOUR = "yes or no"
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_UNIT = r"(?:%|ppm|uL/h|mL/day|uL|mL|ug/day|ug|mg|min|s|h|d|days|kPa|hPa|mmHg|V|mA|uA|count|counts)"
_VALUE = rf"{_NUMBER} ?{_UNIT}"
_LIMIT = re.compile(
    rf"(?:at (?:most|least) )?{_VALUE}"
    rf"|{_VALUE} to {_VALUE}"
    rf"|(?:at most )?the larger of {_VALUE} and {_VALUE}"
)


def checked_limit(text: str) -> str:
    """The text as it was, where it is a limit.

    Raises:
        PydanticCustomError: no unit, or no limit at all.
    """
    if text != BEHAVIOUR and not _LIMIT.fullmatch(text):
        expected = "a limit with its unit such as '14.5 %', 'at most 5 min' or 'yes or no'"
        raise refused(f"expected {expected}, found {text!r}")
    return text
