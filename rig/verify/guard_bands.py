"""Decision rules by name: how far inside a limit a value must lie to pass.

A rule is a guard band. A value passes inside the limits shrunk by the band, fails outside the limits
widened by it, and is inconclusive between: there the uncertainty does not allow a decision.

================  ==================================================  =====================================
name              guard band                                          source
================  ==================================================  =====================================
``simple``        0; a false pass has up to 50 % at the limit          ILAC-G8:09/2019, simple acceptance
``guard-band-U``  U = k u; at most 2.3 % for k = 2                     ILAC-G8:09/2019, w = U
``iso14253``      1.645 u; one-sided 95 %, at most 5 %                 ISO 14253-1 [K]
================  ==================================================  =====================================

Rules with a number (``guard-band-0.83U``, ``risk-2.5%``), and the endings ``-binary`` and ``-nonconformity`` of any
name, are in :mod:`rig.verify.rule_names`. A package adds a rule with an entry point of the group
``doseproof.rules`` that names a :class:`Rule`::

    [project.entry-points."doseproof.rules"]
    half-U = "ours.rules:HALF_U"       # HALF_U = Rule("half-U", lambda u, k, nu: k * u / 2, "w = U/2")

Built-in names cannot be replaced.

>>> import math
>>> find_rule("guard-band-U").guard_band(1.5, 2.0, math.inf)
3.0
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from rig.verify.errors import RuleError
from rig.verify.rule import GuardBand, Rule, student_quantile
from rig.verify.rule_names import rule_from_name

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BUILT_IN", "GROUP", "GuardBand", "Rule", "find_rule", "student_quantile"]

GROUP = "doseproof.rules"


def _no_band(u: float, k: float, nu: float) -> float:  # noqa: ARG001 (the signature of every guard band)
    return 0.0


def _expanded(u: float, k: float, nu: float) -> float:  # noqa: ARG001 (k holds nu already)
    return k * u


def _one_sided_95(u: float, k: float, nu: float) -> float:  # noqa: ARG001 (its factor is its own)
    return student_quantile(0.95, nu) * u


BUILT_IN: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("simple", _no_band, "simple acceptance, no guard band (ILAC-G8:09/2019)"),
        Rule("guard-band-U", _expanded, "guard band w = U (ILAC-G8:09/2019)"),
        Rule("iso14253", _one_sided_95, "guard band for 95 % one-sided conformance (ISO 14253-1)"),
    )
}


def find_rule(name: str) -> Rule:
    """The rule of that name, built in or from an entry point.

    Raises:
        RuleError: no such rule (the message lists those that exist), a number out of range, two packages
            that offer it, or an entry point that cannot be loaded or names no :class:`Rule`.
    """
    if name in BUILT_IN:
        return BUILT_IN[name]
    made = rule_from_name(name, find_rule)
    if made is not None:
        return made
    found = entry_points(group=GROUP, name=name)
    if len(found) != 1:
        known = ", ".join(sorted({*BUILT_IN, *entry_points(group=GROUP).names}))
        raise RuleError(
            f"rule: expected one of {known}, or guard-band-0.83U, risk-2.5%, NAME-binary, NAME-nonconformity; "
            f"found {name!r}, offered by {len(found)} packages"
        )
    return _load(name)


def _load(name: str) -> Rule:
    (point,) = entry_points(group=GROUP, name=name)
    try:
        rule = point.load()
    except (ImportError, AttributeError) as error:
        raise RuleError(
            f"rule: {name!r} names {point.value}, which does not load ({error}); repair its package"
        ) from error
    if not isinstance(rule, Rule):
        raise RuleError(f"rule: {name!r} names {point.value}, expected a Rule there, found {type(rule).__name__}")
    return rule
