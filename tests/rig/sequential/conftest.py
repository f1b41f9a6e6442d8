"""A run of half an hour at 1 mL/h that may be decided early: 80 cycles of the pump, looks after whole ones."""

from pathlib import Path

import pytest

from rig.runner import run

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"

PROTOCOL = """
schema = 1
id = "EARLY"
[program]
drug = "baclofen"
concentration = "50 ug/mL"
reservoir = "20 mL"
[[program.segments]]
kind = "continuous"
{segments}
[timing]
evaporation_before = "10 min"
evaporation_after = "10 min"
settle = "2 min"
stabilization = "45 s"
analysis = "30 min"
sample_interval = "45 s"
[findings.mean_flow_error]
{limit}
[findings.mean_flow_error.sequential]
{looks}
{more}
"""


@pytest.fixture
def text():
    """The protocol, with what a test wants changed."""

    def make(segments='flow = "1 mL/h"', limit='limit = "5 %"', looks='required = "6 min"\nevery = "3 min"', more=""):
        return PROTOCOL.format(segments=segments, limit=limit, looks=looks, more=more)

    return make


@pytest.fixture
def early(station, text, tmp_path):
    """Runs the protocol on a station with these options of its world."""

    def go(options="", *, observers=(), folder="run", control=None, **changed):
        protocol = tmp_path / "early.toml"
        protocol.write_text(text(**changed))
        return run(protocol, station.bench(options), tmp_path / folder, observers=observers, control=control)

    return go


@pytest.fixture(scope="session")
def looks_of():
    """The looks that a record tells of."""
    return lambda record: [data for _, data in record.events("look")]
