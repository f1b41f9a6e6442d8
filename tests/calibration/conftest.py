"""The published vectors, by their id."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[1] / "vectors.json"
CURVES = Path(__file__).with_name("curves.json")


@pytest.fixture(scope="session")
def vectors() -> dict[str, dict[str, Any]]:
    files = (VECTORS, CURVES)
    return {vector["id"]: vector for file in files for vector in json.loads(file.read_text(encoding="utf-8"))}


@pytest.fixture(scope="session")
def vector(vectors: dict[str, dict[str, Any]]) -> Callable[[str], tuple[Any, Any, Any]]:
    """Inputs, expected and tolerance of one vector."""

    def read(name: str) -> tuple[Any, Any, Any]:
        found = vectors[name]
        return found["inputs"], found["expected"], found["tolerance"]

    return read
