"""Findings as rows: value, uncertainties, unit, limits, rule, verdict and risks in columns, the rest as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from drivers.interfaces import Column
from rig.export.contents import small_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rig.export.contents import Table

_PROBABILITY: Final = "; empty where nothing was decided"
COLUMNS: Final = (
    Column("finding", "text", "", "which quantity"),
    Column("verdict", "text", "", "pass, fail, inconclusive or informative"),
    Column("value", "float64", "", "measured, in the unit of the column 'unit'; empty where not determined"),
    Column("u", "float64", "", "standard uncertainty, in the same unit"),
    Column("U", "float64", "", "expanded uncertainty k u, in the same unit"),
    Column("k", "float64", "", "coverage factor"),
    Column("nu", "float64", "", "effective degrees of freedom; empty where infinite"),
    Column("unit", "text", "", "of value, uncertainties and limits"),
    Column("lower_limit", "float64", "", "in the same unit; empty where there is none"),
    Column("upper_limit", "float64", "", "in the same unit; empty where there is none"),
    Column("rule", "text", "", "decision rule; empty where nothing was decided"),
    Column("p_conform", "float64", "", f"probability of conformance{_PROBABILITY}"),
    Column("risk_of_false_pass", "float64", "", f"probability{_PROBABILITY}"),
    Column("risk_of_false_fail", "float64", "", f"probability{_PROBABILITY}"),
    Column("statement", "text", "", "all of it in words"),
    Column("facts", "text", "", "what else belongs to it, as JSON"),
)
_RISKS: Final = ("p_conform", "risk_of_false_pass", "risk_of_false_fail")


def finding_table(findings: Sequence[Mapping[str, Any]]) -> Table:
    """One row a finding.

    Args:
        findings: as a result has them (:meth:`rig.finding.Finding.as_json`).
    """
    rows = [finding_row(one) for one in findings]
    return small_table("findings", COLUMNS, {column.name: [row[column.name] for row in rows] for column in COLUMNS})


def finding_row(finding: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of one finding, by the name of the column."""
    facts = finding["facts"]
    lower, upper = finding["limits"]
    return {
        "finding": finding["name"],
        **{key: finding[key] for key in ("verdict", "value", "u", "U", "k", "nu", "unit", "rule", "statement")},
        "lower_limit": lower,
        "upper_limit": upper,
        **{name: facts.get(name) for name in _RISKS},
        "facts": json.dumps(facts, sort_keys=True),
    }
