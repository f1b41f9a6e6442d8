"""A campaign on paper: the detection table as Markdown and HTML, everything as JSON.

write_pages(report, folder)      # folder/detection.md, folder/detection.html, folder/campaign.json
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rig.campaign.tables import summary, tables
from rig.nightly.parts import STYLE, add, table
from rig.record.disk import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from rig.campaign.report import CampaignReport
    from rig.campaign.tables import Texts

MARKDOWN, PAGE, JSON = "detection.md", "detection.html", "campaign.json"


def write_pages(report: CampaignReport, folder: Path) -> Path:
    """Write all three; the path of the Markdown is the answer."""
    write_whole(folder / JSON, json.dumps(as_json(report), indent=1, sort_keys=True).encode())
    write_whole(folder / MARKDOWN, markdown(report).encode())
    write_whole(folder / PAGE, b"<!doctype html>\n" + ET.tostring(_html(report), encoding="utf-8", method="html"))
    return folder / MARKDOWN


def markdown(report: CampaignReport) -> str:
    """The whole page."""
    lines = ["# Detection table", "", *summary(report)]
    for title, columns, rows in tables(report):
        lines += ["", f"## {title}", "", *_markdown_table(columns, rows)]
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


def _markdown_table(columns: Texts, rows: list[Texts]) -> list[str]:
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
    for title, columns, rows in tables(report):
        _fill(table(body, title, columns), rows)
    return html


def _fill(rows: ET.Element, texts: list[Texts]) -> None:
    for line in texts:
        row = add(rows, "tr")
        for text in line:
            add(row, "td", text)
