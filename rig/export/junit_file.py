"""JUnit XML: findings as test cases, for continuous integration and test management.

================================  ===================================================================
verdict                           test case
================================  ===================================================================
pass, informative                 passed
fail                              failure
inconclusive                      failure that begins with INCONCLUSIVE
of a run that is invalid          skipped; the case ``verdict`` is an *error*, and no word about the pump
================================  ===================================================================

The words are those of the pytest plug-in (:mod:`rig.nightly.junit` reads both). Facts about the record are properties
of the suite; value, uncertainties, unit, limits, rule and risks stand in ``system-out``, because the schema of the
Jenkins plug-in (junit-10.xsd) knows no properties of a test case.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any, Final

from rig.export.finding_table import finding_row
from rig.nightly.junit import UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rig.export.contents import Contents

_UNPRINTABLE: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Cells of a finding that are said elsewhere in its test case.
_ELSEWHERE: Final = frozenset({"finding", "verdict", "statement", "facts", "unit"})
#: Cells in the unit of the finding.
_WITH_UNIT: Final = frozenset({"value", "u", "U", "lower_limit", "upper_limit"})


def write_junit(folder: Path, contents: Contents) -> None:
    """Write the findings of a record and its verdict into one file of a folder."""
    suites = ET.Element("testsuites", name="doseproof")
    suite = ET.SubElement(suites, "testsuite", _suite_attributes(contents))
    properties = ET.SubElement(suite, "properties")
    for name, value in contents.facts.items():
        ET.SubElement(properties, "property", name=name, value=_printable(value))
    _cases(suite, contents)
    for kind in ("failure", "error", "skipped"):
        plural = kind if kind == "skipped" else f"{kind}s"
        suite.set(plural, str(len(suite.findall(f"testcase/{kind}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    ET.indent(suites)
    ET.ElementTree(suites).write(folder / "findings.xml", encoding="utf-8", xml_declaration=True)


def _suite_attributes(contents: Contents) -> dict[str, str]:
    facts = contents.facts
    name = f"{facts['protocol']} ({facts['evidence_class']} evidence)"
    return {"name": _printable(name), "timestamp": facts["started_utc"][:19], "time": "0"}


def _cases(suite: ET.Element, contents: Contents) -> None:
    verdict = contents.result["verdict"]
    invalid = verdict["outcome"] == "invalid"
    _outcome(_case(suite, contents, "verdict"), verdict["outcome"], "; ".join(verdict["reasons"]), invalid=False)
    for finding in _numbered(contents.result["findings"]):
        case = _case(suite, contents, finding["name"])
        _outcome(case, finding["verdict"], finding["statement"], invalid=invalid)
        ET.SubElement(case, "system-out").text = _printable(_numbers(finding))


def _numbered(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings of one name told apart: a test case stands for one of them."""
    names = [one["name"] for one in findings]
    return [
        {**one, "name": name if names.count(name) == 1 else f"{name}[{names[: i + 1].count(name)}]"}
        for i, (name, one) in enumerate(zip(names, findings, strict=True))
    ]


def _case(suite: ET.Element, contents: Contents, name: str) -> ET.Element:
    return ET.SubElement(
        suite,
        "testcase",
        classname=_printable(f"doseproof.{contents.facts['protocol']}"),
        name=_printable(name),
        time="0",
    )


def _outcome(case: ET.Element, verdict: str, said: str, *, invalid: bool) -> None:
    said = _printable(said)
    if invalid:
        ET.SubElement(case, "skipped", message=f"the run is invalid, this says nothing about the pump: {said}")
    elif verdict == "invalid":
        ET.SubElement(case, "error", type="invalid", message=said)
    elif verdict == "fail":
        ET.SubElement(case, "failure", type="fail", message=said)
    elif verdict == "inconclusive":
        ET.SubElement(case, "failure", type="inconclusive", message=f"{UNDECIDED}: {said}")


def _numbers(finding: Mapping[str, Any]) -> str:
    row, unit = finding_row(finding), finding["unit"]
    told = {name: value for name, value in row.items() if name not in _ELSEWHERE and value not in {None, ""}}
    lines = [f"{name} [{unit}]: {v}" if name in _WITH_UNIT else f"{name}: {v}" for name, v in told.items()]
    # what failed says it in its message; what passed, or was only shown, has no other place for it
    said = [f"statement: {finding['statement']}"] if finding["verdict"] in {"pass", "informative"} else []
    return "\n".join([f"verdict: {finding['verdict']}", *lines, *said])


def _printable(text: str) -> str:
    r"""What XML 1.0 cannot hold is written as Python would: ``\x07``."""
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
