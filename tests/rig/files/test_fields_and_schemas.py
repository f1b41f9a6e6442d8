"""Physical values as fields, and what an editor is told of them."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from calibration.units import FLOW, TIME, VOLUME
from rig.dose_tables import Continuous
from rig.errors import FileError
from rig.files import parse_model
from rig.protocol import Protocol
from rig.schemas import json_schemas


def test_a_field_takes_a_quantity_or_its_text_and_nothing_else():
    made = Continuous(kind="continuous", flow=FLOW.quantity(6.25), duration="24 h")

    assert FLOW.magnitude("flow", made.flow) == 6.25
    with pytest.raises(ValidationError, match="expected a flow rate"):
        Continuous(kind="continuous", flow=VOLUME.quantity(1.0))
    with pytest.raises(ValidationError, match="above zero"):
        Continuous(kind="continuous", flow="0 mL/day")


@settings(max_examples=50, deadline=None)
@given(st.floats(2.0, 1000.0), st.floats(1.0, 1e6))
def test_json_gives_the_values_back(flow, seconds):
    made = Continuous(kind="continuous", flow=FLOW.quantity(flow), duration=TIME.quantity(seconds))
    again = Continuous.model_validate_json(made.model_dump_json(exclude_none=True))

    assert FLOW.magnitude("flow", again.flow) == pytest.approx(flow, rel=1e-12)
    assert TIME.magnitude("duration", again.duration) == pytest.approx(seconds, rel=1e-12)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_protocol_or_a_file_error(text):
    with pytest.raises(FileError) as refusal:
        parse_model(Protocol, text, "p.toml")
    assert all(problem.message for problem in refusal.value.problems)


def test_the_schema_of_a_quantity_knows_its_units():
    definitions = json_schemas()["protocol"]["$defs"]
    analysis = definitions["Timing"]["properties"]["analysis"]

    assert analysis["examples"] == ["24 h"]
    assert re.search(analysis["pattern"], "0.5 h")
    assert not re.search(analysis["pattern"], "24")
    assert not re.search(analysis["pattern"], "24 mL")
    assert definitions["Timing"]["additionalProperties"] is False


def test_the_schemas_call_schema_by_the_name_in_the_file():
    assert {name: "schema" in schema["required"] for name, schema in json_schemas().items()} == {
        "bench": True,
        "protocol": True,
    }


def test_importing_the_file_formats_builds_no_unit_registry():
    code = "import sys, rig.protocol, rig.bench; sys.exit('pint' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "name",
    ["bench", "dose", "dose_actions", "dose_arithmetic", "dose_pieces", "dose_tables", "errors", "explain", "fields",
     "files", "locks", "protocol", "schemas", "toml_lines"],
)  # fmt: skip
def test_the_examples_in_the_manuals_are_true(name):
    import doctest

    result = doctest.testmod(importlib.import_module(f"rig.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
