"""A campaign on paper: the detection table as Markdown and HTML, everything as JSON.

write_pages(report, folder)      # folder/detection.md, folder/detection.html, folder/campaign.json
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from rig.campaign.report import CULPRITS, VERDICTS
from rig.nightly.parts import STYLE, add, table
from rig.record.disk import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from rig.campaign.report import CampaignReport, Level, Row

MARKDOWN, PAGE, JSON = "detection.md", "detection.html", "campaign.json"
COLUMNS: Final = (
    "fault",
    "culprit",
    "protocol",
    "declared",
    "found of runs, by magnitude",
    "detected with 95 % confidence",
    "time to detection",
    "dose error by then",
)


def write_pages(report: CampaignReport, folder: Path) -> Path:
    """Write all three; the path of the Markdown is the answer."""
    write_whole(folder / JSON, json.dumps(as_json(report), indent=1, sort_keys=True).encode())
    write_whole(folder / MARKDOWN, markdown(report).encode())
    write_whole(folder / PAGE, b"<!doctype html>\n" + ET.tostring(_html(report), encoding="utf-8", method="html"))
    return folder / MARKDOWN


def cells_of(row: Row) -> tuple[str, ...]:
    """The texts of a row of the table, by :data:`COLUMNS`."""
    unit = row.fault.magnitude.unit
    level = row.at(row.smallest if row.smallest is not None else row.all_found_from)
    return (
        f"{row.fault.id}: {row.fault.title}",
        row.fault.culprit,
        row.expect.protocol,
        _declared(row),
        ", ".join(f"{_with(one.magnitude, unit)}: {one.found}/{one.runs}" for one in row.levels),
        _detected(row),
        "-" if level is None or level.after_h is None else f"{level.after_h:.3g} h",
        _error(level) if row.fault.culprit == "device" else "-",
    )


def summary(report: CampaignReport) -> list[str]:
    """The campaign in sentences."""
    done, asked = report.runs
    of, passed = report.outside
    counted = ", ".join(f"{name} {number}" for name, number in sorted(report.judgements.items()))
    return [
        f"{done} of {asked} runs, seed {report.seed}, {report.took_h:.1f} h of processes. {counted}.",
        f"True mean flow outside its limit: {of} runs, of which {passed} passed (the rule admits 2.5 %).",
    ]


def markdown(report: CampaignReport) -> str:
    """The whole page."""
    lines = ["# Detection table", "", *summary(report), "", "## Who was blamed", ""]
    lines += _markdown_table(
        ("fault of", *VERDICTS), [(who, *map(str, counts.values())) for who, counts in report.confusion.items()]
    )
    lines += ["", "## What is detected", "", *_markdown_table(COLUMNS, [cells_of(row) for row in report.rows])]
    if report.wrong:
        columns = ("run", "fault", "magnitude", "protocol", "verdict", "judgement", "why")
        lines += [
            "",
            "## Wrong, undecided or known defects",
            "",
            *_markdown_table(columns, [_wrong(one) for one in report.wrong]),
        ]
    lines += ["", "## Evidence", ""]
    seen = {row.fault.id: row.fault for row in report.rows}
    lines += [
        f"* {fault.id}: {'; '.join(map(str, fault.evidence))} ({', '.join(fault.hazards)})" for fault in seen.values()
    ]
    return "\n".join(lines) + "\n"


def as_json(report: CampaignReport) -> dict[str, Any]:
    """Plain JSON values."""
    return {
        "schema": 1,
        "runs": list(report.runs),
        "seed": report.seed,
        "took_h": report.took_h,
        "outcome": report.outcome,
        "confusion": report.confusion,
        "judgements": report.judgements,
        "outside": list(report.outside),
        "wrong": list(report.wrong),
        "rows": [
            {
                "fault": row.fault.id,
                "culprit": row.fault.culprit,
                "protocol": row.expect.protocol,
                "unit": row.fault.magnitude.unit,
                "declared": row.expect.detectable,
                "undetectable": row.expect.undetectable,
                "smallest": row.smallest,
                "all_found_from": row.all_found_from,
                "levels": [asdict(one) for one in row.levels],
            }
            for row in report.rows
        ],
    }


def _declared(row: Row) -> str:
    if row.expect.verdict is None:
        return f"undetectable: {row.expect.undetectable}"
    smallest = row.fault.magnitude.values[0] if row.expect.detectable is None else row.expect.detectable
    known = f" (known defect: {row.expect.known_defect})" if row.expect.known_defect else ""
    return f"{row.expect.verdict} from {_with(smallest, row.fault.magnitude.unit)}{known}"


def _detected(row: Row) -> str:
    unit = row.fault.magnitude.unit
    if row.smallest is not None:
        return f"from {_with(row.smallest, unit)}"
    if row.all_found_from is None:
        return "-" if row.expect.verdict is None else "not shown"
    level = row.at(row.all_found_from)
    runs = min(one.runs for one in row.levels if one.magnitude >= row.all_found_from)
    sure = "" if level is None else f", P > {100 * level.surely:.0f} %"
    return f"too few runs; all found from {_with(row.all_found_from, unit)} ({runs} runs{sure})"


def _error(level: Level | None) -> str:
    if level is None or level.error_ul is None:
        return "-"
    share = "" if level.error_percent is None else f" ({level.error_percent:+.3g} %)"
    return f"{level.error_ul:+.3g} uL{share}"


def _with(value: float, unit: str) -> str:
    return f"{value:g} {unit}".strip()


def _wrong(one: dict[str, Any]) -> tuple[str, ...]:
    keys = ("index", "fault", "magnitude", "protocol", "verdict", "judgement", "reason")
    return tuple(f"{one[key]:g}" if isinstance(one[key], float) else str(one[key]) for key in keys)


def _markdown_table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = [columns, tuple("---" for _ in columns), *rows]
    return [f"| {' | '.join(text.replace('|', '/').replace(chr(10), ' ') for text in line)} |" for line in lines]


def _html(report: CampaignReport) -> ET.Element:
    html = ET.Element("html", lang="en")
    head = add(html, "head")
    add(head, "meta", charset="utf-8")
    add(head, "title", "Detection table")
    add(head, "style", STYLE)
    body = add(html, "body")
    add(body, "h1", "Detection table")
    for line in summary(report):
        add(body, "p", line)
    confusion = [(who, *(str(report.confusion[who][one]) for one in VERDICTS)) for who in CULPRITS]
    _fill(table(body, "Who was blamed", ("fault of", *VERDICTS)), confusion)
    _fill(table(body, "What is detected", COLUMNS), [cells_of(row) for row in report.rows])
    _fill(
        table(
            body,
            "Wrong, undecided or known defects",
            ("run", "fault", "magnitude", "protocol", "verdict", "judgement", "why"),
        ),
        [_wrong(one) for one in report.wrong],
    )
    return html


def _fill(rows: ET.Element, texts: list[tuple[str, ...]]) -> None:
    for line in texts:
        row = add(rows, "tr")
        for text in line:
            add(row, "td", text)
