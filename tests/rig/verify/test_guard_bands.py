"""Rules by name, built in and from other packages."""

from __future__ import annotations

import math
import sys
from importlib.metadata import EntryPoint, EntryPoints
from types import SimpleNamespace

import pytest

from rig.verify import guard_bands
from rig.verify.errors import RuleError
from rig.verify.rules import decide_numbers

HALF = guard_bands.Rule("half-U", lambda u, k, _nu: k * u / 2, "guard band w = U/2")
ENDLESS = guard_bands.Rule("endless", lambda _u, _k, _nu: math.inf, "a guard band without an end")
BROKEN = guard_bands.Rule("broken", lambda _u, _k, _nu: -1.0, "a guard band that widens the limits")
NOT_A_RULE = "half-U"


@pytest.fixture
def offered(monkeypatch):
    """Lets a test say which entry points are installed."""

    def offer(**values):
        monkeypatch.setitem(sys.modules, "a_package", SimpleNamespace(**values))
        points = EntryPoints(
            EntryPoint(name.replace("_", "-"), f"a_package:{name}", guard_bands.GROUP) for name in values
        )
        monkeypatch.setattr(guard_bands, "entry_points", points.select)

    return offer


def test_the_built_in_rules():
    assert sorted(guard_bands.BUILT_IN) == ["guard-band-U", "iso14253", "simple"]
    assert guard_bands.find_rule("iso14253").guard_band(1.0, 2.0, math.inf) == pytest.approx(1.6448536, abs=1e-7)


def test_an_unknown_rule_lists_those_that_exist(offered):
    offered(half_U=HALF)
    with pytest.raises(RuleError, match=r"guard-band-U, half-U, iso14253, simple.*'gut-feeling'"):
        guard_bands.find_rule("gut-feeling")


def test_a_package_can_add_a_rule(offered):
    offered(half_U=HALF)
    decision = decide_numbers(12.9, 1.5, lower=-14.5, upper=14.5, rule="half-U", k=2.0)
    assert (decision.verdict, decision.accept_upper) == ("pass", 13.0)


def test_of_two_rules_of_a_package_the_named_one_is_taken(offered):
    offered(broken=BROKEN, half_U=HALF)
    assert guard_bands.find_rule("half-U") is HALF
    assert guard_bands.find_rule("broken") is BROKEN


def test_a_rule_with_an_ending_bears_its_whole_name():
    assert guard_bands.find_rule("guard-band-U-binary").name == "guard-band-U-binary"
    assert guard_bands.find_rule("risk-2.5%-nonconformity").zones == "non-conformity"


def test_what_a_package_offers_under_another_group_is_no_rule(offered, monkeypatch):
    """The same name may be a console script; only the group of the rules counts."""
    offered(half_U=HALF)
    scripts = [EntryPoint(name, "no_such_package:main", "console_scripts") for name in ("half-U", "doseproof")]
    rule = EntryPoint("half-U", "a_package:half_U", guard_bands.GROUP)
    monkeypatch.setattr(guard_bands, "entry_points", EntryPoints([*scripts, rule]).select)
    assert guard_bands.GROUP == "doseproof.rules"
    assert guard_bands.find_rule("half-U") is HALF
    with pytest.raises(RuleError, match="expected one of guard-band-U, half-U, iso14253, simple, or"):
        guard_bands.find_rule("gut-feeling")


def test_two_packages_that_offer_one_rule_are_refused(monkeypatch):
    points = EntryPoints(EntryPoint("half-U", f"{name}:HALF", guard_bands.GROUP) for name in ("one", "other"))
    monkeypatch.setattr(guard_bands, "entry_points", points.select)
    with pytest.raises(RuleError, match="'half-U', offered by 2 packages"):
        guard_bands.find_rule("half-U")


def test_a_package_cannot_replace_a_built_in_rule(offered):
    offered(simple=HALF)
    assert guard_bands.find_rule("simple") is guard_bands.BUILT_IN["simple"]


def test_a_guard_band_below_zero_or_without_end_is_refused(offered):
    offered(broken=BROKEN)
    with pytest.raises(RuleError, match="zero or more, found -1"):
        decide_numbers(0.0, 1.0, lower=None, upper=1.0, rule="broken")
    with pytest.raises(RuleError, match="'endless': expected a guard band of zero or more, found inf"):
        decide_numbers(0.0, 1.0, lower=None, upper=1.0, rule=ENDLESS)


def test_an_entry_point_that_is_no_rule_is_refused(offered, monkeypatch):
    offered(half_U=NOT_A_RULE)
    with pytest.raises(RuleError, match="expected a Rule there, found str"):
        guard_bands.find_rule("half-U")
    gone = EntryPoints([EntryPoint("gone", "no_such_package:RULE", guard_bands.GROUP)])
    monkeypatch.setattr(guard_bands, "entry_points", gone.select)
    with pytest.raises(RuleError, match="no_such_package:RULE, which does not load"):
        guard_bands.find_rule("gone")
