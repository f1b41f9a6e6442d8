"""A finding: one measured quantity against one limit, with its uncertainty, rule and risk."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rig.verify.rules import Decision

FindingVerdict = Literal["pass", "fail", "inconclusive", "informative"]
#: How the statement of a finding begins that was asked for and could not be made.
UNDETERMINED = "inconclusive: not determined; "


@dataclass(frozen=True)
class Finding:
    """What was measured, and what follows.

    Attributes:
        name: which quantity, e.g. ``mean_flow_error``.
        value: measured value, in ``unit``; None where it could not be determined.
        u: standard uncertainty, in ``unit``.
        expanded: U = k u.
        k: coverage factor.
        nu: effective degrees of freedom; infinity is written as None in JSON.
        unit: of value, uncertainty and limits.
        limits: lower and upper; None where there is none.
        rule: name of the decision rule; empty for an informative finding.
        verdict: pass, fail, inconclusive, or informative.
        statement: all of it in plain words, with the risk.
        facts: what else belongs to it (spans, budgets, conformance probability); plain JSON values.
    """

    name: str
    verdict: FindingVerdict
    statement: str
    value: float | None = None
    u: float | None = None
    expanded: float | None = None
    k: float | None = None
    nu: float = math.inf
    unit: str = "%"
    limits: tuple[float | None, float | None] = (None, None)
    rule: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def decided(cls, name: str, decision: Decision, **facts: Any) -> Finding:
        """From a decision, with further facts."""
        return cls(
            name=name,
            verdict=decision.verdict,
            statement=decision.statement,
            value=decision.value,
            u=decision.u,
            expanded=decision.expanded,
            k=decision.k,
            nu=decision.nu,
            unit=decision.unit,
            limits=(decision.lower, decision.upper),
            rule=decision.rule,
            facts={
                "accept": [decision.accept_lower, decision.accept_upper],
                "p_conform": decision.p_conform,
                "risk_of_false_pass": decision.pfa,
                "risk_of_false_fail": decision.pfr,
                **facts,
            },
        )

    def saying(self, more: str, facts: dict[str, Any]) -> Finding:
        """The same with a further sentence, and the facts behind it."""
        return replace(self, statement=f"{self.statement} {more}", facts={**self.facts, **facts})

    @classmethod
    def undetermined(cls, name: str, why: str) -> Finding:
        """A finding that was asked for and could not be made: inconclusive, with the reason."""
        return cls(name=name, verdict="inconclusive", statement=f"{UNDETERMINED}{why}")

    @classmethod
    def not_determined(cls, name: str, why: object, *, decides: bool) -> Finding:
        """One that could not be made: inconclusive where something was to be decided by it, else informative."""
        if decides:
            return cls.undetermined(name, str(why))
        return cls(name=name, verdict="informative", statement=f"not determined: {why}")

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, unrounded."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "statement": self.statement,
            "value": self.value,
            "u": self.u,
            "U": self.expanded,
            "k": self.k,
            "nu": None if math.isinf(self.nu) else self.nu,
            "unit": self.unit,
            "limits": list(self.limits),
            "rule": self.rule,
            "facts": self.facts,
        }
