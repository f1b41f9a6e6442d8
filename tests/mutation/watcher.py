"""pytest plug-in within a child: a time limit for each test, and the first failure is the end of the mutant."""

from __future__ import annotations

import pytest
from children import Report, alarm


class Watcher:
    """Reports the first failure of a test or of a collection."""

    def __init__(self, limits: dict[str, float], report: Report) -> None:
        self._limits, self._report = limits, report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        alarm(self._limits.get(item.nodeid, 60.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._report("killed", report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._report("killed", f"collection of {report.nodeid}")
