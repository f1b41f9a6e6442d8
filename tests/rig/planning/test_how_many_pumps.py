"""How many pumps a claim needs where a pump may be off by more one way than the other."""

import pytest

from rig.planning import Coverage
from rig.planning.population import TOLERANCE, sample_size
from rig.predict import PredictedFinding


def planned(limits):
    found = PredictedFinding("mean_flow_error", 0.2, 2.0, 10.0, "", "", u=0.1, limits=limits, rule="guard-band-U")
    return sample_size(found, 0.05, Coverage(0.95, 0.95, sd_percent=2.0), mean=3.0, chance=0.95)


@pytest.mark.parametrize("limits", [(-10.0, 14.5), (-14.5, 10.0)])
def test_an_error_either_way_is_planned_for_the_nearer_limit(limits):
    lopsided, both = planned(limits), planned((-10.0, 10.0))
    assert (lopsided.method, lopsided.n) == (TOLERANCE, both.n)
    assert dict(lopsided.largest_sd) == pytest.approx(dict(both.largest_sd))


def test_the_rationale_tells_the_chance_that_the_study_was_planned_for():
    """Towards the farther limit it would be more than 99.99 %, and nobody said that pumps are off that way."""
    assert "mean -3 %" in planned((-10.0, 14.5)).rationale
    assert "the study then succeeds with 95." in planned((-10.0, 14.5)).rationale
