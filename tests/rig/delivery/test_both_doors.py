"""The covariance of levels and the budget of a difference say the same of every line that the uncertainty has."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from fixtures.synthetic.bench import SETUP
from rig.delivery.collected import Air
from rig.delivery.drying import Drying
from rig.delivery.evaporated import Evaporation
from rig.delivery.levels import Noise
from rig.delivery.volume import Delivery
from rig.delivery.wander import Wander

HOUR = 3600.0
TIME_S = np.arange(0.0, 14 * HOUR, 10.0)
AIR = np.linspace(1.19, 1.16, len(TIME_S))
SURE = replace(
    SETUP, u_fluid_kg_m3=0.0, u_load_volume_ml=0.0, u_sensitivity=0.0, linearity_g=0.0, needle_mm=0.0, resolution_g=1e-5
)
#: What is uncertain in each case, as all that is; and the name of its line in the budget.
LINES = {
    "noise": ({"sd": 1e-4}, "increment_g"),
    "linearity": ({"linearity_g": 1e-4}, "linearity_g"),
    "slope": ({"u_sensitivity": 1e-3}, "slope"),
    "fluid": ({"u_fluid_kg_m3": 1.0}, "fluid_kg_m3"),
    "air": ({"u_air": 2e-3}, "air_end_kg_m3"),
    "load": ({"u_load_volume_ml": 2.0}, "load_volume_ml"),
    "needle": ({"needle_mm": 4.0}, "needle_mm"),
    "evaporation": ({"u_mg_h": 0.05}, "evaporation_mg_h"),
    "room": ({"stray": 0.2}, "room_ul"),
    "between legs": ({"unseen_mg_h": 0.1}, "between_legs_ul"),
    "walk": ({"walk_g2_s": 1e-11}, "wander_ul"),
    "drops": ({"drop_ul": 3.0}, "drops_ul"),
    "held": ({"held_g": 1e-4}, "held_ul"),
}
#: Levels take these of what evaporated too, here a twentieth of the volume: more, and never less.
OF_WHAT_WAS_WEIGHED = {"slope", "needle_mm"}


def delivery(
    *, sd=1e-9, u_air=0.0, u_mg_h=0.0, stray=0.0, unseen_mg_h=0.0, drop_ul=0.0, walk_g2_s=0.0, held_g=0.0, **changes
):
    """6.25 uL/h into a beaker that loses 0.3 mg/h, while the air gets lighter by 0.03 kg/m3."""
    reading = 53.0 + 5.95e-3 * TIME_S / HOUR - (AIR - AIR[0]) * SETUP.load_volume_ml * 1e-3
    room = Drying.declared(stray, 0.0, float(TIME_S[-1])) if stray else None
    gone = Evaporation(0.3, u_mg_h, math.inf, measured=True, drying=room, unseen_mg_h=unseen_mg_h)
    air = Air(TIME_S, AIR, u_air, "measured")
    made = Delivery(TIME_S, reading, air, replace(SURE, **changes), gone, Noise(sd, 0.0, "test"), 600.0)
    return replace(made, drop_ul=drop_ul, beyond=Wander(1.0, walk_g2_s), held_g=held_g)


def both_u_ul(found, start_s=1.0 * HOUR, end_s=13.0 * HOUR):
    """Standard uncertainty of one difference, from levels and from the budget."""
    _, c = found.levels_ul(np.array([start_s, end_s]))
    return math.sqrt(c[0, 0] + c[1, 1] - 2.0 * c[0, 1]), found.difference_ul(start_s, end_s)


@pytest.mark.parametrize("line", LINES)
def test_levels_and_budget_agree_in_each_line(line):
    changes, name = LINES[line]
    u_levels, budget = both_u_ul(delivery(**changes))
    assert u_levels == pytest.approx(budget.u, rel=6e-3 if name not in OF_WHAT_WAS_WEIGHED else 0.04)
    assert u_levels > 0.994 * budget.u
    assert max(budget.components, key=lambda one: abs(one.contribution)).name == name


def test_levels_and_budget_agree_in_all_of_them_together():
    every = {key: value for changes, _ in LINES.values() for key, value in changes.items()}
    u_levels, budget = both_u_ul(delivery(**every))
    assert u_levels == pytest.approx(budget.u, rel=6e-3)


def test_a_load_of_uncertain_volume_counts_as_far_as_the_air_has_changed():
    """2 mL in air that gets lighter by 0.0257 kg/m3 in twelve of fourteen hours; in air that stays, nothing."""
    u_levels, _ = both_u_ul(delivery(u_load_volume_ml=2.0))
    assert u_levels == pytest.approx(2.0 * 0.03 * 12.0 / 14.0 / 0.99777, rel=1e-3)
    still = replace(delivery(u_load_volume_ml=2.0), air=Air(TIME_S[:1], AIR[:1], 0.0, "declared"))
    assert both_u_ul(still)[0] < 1e-4
