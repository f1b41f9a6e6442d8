"""The examples of the manual are files that are read."""

from __future__ import annotations

import re
from pathlib import Path

from rig.bench import parse_bench
from rig.bench_tables import Bench
from rig.protocol import Protocol, parse_protocol

MANUAL = (Path(__file__).parents[3] / "docs" / "files.md").read_text("utf-8")


def test_the_examples_are_good():
    """A protocol and acts for it, a bench, and what can be added to the bench."""
    protocol, acts, bench, more, beaker = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)

    assert parse_protocol(protocol, "files.md").dose.drug == "baclofen"
    assert [act.note for act in parse_protocol(protocol + acts, "files.md").acts] == ["line closed", "supply sags"]
    assert parse_bench(bench, "files.md").name == "station-1"
    assert {"supply", "balance"} <= parse_bench(bench + more, "files.md").instruments().keys()
    assert parse_bench(bench + more + beaker, "files.md").evaporation_beaker.name == "evaporation"


def test_every_key_of_both_formats_is_in_the_manual():
    schemas = [model.model_json_schema() for model in (Protocol, Bench)]
    tables = [table for schema in schemas for table in (schema, *schema["$defs"].values())]
    keys = {key for table in tables for key in table.get("properties", {})}
    assert {key for key in keys if not re.search(rf"\b{key}\b", MANUAL)} == set()
