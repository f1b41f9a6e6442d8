"""Reference vectors by id, and levels of a pump on a grid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[2] / "vectors.json"


@pytest.fixture(scope="session")
def vector():
    found = {entry["id"]: entry for entry in json.loads(VECTORS.read_text(encoding="utf-8"))}
    return found.__getitem__
