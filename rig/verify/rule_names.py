"""Decision rules with a number in their name, and rules made of other rules.

=============================  ===========================================================================
name                           rule
=============================  ===========================================================================
``guard-band-0.83U``           w = r U with r = 0.83 (ILAC-G8:09/2019, table 1); r from 0 to 3
``risk-2.5%``                  w so wide that a value at its end has a specific risk of 2.5 % at that limit
``NAME-binary``                NAME, and what is not accepted fails
``NAME-nonconformity``         NAME, used to prove that a pump does not conform; it never says pass
=============================  ===========================================================================

>>> rule_from_name("guard-band-0.5U", {}.get).guard_band(1.5, 2.0, math.inf)
1.5
>>> round(rule_from_name("risk-5%", {}.get).guard_band(1.0, 2.0, math.inf), 3)
1.645

The band of a risk counts the nearer limit, so that it needs no limits: with a second limit close by, the risk is at
most twice as large. :func:`band_for_risk` gives the exact one for two limits.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rig.verify.errors import RuleError
from rig.verify.risk import conforms
from rig.verify.rule import Rule, Zones, student_quantile

if TYPE_CHECKING:
    from collections.abc import Callable

_PART_OF_U = re.compile(r"guard-band-(\d{1,2}(?:\.\d{1,6})?)U")
_RISK = re.compile(r"risk-(\d{1,2}(?:\.\d{1,6})?)%")
_ZONES = {"binary": "what is not accepted fails", "nonconformity": "proves non-conformity only"}


def rule_from_name(name: str, find: Callable[[str], Rule | None]) -> Rule | None:
    """The rule of such a name; None where the name has none of these forms.

    Args:
        name: as in a protocol.
        find: for the NAME within it.

    Raises:
        RuleError: a number out of its range.
    """
    base, _, ending = name.rpartition("-")
    if base and ending in _ZONES:
        found = find(base)
        zones: Zones = "binary" if ending == "binary" else "non-conformity"
        return None if found is None else replace(found, name=name, zones=zones, says=f"{found.says}; {_ZONES[ending]}")
    if match := _PART_OF_U.fullmatch(name):
        return part_of_u(float(match[1]))
    if match := _RISK.fullmatch(name):
        return specific_risk(float(match[1]))
    return None


def part_of_u(r: float) -> Rule:
    """Guard band w = r U.

    Raises:
        RuleError: r not from 0 to 3.
    """
    if not 0.0 <= r <= 3.0:
        raise RuleError(f"guard band: expected r from 0 to 3 in w = r U, found {r:g}")
    return Rule(f"guard-band-{r:g}U", lambda u, k, _nu: r * k * u, f"guard band w = {r:g} U (ILAC-G8:09/2019)")


def specific_risk(percent: float) -> Rule:
    """Guard band for a specific risk of ``percent`` at the end of the accepted part (JCGM 106:2012, 8.3.2).

    Raises:
        RuleError: a risk that is not above 0 and at most 50 %.
    """
    if not 0.0 < percent <= 50.0:
        raise RuleError(f"risk: expected a specific risk above 0 and up to 50 %, found {percent:g} %")
    says = f"guard band for a specific risk of {percent:g} % at the nearer limit (JCGM 106)"
    return Rule(f"risk-{percent:g}%", lambda u, _k, nu: student_quantile(1.0 - percent / 100.0, nu) * u, says)


def r_for_risk(risk: float, k: float, nu: float = math.inf) -> float:
    """The r of w = r U that leaves a specific risk of ``risk`` (a part, not percent) at the nearer limit.

    >>> round(r_for_risk(0.05, 2.0), 4)
    0.8224

    Raises:
        RuleError: risk not above 0 and up to one half, or k not above zero.
    """
    if not (0.0 < risk <= 0.5 and 0.0 < k < math.inf):
        raise RuleError(f"r_for_risk: expected a risk up to 0.5 and k above zero, found {risk:g} and {k:g}")
    return student_quantile(1.0 - risk, nu) / k


def band_for_risk(u: float, lower: float, upper: float, risk: float, nu: float = math.inf) -> float:
    """The guard band at whose end the specific risk is exactly ``risk``, both limits counted.

    Args:
        u: standard uncertainty.
        lower, upper: the limits, in the unit of u.
        risk: above 0 and up to one half.
        nu: degrees of freedom of u.

    Raises:
        RuleError: numbers out of range, or limits so close that even their middle has a larger risk.
    """
    from scipy.optimize import brentq

    middle = 0.5 * (lower + upper)
    if not 0.0 < risk <= 0.5 or conforms(middle, u, lower, upper, nu).outside > risk:
        raise RuleError(
            f"band_for_risk: expected a risk up to 0.5 that the middle of the limits can keep, found {risk:g} "
            f"with u = {u:g} between {lower:g} and {upper:g}; measure more precisely"
        )
    return float(brentq(lambda w: conforms(upper - w, u, lower, upper, nu).outside - risk, 0.0, upper - middle))
