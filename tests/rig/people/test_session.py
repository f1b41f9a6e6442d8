"""A signing session ends with a pause, and belongs to one store."""

import pytest

from rig.people.session import end_session, keep_session, session_name


@pytest.fixture(autouse=True)
def runtime(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def test_a_session_knows_its_user_until_a_pause(clock):
    assert session_name("store", clock) is None
    keep_session("store", clock, "op")
    clock.pass_time(minutes=14)
    assert session_name("store", clock) == "op"
    keep_session("store", clock, "op")
    clock.pass_time(minutes=16)
    assert session_name("store", clock) is None


def test_another_store_and_an_ended_session_know_nobody(clock):
    keep_session("store", clock, "op")
    assert session_name("other", clock) is None
    end_session("store")
    assert session_name("store", clock) is None


def test_a_clock_that_was_set_back_ends_it(clock):
    keep_session("store", clock, "op")
    clock.pass_time(minutes=-1)
    assert session_name("store", clock) is None
