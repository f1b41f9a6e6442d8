from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from rig.errors import FileError
from rig.protocol import parse_protocol

GOOD = """\
schema = 1
id = "CONT-015"

[program]
drug = "baclofen"
concentration = "2000 ug/mL"
reservoir = "20 mL"

[[program.segments]]
kind = "continuous"
dose_rate = "300 ug/day"
duration = "30 h"

[timing]
stabilization = "6 h"
analysis = "24 h"

[findings]
mean_flow_error = {limit = "14.5 %"}
trumpet.windows = ["1 h", "6 h"]
"""


@pytest.fixture(scope="session")
def protocols():
    """The protocols that come along."""
    return Path(__file__).parents[3] / "fixtures" / "benches" / "protocols"


@pytest.fixture
def good():
    return GOOD


@pytest.fixture
def edited():
    """The good protocol with one text changed into another."""

    def make(old, new):
        if old not in GOOD:
            raise LookupError(old)
        return GOOD.replace(old, textwrap.dedent(new))

    return make


@pytest.fixture
def refusal():
    """The problems of a text that is refused, each as its own line."""

    def read(text, **more):
        with pytest.raises(FileError) as caught:
            parse_protocol(text, "p.toml", **more)
        return str(caught.value).splitlines()

    return read
