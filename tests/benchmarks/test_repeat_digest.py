"""A deterministic run repeated is the same run, byte for byte of what was read."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def repeat():
    file = Path(__file__).with_name("repeat_digest.py")
    spec = importlib.util.spec_from_file_location("repeat_digest", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_ten_minutes_twice_give_the_same_digest(repeat, tmp_path):
    first, second = repeat.digests(repeat.BENCHES / "protocols" / "short.toml", tmp_path)
    assert first == second


@pytest.mark.nightly
@pytest.mark.timeout(600)
def test_a_day_twice_gives_the_same_digest(repeat, tmp_path):
    first, second = repeat.digests(repeat.BENCHES / "protocols" / "demo.toml", tmp_path)
    assert first == second
