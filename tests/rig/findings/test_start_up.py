"""Since when the flow stays in its band after a start: asked for in TOML, judged on the bench."""

import numpy as np
import pytest

from rig.findings.start_up import CycleDoubt, furthest_factor, start_up_finding
from rig.protocol_tables import StartUp as Asked
from rig.verify.start_up import StartUp
from tests.rig.findings.conftest import BEGAN_S, flow

FOUR_HOURS = 4, [flow("25 uL/h", 4)]
TABLE = '[findings.start_up]\nband = "10 %"\nlimit = "{limit}"\n'


def stall(from_h, to_h):
    return f'stall = [["{BEGAN_S + 3600 * from_h:.2f} s", "{BEGAN_S + 3600 * to_h:.2f} s"]]'


@pytest.mark.parametrize(
    ("options", "limit", "verdict"),
    [
        ("", "1 h", "pass"),
        (stall(0.0, 1.5), "2 h", "pass"),
        (stall(0.0, 1.5), "1 h", "fail"),
        (stall(0.0, 1.5), "91 min", "inconclusive"),  # the curve has a level each quarter of an hour
        (stall(3.5, 4.0), "1 h", "fail"),  # never for good
        (stall(3.5, 4.0), "5 h", "inconclusive"),  # nor has the record lasted so long
    ],
)
def test_since_when_the_flow_stays_in_its_band(asked, options, limit, verdict):
    found = asked(*FOUR_HOURS, TABLE.format(limit=limit), options)["start_up"]
    assert found.verdict == verdict, found.statement


def test_what_the_balance_cannot_tell_fails_nobody(asked):
    slow = "drift_walk_mg = 10.0"  # in an hour 10 mg by itself, against 2.5 mg that the band leaves
    found = asked(*FOUR_HOURS, TABLE.format(limit="1 h"), slow)["start_up"]
    assert found.verdict == "inconclusive", found.statement
    assert "too near the band" in found.statement


@pytest.mark.parametrize(
    ("error_percent", "expanded_percent", "settled_s", "verdict"),
    [
        (19.5, 5.0, 18000.0, "inconclusive"),  # 19.5 - 5 is within 14.5
        (19.5, 4.9, 18000.0, "fail"),
        (19.5, 5.0, None, "inconclusive"),
        (90.0, 15.0, None, "inconclusive"),  # wider than the band: the mean flow has to tell
        (19.5, 4.9, None, "fail"),
        (19.5, 5.0, 3600.0, "pass"),
    ],
)
def test_a_cycle_after_the_limit_must_surely_be_outside(error_percent, expanded_percent, settled_s, verdict):
    starts = np.arange(0.0, 21601.0, 900.0)
    errors = np.where(starts == 17100.0, error_percent, 0.0)
    curve = StartUp(starts + 900.0, np.full(len(starts), 6.25), starts, errors, settled_s)
    asked = Asked.model_validate({"band": "14.5 %", "limit": "4 h"})
    found = start_up_finding(curve, asked, CycleDoubt(expanded_percent))
    assert found.verdict == verdict, found.statement


@pytest.mark.parametrize(
    ("error_percent", "guard_percent", "verdict"),
    [(12.5, 2.0, "pass"), (12.5, 2.1, "inconclusive"), (-14.5, 0.0, "pass"), (-14.4, 0.2, "inconclusive")],
)
def test_a_cycle_after_the_limit_must_surely_be_inside_for_a_pass(error_percent, guard_percent, verdict):
    """One that is off by nearly the band may as well be outside it; the rule says by how much it must be inside."""
    starts = np.arange(0.0, 21601.0, 900.0)
    errors = np.where(starts == 17100.0, error_percent, 0.0)
    curve = StartUp(starts + 900.0, np.full(len(starts), 6.25), starts, errors, 3600.0)
    asked = Asked.model_validate({"band": "14.5 %", "limit": "4 h"})
    found = start_up_finding(curve, asked, CycleDoubt(5.0, guard_percent))
    assert found.verdict == verdict, found.statement


def test_a_pump_on_the_edge_of_its_band_passes_no_start_up(asked):
    """Nine percent too much, held against a band of ten, by a balance that tells an hour to one or two."""
    edge = asked(*FOUR_HOURS, TABLE.format(limit="1 h"), "gain = 1.09\ndrift_walk_mg = 0.0")["start_up"]
    assert edge.verdict == "inconclusive", edge.statement
    assert "guard band" in edge.statement


def test_the_furthest_of_many_cycles_strays_further_than_one():
    """Of a flow that is as far off as the band, some cycle of ninety would otherwise surely be seen outside."""
    assert [furthest_factor(cycles, 2.0, np.inf) for cycles in (0, 1)] == [2.0, 2.0]
    largest = np.random.default_rng(1).standard_normal((20_000, 90)).max(axis=1)
    assert (largest > furthest_factor(1, 2.0, np.inf)).mean() > 0.8
    assert (largest > furthest_factor(90, 2.0, np.inf)).mean() <= 0.025
    assert furthest_factor(90, 2.0, 10.0) > furthest_factor(90, 2.0, np.inf)
