from __future__ import annotations

import json
from pathlib import Path

import pytest

from rig.dose import DoseProgram, ProgramTable

VECTORS = Path(__file__).parents[2] / "vectors.json"


@pytest.fixture(scope="session")
def itb():
    return {entry["id"]: entry for entry in json.loads(VECTORS.read_text("utf-8")) if entry["id"].startswith("ITB")}


@pytest.fixture(scope="session")
def program():
    """Make a program of segments; 500 ug/mL in 20 mL unless said otherwise."""

    def make(*segments, limits=None, until=None, **table):
        data = {"drug": "baclofen", "concentration": "500 ug/mL", "reservoir": "20 mL", "segments": segments} | table
        return DoseProgram.from_table(ProgramTable.model_validate(data), limits, until)

    return make
