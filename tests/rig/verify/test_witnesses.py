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
    assert (found.difference_ul, found.u_difference_ul) == (0.0, 0.0)


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
    found = judged(Seen(("balance",), (TIP,), np.array([150.0])), (0.3,), reference=0)
    assert (found.state, found.speak) == ("one alone", (True,))
    assert (found.p, found.p_within, found.p_between, found.chi_square, found.freedom) == (1.0, 1.0, 1.0, 0.0, 0)
    assert found.least_ul == pytest.approx([5.0 * 0.3])  # the reference by itself: its own uncertainty


def test_what_a_witness_could_see_is_five_uncertainties_of_its_difference():
    """The reference shares its density with the cell: sqrt(1 + 9 - 2 x 0.5) = 3 for the cell, 5 for the flow sensor."""
    c = np.array([[1.0, 0.0, 0.5], [0.0, 16.0, 0.0], [0.5, 0.0, 9.0]])
    found = judge(three(150.0, 150.0, 150.0), c, limit_ul=1000.0, reference=2)
    assert found.least_ul == pytest.approx([15.0, 25.0, 15.0])


def test_sharp_witnesses_see_less_than_a_microlitre():
    found = judge(three(150.0, 150.0, 150.0), np.diag([0.16, 0.16, 0.09]), limit_ul=1000.0, reference=2)
    assert found.least_ul == pytest.approx([2.5, 2.5, 1.5])


def test_nobody_is_blamed_where_all_agree():
    """A coarse cell is 3.3 of its own uncertainties off each of the two others: by itself suspect, among three not."""
    found = judge(three(150.0, 183.1, 183.1), np.diag([100.0, 1.0, 1.0]), limit_ul=1e4, reference=2)
    assert (found.state, found.blamed) == ("agree", "")


def test_what_is_left_has_to_agree_by_its_own_degrees_of_freedom():
    """Two that are 3.3 u apart do not agree, whoever the third is: nobody is blamed, and no one step explains it."""
    assert judged(three(150.0, 200.0, 154.7, nodes=(TIP, TIP, TIP)), (1.0, 1.0, 1.0)).blamed == ""
    found = judged(three(150.0, 154.7, 200.0), (1.0, 1.0, 1.0))
    assert (found.state, found.between) == ("nodes differ", ())


def test_half_of_the_limit_is_just_good_enough_to_speak():
    """Differences of 5 uL from a reference with 3 uL: 25 uL can be seen, which is half of 50 uL."""
    seen, c = three(150.0, 150.0, 150.0), np.diag([16.0, 16.0, 9.0])
    assert judge(seen, c, limit_ul=50.0, reference=2).speak == (True, True, True)
    assert judge(seen, c, limit_ul=49.9, reference=2).speak == (False, False, True)


def test_chi_square_and_its_parts_by_hand():
    """148 and 152 at the tip, 153 at the outlet, each u = 1: about the mean 14; within the tip 8; between them 6."""
    seen = three(148.0, 152.0, 153.0, nodes=(TIP, TIP, OUTLET))
    found = judged(seen, (1.0, 1.0, 1.0))
    assert (found.chi_square, found.freedom) == (pytest.approx(14.0), 2)
    assert found.p == pytest.approx(np.exp(-7.0))  # chi-square with 2 degrees of freedom
    assert (found.p_within, found.p_between) == pytest.approx((0.00467773, 0.01430588), rel=1e-5)  # with 1: 8, and 6
    assert (found.state, found.between, found.difference_ul, found.u_difference_ul) == ("differ", (), 0.0, 0.0)


def test_a_reservoir_that_loses_what_the_pump_does_not_give_is_found_before_the_outlet():
    found = judged(three(162.0, 150.1, 150.0))
    assert (found.state, found.between) == ("nodes differ", (RESERVOIR, OUTLET))
    assert found.difference_ul == pytest.approx(-12.0, abs=0.2)
    assert found.u_difference_ul == pytest.approx(np.hypot(1.0, 0.8 * 0.3 / np.hypot(0.8, 0.3)), rel=1e-6)


def test_what_both_nodes_share_cancels_in_their_difference():
    """A density that outlet and tip share, 2 uL: of their difference only 0.6 and 0.8 uL are left, 1 uL together."""
    seen = Seen(("flow", "balance"), (OUTLET, TIP), np.array([150.0, 140.0]))
    c = covariance_ul2([{"density": 2.0}, {"density": 2.0}], [0.6, 0.8])
    found = judge(seen, c, limit_ul=LIMIT_UL, reference=1)
    assert (found.state, found.between) == ("nodes differ", (OUTLET, TIP))
    assert (found.difference_ul, found.u_difference_ul) == pytest.approx((-10.0, 1.0))


def test_where_either_of_two_could_be_wrong_nobody_is_blamed():
    """Without the cell the others agree, and without the flow sensor as well."""
    found = judged(three(150.0, 160.0, 155.0, nodes=(TIP, TIP, TIP)), (1.0, 1.0, 1.0))
    assert (found.state, found.blamed) == ("same node differs", "")


def test_what_chance_explains_by_hand():
    """One microlitre between two with u = 1: chi-square 1/2 with one degree of freedom, in 48 of 100 by chance."""
    found = judged(Seen(("flow", "balance"), (OUTLET, TIP), np.array([150.0, 151.0])), (1.0, 1.0), reference=1)
    assert (found.chi_square, found.freedom, found.state) == (pytest.approx(0.5), 1, "agree")
    assert (found.p, found.p_within, found.p_between) == pytest.approx((0.4795001, 1.0, 0.4795001))


def test_parts_with_a_sign_work_against_each_other():
    c = covariance_ul2([{"level": 2.0}, {"level": -3.0, "own": 1.0}], [0.5, 0.0])
    assert c == pytest.approx(np.array([[4.25, -6.0], [-6.0, 10.0]]))


def test_the_last_digit_does_not_hang_on_the_order_in_which_parts_are_added():
    """Sealed digits come again in another process, where sets of names have another order."""
    named = {f"part {number:02}": 10.0 ** (number % 7) / 3.0 for number in range(40)}
    wanted = 0.0
    for u in named.values():
        wanted += u**2
    assert covariance_ul2([named], [0.0])[0, 0] == wanted


@pytest.mark.parametrize(
    ("seen", "c", "limit", "why"),
    [
        (three(1.0, 2.0, 3.0, nodes=("pump", OUTLET, TIP)), np.eye(3), 1.0, "expected nodes reservoir"),
        (three(1.0, np.nan, 3.0), np.eye(3), 1.0, "expected finite volumes"),
        (three(1.0, 2.0, 3.0), np.eye(2), 1.0, "a row of covariance for each of 3"),
        (three(1.0, 2.0, 3.0), np.ones((3, 3)), 1.0, "a variance above zero for every difference"),
        (three(1.0, 2.0, 3.0), np.eye(3), 0.0, "expected a limit above zero, found 0 uL"),
        (three(1.0, 2.0, 3.0), np.diag([1.0, 0.0, 1.0]), 1.0, "each with an uncertainty above zero"),
        (three(1.0, 2.0, 3.0), np.diag([1.0, np.inf, 1.0]), 1.0, "expected finite volumes"),
        (three(1.0, 2.0, 3.0, nodes=(OUTLET, TIP)), np.eye(3), 1.0, "a node, a volume and a row"),
        (three(1.0, 2.0), np.eye(3), 1.0, "a node, a volume and a row"),
        (three(1.0, 2.0, 3.0), np.eye(3) + np.triu(np.full((3, 3), 0.1), 1), 1.0, "a variance above zero for every"),
        (three(1.0, 2.0, 3.0), 1e-6 * (np.eye(3) + np.triu(np.full((3, 3), 0.1), 1)), 1.0, "a variance above zero for"),
    ],
)
def test_what_cannot_be_judged_is_refused(seen, c, limit, why):
    with pytest.raises(MetricError, match=why):
        judge(seen, c, limit_ul=limit, reference=2)


@pytest.mark.parametrize("reference", [-1, 3])
def test_the_reference_is_one_of_them(reference):
    with pytest.raises(MetricError, match="a node, a volume and a row"):
        judge(three(1.0, 2.0, 3.0), np.eye(3), limit_ul=1.0, reference=reference)
