"""Reference vectors by id, programs, and deliveries whose truth is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests import planted

VECTORS = Path(__file__).parents[2] / "vectors.json"


@pytest.fixture(scope="session")
def vector():
    found = {entry["id"]: entry for entry in json.loads(VECTORS.read_text(encoding="utf-8"))}
    return found.__getitem__


@pytest.fixture(scope="session")
def program():
    """Makes a program of segments, each a table on one line without its brackets."""
    return planted.program


@pytest.fixture(scope="session")
def drawn():
    return planted.Drawn


@pytest.fixture(scope="session")
def covered():
    """Part of ``trials`` draws in which |measured - truth| <= 1.96 u."""

    def part(measure, truth, trials=3000):
        found = np.array([measure(seed) for seed in range(trials)])
        return float(np.mean(np.abs(found[:, 0] - truth) <= 1.959964 * found[:, 1]))

    return part


@pytest.fixture(scope="session")
def weighed():
    """Makes a real delivery of a pump that does what ``volume_ul(time_s)`` says, on a balance with noise."""
    return planted.weighed
