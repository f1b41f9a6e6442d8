"""The published vectors, by their id."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[1] / "vectors.json"


@pytest.fixture(scope="session")
def vectors() -> dict[str, dict[str, Any]]:
    return {vector["id"]: vector for vector in json.loads(VECTORS.read_text(encoding="utf-8"))}


@pytest.fixture(scope="session")
def vector(vectors: dict[str, dict[str, Any]]) -> Callable[[str], tuple[Any, Any, Any]]:
    """Inputs, expected and tolerance of one vector."""

    def read(name: str) -> tuple[Any, Any, Any]:
        found = vectors[name]
        return found["inputs"], found["expected"], found["tolerance"]

    return read
