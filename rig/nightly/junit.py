"""Which verdict a suite's JUnit file says, by the words of the pytest plug-in.

=================================  ==================
in the file                        verdict
=================================  ==================
a failure that is not undecided    fail
an error                           invalid
a failure that begins INCONCLUSIVE inconclusive
nothing but skipped tests          blocked
else                               pass
=================================  ==================

The first line that applies counts: what a pump did wrong is not excused by what the bench did wrong elsewhere.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: Begins a failure that decides nothing.
UNDECIDED = "INCONCLUSIVE"
#: What pytest writes before the words of ``pytest.fail``.
_BY_PYTEST = "Failed: "
_SHOWN = 300


def suite_outcome(path: Path, exit_code: int) -> tuple[str, list[str]]:
    """Verdict and reasons of a suite.

    Args:
        path: JUnit file that pytest wrote.
        exit_code: of pytest.
    """
    try:
        cases = list(ET.parse(path).getroot().iter("testcase"))  # noqa: S314 - written by our own pytest
    except (OSError, ET.ParseError) as error:
        return "unusable", [f"pytest ended with {exit_code} and left no JUnit file to read: {error}"]
    failures = [(case, one) for case in cases for one in case.iter("failure")]
    if failed := [_told(case, one) for case, one in failures if not _undecided(one)]:
        return "fail", failed
    if errors := [_told(case, one) for case in cases for one in case.iter("error")]:
        return "invalid", errors
    if failures:
        return "inconclusive", [_told(case, one) for case, one in failures]
    ran = [case for case in cases if case.find("skipped") is None]
    if not ran:
        return "blocked", [_told(case, one) for case in cases for one in case.iter("skipped")] or ["no test was found"]
    return ("pass", []) if exit_code == 0 else ("unusable", [f"pytest ended with {exit_code}"])


def _undecided(failure: ET.Element) -> bool:
    """By its first word; a failure that says it further on (a comparison of two verdicts) is a failure."""
    return failure.get("message", "").removeprefix(_BY_PYTEST).startswith(UNDECIDED)


def _told(case: ET.Element, one: ET.Element) -> str:
    return f"{case.get('name', '')}: {one.get('message', '')}"[:_SHOWN]
