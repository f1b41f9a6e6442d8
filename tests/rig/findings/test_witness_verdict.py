"""What a difference between nodes comes to: a loss may be held against the pump, a gain never is."""

import numpy as np
import pytest

from rig.delivery.witness_volumes import WitnessVolumes
from rig.findings.span import Span
from rig.findings.witness_judged import Judged
from rig.verify.seen import NODES, Seen
from rig.verify.witnesses import judge

LOSS, GAIN = (150.2, 149.8, 137.0), (150.2, 149.8, 163.0)


@pytest.fixture
def verdict():
    """Of what a load cell, a flow sensor and a balance saw in one interval."""

    def of(volume_ul, not_held=""):
        covariance = np.diag(np.square([1.0, 0.8, 0.3]))
        seen = Seen(("cell", "flow", "balance"), NODES, np.array(volume_ul))
        found = judge(seen, covariance, limit_ul=21.7, reference=2)
        return Judged(Span(0.0, 3600.0, 150.0, None), WitnessVolumes(), covariance, found).verdict(3, not_held)

    return of


def test_a_loss_before_the_tip_is_a_fail(verdict):
    said, words = verdict(LOSS)
    assert said == "fail"
    assert words.startswith("fail: the volume differs between pump outlet and tip, -1")


def test_a_gain_is_no_evidence_against_the_pump(verdict):
    said, words = verdict(GAIN)
    assert said == "inconclusive"
    assert "more passed the tip than the pump outlet: a witness is wrong, or there is a second source" in words


def test_a_loss_on_a_bench_that_was_not_shown_to_hold_is_none_either(verdict):
    said, words = verdict(LOSS, "check weight")
    assert said == "inconclusive"
    assert words.endswith("not held against the pump: not shown to hold before and after: check weight")
