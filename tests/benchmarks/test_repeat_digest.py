"""A deterministic run repeated is the same run, byte for byte of what was read."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def repeat(script):
    return script("repeat_digest")


def test_ten_minutes_twice_give_the_same_digest(repeat, tmp_path):
    first, second = repeat.digests(repeat.BENCHES / "protocols" / "short.toml", tmp_path)
    assert first == second


@pytest.mark.nightly
@pytest.mark.timeout(600)
def test_a_day_twice_gives_the_same_digest(repeat, tmp_path):
    first, second = repeat.digests(repeat.BENCHES / "protocols" / "demo.toml", tmp_path)
    assert first == second
