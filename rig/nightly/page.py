"""The page of a night: one HTML file that needs nothing else, and JUnit beside it.

    write_page(report, folder)        # folder/night.html, folder/night.xml, folder/night.json

Built as a tree, so that whatever an instrument or a file says stands in it as text and never as markup.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Final

from rig.nightly.parts import STYLE, add, sparkline, table
from rig.record.disk import write_whole
from rig.words import with_uncertainty

if TYPE_CHECKING:
    from pathlib import Path

    from rig.nightly.report import NightReport
    from rig.nightly.result import Shown
    from rig.nightly.trends import Trend

PAGE, XML, JSON = "night.html", "night.xml", "night.json"
#: The night in words, for each verdict that names it.
HEADLINES: Final = {
    "pass": "All passed",
    "fail": "A pump failed",
    "invalid": "The bench spoiled a run",
    "unusable": "A file or the rig itself stopped an item",
    "inconclusive": "Something stays undecided",
    "blocked": "Something did not begin",
}


def write_page(report: NightReport, folder: Path) -> Path:
    """Write page, JUnit and JSON into the night's folder; the page's path is the answer."""
    write_whole(folder / JSON, json.dumps(report.as_json(), indent=1, sort_keys=True).encode())
    write_whole(folder / XML, ET.tostring(_junit(report), encoding="utf-8", xml_declaration=True))
    write_whole(folder / PAGE, b"<!doctype html>\n" + ET.tostring(_html(report), encoding="utf-8", method="html"))
    return folder / PAGE


def _html(report: NightReport) -> ET.Element:
    html = ET.Element("html", lang="en")
    head = add(html, "head")
    add(head, "meta", charset="utf-8")
    add(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    add(head, "title", f"{report.name}: {report.verdict}")
    add(head, "style", STYLE)
    body = add(html, "body")
    _heading(body, report)
    _items(body, report)
    _trends(body, report)
    _due(body, report)
    return html


def _heading(body: ET.Element, report: NightReport) -> None:
    add(body, "p", f"{report.plan} on {report.bench}", role="doc-subtitle")
    add(body, "h1", HEADLINES[report.verdict]).set("class", report.verdict)
    again = f", went on {report.resumed} x after the machine had ended" if report.resumed else ""
    add(body, "p", f"{_time(report.began)} to {_time(report.ended)}{again}")


def _time(iso: str) -> str:
    return f"{iso[:10]} {iso[11:16]} UTC"


def _items(body: ET.Element, report: NightReport) -> None:
    rows = table(body, "What ran", ("", "protocol or suite", "device", "verdict", "#time", "why"))
    for one, took_s in zip(report.items, report.took_s, strict=True):
        row = add(rows, "tr")
        add(row, "td", str(one.item + 1))
        name = add(row, "td")
        add(name, "a", one.what, href=f"{one.folder}/") if one.folder else add(name, "span", one.what)
        device = add(row, "td", one.device or "-")
        if one.evidence_class not in {"", "device"}:
            add(device, "p", f"{one.evidence_class}, not device evidence")
        add(row, "td", one.verdict).set("class", one.verdict)
        add(row, "td", took_text(took_s)).set("class", "number")
        _reasons(add(row, "td"), one)


def _reasons(cell: ET.Element, one: Shown) -> None:
    if one.verdict == "pass":
        add(cell, "span", "; ".join(_value(finding) for finding in one.findings if finding["verdict"] == "pass"))
        return
    for reason in one.reasons:
        add(cell, "p", reason)


def _value(finding: dict[str, object]) -> str:
    name, unit = str(finding["name"]).replace("_", " "), finding["unit"]
    value, expanded = finding["value"], finding["U"]
    if not isinstance(value, float) or not isinstance(expanded, float):
        return name
    return "{} {} ± {} {}".format(name, *with_uncertainty(value, expanded), unit)


def took_text(seconds: float) -> str:
    """Hours and minutes; seconds where it was short."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:02.0f} min"


def _trends(body: ET.Element, report: NightReport) -> None:
    if not report.trends:
        return
    columns = ("finding", "#tonight", "#U", "#nights before", "#against them", "")
    rows = table(body, "Against the nights before", columns)
    for one in report.trends:
        row, before = add(rows, "tr"), one.values[:-1]
        cell = add(row, "td", one.name.replace("_", " "))
        add(cell, "small", f" {one.what}, {one.device}")
        for text in tonight_text(one):
            add(row, "td", text).set("class", "number")
        add(row, "td", str(len(before))).set("class", "number")
        add(row, "td", "-" if one.step is None else f"{one.step:+.1f} U").set("class", "number")
        sparkline(add(row, "td"), one.values)


def tonight_text(one: Trend) -> tuple[str, str]:
    """Value with its unit, and U, with as many digits as U has; U is ``-`` where there is none."""
    if one.expanded is None:
        return f"{one.values[-1]:+.3g} {one.unit}", "-"
    value, expanded = with_uncertainty(one.values[-1], one.expanded)
    return f"{value} {one.unit}", expanded


def _due(body: ET.Element, report: NightReport) -> None:
    if report.due_problem:
        add(body, "h2", "Calibration")
        add(body, "p", report.due_problem).set("class", "unusable")
    elif not report.due:
        add(body, "p", "No calibration ends within 30 days.")
    else:
        rows = table(body, "Calibration due", ("what", "name", "state", "until", "why"))
        for one in report.due:
            row = add(rows, "tr")
            for text in (one.what, one.name, one.state, str(one.valid_until or "-"), one.reason):
                add(row, "td", text)


def _junit(report: NightReport) -> ET.Element:
    """A case an item: *fail* and *inconclusive* are failures, what is no word about the pump is an error."""
    suite = ET.Element("testsuite", name=report.name, tests=str(len(report.items)), timestamp=report.began[:19])
    counts = dict.fromkeys(("failures", "errors", "skipped"), 0)
    for one, took_s in zip(report.items, report.took_s, strict=True):
        case = add(suite, "testcase", name=one.what, classname=report.plan, time=f"{took_s:.3f}")
        kind = _KINDS.get(one.verdict)
        if kind is not None:
            counts[kind[1]] += 1
            add(case, kind[0], "\n".join(one.reasons), message=f"{one.verdict.upper()}: {'; '.join(one.reasons)}"[:300])
    for name, count in counts.items():
        suite.set(name, str(count))
    root = ET.Element("testsuites")
    root.append(suite)
    return root


_KINDS: Final = {
    "fail": ("failure", "failures"),
    "inconclusive": ("failure", "failures"),
    "invalid": ("error", "errors"),
    "unusable": ("error", "errors"),
    "blocked": ("skipped", "skipped"),
}
