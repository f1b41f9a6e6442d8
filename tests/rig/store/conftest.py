"""A store on SQLite and on PostgreSQL; every test that asks for one runs on both."""

from datetime import UTC, datetime

import pytest

from rig.store.store import Store


class SetClock:
    """A clock that a test sets."""

    def __init__(self):
        self.time = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)

    def utc(self):
        return self.time


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def store(where, clock, tmp_path):
    with Store.open(where, clock=clock, key=tmp_path / "store.key") as opened:
        yield opened
