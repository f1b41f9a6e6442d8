"""The largest of many boluses: to be further out than any single one is no evidence against the pump."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from rig.findings.bolus import largest_by_itself, largest_of_all
from rig.protocol_findings.limits import LargerOfTable
from rig.protocol_findings.sides import Sides
from rig.verify.delivered_bolus import DeliveredBoluses

ASKED = SimpleNamespace(rule="guard-band-U", k=2.0)
LIMIT = Sides(-5.0, 5.0, "%")
#: Twenty of 10 uL, each weighed to 0.1 uL, which is 1 %.
NUMBER, TOLD_UL, U_UL = 20, 10.0, 0.1
RECORDS = 60


def boluses(error_percent, told_ul=TOLD_UL, u_ul=U_UL):
    error = np.asarray(error_percent, np.float64)
    told = np.broadcast_to(np.asarray(told_ul, np.float64), error.shape)
    start, single = np.arange(error.size) * 3600.0, ("single",) * error.size
    covariance = u_ul**2 * np.eye(error.size)
    return DeliveredBoluses(single, start, start + 600.0, told * (1.0 + error / 100.0), covariance, told, np.inf)


def verdicts(judge, truth):
    rng = np.random.default_rng(5)
    return [judge(boluses(truth + rng.normal(size=NUMBER)), LIMIT, ASKED, "b").verdict for _ in range(RECORDS)]


def test_few_pumps_fail_whose_boluses_are_all_at_the_limit():
    most = 0.025 * RECORDS + 4.0 * (0.025 * 0.975 * RECORDS) ** 0.5
    assert verdicts(largest_of_all, 5.0).count("fail") <= most
    assert verdicts(largest_by_itself, 5.0).count("fail") > 0.2 * RECORDS  # as it was


def test_few_pumps_pass_of_which_one_bolus_is_at_the_limit():
    truth = np.where(np.arange(NUMBER) == 7, 5.0, 0.0)
    assert verdicts(largest_of_all, truth).count("pass") <= 0.025 * RECORDS + 4.0 * (0.025 * 0.975 * RECORDS) ** 0.5


@pytest.mark.parametrize("judge", [largest_of_all, largest_by_itself])
@pytest.mark.parametrize(("furthest", "verdict"), [(2.9, "pass"), (3.1, "inconclusive"), (-9.0, "fail")])
def test_what_is_clear_is_as_before(judge, furthest, verdict):
    found = judge(boluses([0.0, furthest, 1.0]), LIMIT, ASKED, "bolus_largest")
    assert (found.name, found.verdict, found.value) == ("bolus_largest", verdict, pytest.approx(furthest))
    assert (found.facts["bolus"], found.facts["of"], found.limits) == (2, 3, (-5.0, 5.0))


def test_small_boluses_have_limits_of_their_own():
    limit = LargerOfTable(larger_of=["5 %", "0.5 uL"])
    found = largest_of_all(boluses([20.0, 4.5], [2.0, 100.0], 0.02), limit, ASKED, "bolus_largest")
    assert (found.verdict, found.facts["bolus"], found.limits) == ("pass", 1, (-25.0, 25.0))
    assert "the larger of 5 % and 0.5 uL" in found.statement
