"""Which parts of a run the witnesses are compared in."""

from types import SimpleNamespace

import pytest

from rig.findings.span import Span
from rig.findings.witness_intervals import intervals_of, words_of
from rig.protocol import parse_protocol
from tests.rig.conftest import program

BEGAN_S = 100.0
PROGRAM = program({"kind": "continuous", "flow": "6 uL/h", "duration": "6 h"}, {"kind": "stop", "duration": "4 h"})
TEXT = f"""
schema = 1
id = "PARTS"
[program]
drug = "baclofen"
concentration = "2000 ug/mL"
reservoir = "20 mL"
{PROGRAM}
[timing]
analysis = "10 h"
[findings.mean_flow_error]
limit = "14.5 %"
[witnesses]
"""


@pytest.fixture
def parts():
    """The parts that a table declares of a span of so many hours; and those without program."""

    def of(table, hours=10.0):
        evidence = SimpleNamespace(protocol=parse_protocol(TEXT + table, "p.toml"), delivery_began_s=BEGAN_S)
        (_, *compared), without = intervals_of(evidence, Span(BEGAN_S, BEGAN_S + 3600 * hours, 36.0, None))
        return [words_of(evidence, one) for one in compared], [words_of(evidence, one) for one in without]

    return of


def test_nothing_declared_is_the_whole_span_alone(parts):
    assert parts("") == ([], [])


def test_parts_follow_one_another_and_one_without_flow_is_left_out(parts):
    assert parts('interval = "2 h"') == (["0 h to 2 h", "2 h to 4 h", "4 h to 6 h"], ["6 h to 8 h", "8 h to 10 h"])


@pytest.mark.parametrize(("hours", "last"), [(5.9, "4 h to 5.9 h"), (4.9, "2 h to 4.9 h"), (5.0, "4 h to 5 h")])
def test_what_is_left_over_is_a_part_from_half_a_length_on(parts, hours, last):
    assert parts('interval = "2 h"', hours)[0][-1] == last


def test_declared_stretches_are_taken_as_they_are(parts):
    assert parts('intervals = [{ start = "1 h", end = "3 h" }]') == (["1 h to 3 h"], [])
