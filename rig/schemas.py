"""JSON Schemas of the two file formats, for completion and checks in editors.

>>> sorted(json_schemas())
['bench', 'protocol']

Write one beside a file and begin the file with ``#:schema ./bench.schema.json``.
"""

from __future__ import annotations

from typing import Any

from rig.bench_tables import Bench
from rig.protocol import Protocol


def json_schemas() -> dict[str, dict[str, Any]]:
    """The schema of each file format by its name."""
    return {"bench": Bench.model_json_schema(), "protocol": Protocol.model_json_schema()}
