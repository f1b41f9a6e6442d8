"""The published vectors by id: inputs, expected values, tolerance, and where they come from in few words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

TESTS: Final = Path(__file__).parents[1]
FILES: Final = (TESTS / "vectors.json", TESTS / "calibration" / "curves.json")
VECTORS: Final = {one["id"]: one for file in FILES for one in json.loads(file.read_text(encoding="utf-8"))}


def vector(name: str) -> tuple[Any, Any, Any]:
    """Inputs, expected and tolerance."""
    found = VECTORS[name]
    return found["inputs"], found["expected"], found["tolerance"]
