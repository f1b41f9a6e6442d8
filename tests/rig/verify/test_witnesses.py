"""Witnesses of one interval: agreement, a bench fault, a leak, and one too coarse to speak."""

import numpy as np
import pytest

from rig.verify.errors import MetricError
from rig.verify.seen import OUTLET, RESERVOIR, TIP, Seen, covariance_ul2
from rig.verify.witnesses import judge

LIMIT_UL = 0.145 * 150.0
PATH = (RESERVOIR, OUTLET, TIP)


def three(*volume_ul, nodes=PATH):
    return Seen(("cell", "flow", "balance"), nodes, np.array(volume_ul))


def judged(seen, u=(1.0, 0.8, 0.3), reference=2):
    return judge(seen, np.diag(np.square(u[: len(seen.names)])), limit_ul=LIMIT_UL, reference=reference)


def test_witnesses_that_agree_blame_nobody():
    found = judged(three(150.9, 149.4, 150.1))
    assert (found.state, found.blamed, found.between) == ("agree", "", ())
    assert found.speak == (True, True, True)
    assert found.p > 0.05


def test_one_in_a_thousand_of_sound_benches_is_suspected():
    rng = np.random.default_rng(6)
    parts = [{"density": 0.5}, {}, {"density": 0.5, "evaporation": 0.4}]
    c = covariance_ul2(parts, [1.0, 0.8, 0.3])
    volumes = 150.0 + rng.multivariate_normal(np.zeros(3), c, 6000)
    suspected = sum(judge(three(*one), c, limit_ul=LIMIT_UL, reference=2).state != "agree" for one in volumes)
    assert 1 <= suspected <= 14  # 6 expected


def test_a_balance_that_drifts_beside_another_one_is_the_bench_and_is_named():
    seen = three(150.2, 160.0, 150.0, nodes=(OUTLET, TIP, TIP))
    found = judged(seen)
    assert (found.state, found.blamed) == ("same node differs", "flow")
    assert found.p_within < 1e-6


def test_two_that_disagree_at_one_node_show_a_bench_fault_that_nobody_is_blamed_for():
    seen = Seen(("one", "other"), (TIP, TIP), np.array([160.0, 150.0]))
    found = judged(seen, (0.5, 0.5), reference=1)
    assert (found.state, found.blamed) == ("same node differs", "")


def test_a_leak_before_the_tip_is_found_between_outlet_and_tip():
    found = judged(three(150.3, 149.8, 138.0))
    assert (found.state, found.between) == ("nodes differ", (OUTLET, TIP))
    assert found.difference_ul == pytest.approx(-12.0, abs=0.3)
    assert found.u_difference_ul == pytest.approx(np.hypot(0.3, 0.8 / np.hypot(1.0, 0.8)), rel=1e-6)


def test_liquid_that_comes_back_is_not_a_leak_but_the_sensor_in_between():
    found = judged(three(150.3, 138.0, 150.0))
    assert (found.state, found.blamed, found.between) == ("nodes differ", "flow", ())


def test_two_nodes_that_differ_are_not_attributed_to_either():
    found = judged(Seen(("flow", "balance"), (OUTLET, TIP), np.array([150.0, 138.0])), (0.8, 0.3), reference=1)
    assert (found.state, found.blamed, found.between) == ("nodes differ", "", (OUTLET, TIP))


def test_a_sensor_of_which_one_digit_is_the_whole_flow_does_not_speak():
    found = judged(three(150.3, 20.0, 150.0), (1.0, 60.0, 0.3))
    assert (found.state, found.speak) == ("agree", (True, False, True))
    assert found.least_ul[1] == pytest.approx(300.0, rel=1e-3)


def test_what_two_share_does_not_speak_against_either():
    parts = [{"density": 3.0}, {}, {"density": 3.0}]
    c = covariance_ul2(parts, [0.3, 0.8, 0.3])
    assert judge(three(158.0, 150.0, 158.1), c, limit_ul=4 * LIMIT_UL, reference=2).state == "agree"
    assert judge(three(158.0, 150.0, 158.1), c - 8.9 * (c > 8.0), limit_ul=LIMIT_UL, reference=2).state != "agree"


def test_few_degrees_of_freedom_widen_what_chance_explains():
    sure, unsure = (covariance_ul2([{}] * 3, [1.0, 1.0, 1.0], nu) for nu in ([np.inf] * 3, [5.0] * 3))
    assert sure == pytest.approx(np.eye(3))
    assert np.sqrt(unsure[0, 0]) == pytest.approx(6.869 / 3.291, rel=1e-3)


def test_one_that_is_alone_agrees_with_nobody():
    assert judged(Seen(("balance",), (TIP,), np.array([150.0])), (0.3,), reference=0).state == "one alone"


@pytest.mark.parametrize(
    ("seen", "c", "limit", "why"),
    [
        (three(1.0, 2.0, 3.0, nodes=("pump", OUTLET, TIP)), np.eye(3), 1.0, "expected nodes reservoir"),
        (three(1.0, np.nan, 3.0), np.eye(3), 1.0, "expected finite volumes"),
        (three(1.0, 2.0, 3.0), np.eye(2), 1.0, "a row of covariance for each of 3"),
        (three(1.0, 2.0, 3.0), np.ones((3, 3)), 1.0, "a variance above zero for every difference"),
        (three(1.0, 2.0, 3.0), np.eye(3), 0.0, "expected a limit above zero"),
    ],
)
def test_what_cannot_be_judged_is_refused(seen, c, limit, why):
    with pytest.raises(MetricError, match=why):
        judge(seen, c, limit_ul=limit, reference=2)
