"""A document as plain values, which both templates read: widths of columns, numbers of tables, what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.report.columns import page_width, shares
from rig.report.document import Decision, Facts, Figure, Paragraph, Table

if TYPE_CHECKING:
    from rig.report.document import Block, Document


def plain(document: Document) -> dict[str, Any]:
    """For a template: each block with its kind; tables and figures are numbered."""
    count = {"Table": 0, "Figure": 0}
    return {
        "title": document.title,
        "subject": document.subject,
        "number": document.number,
        "evidence": document.evidence,
        "device_evidence": document.device_evidence,
        "issued": "" if document.issued is None else f"Issued {document.issued:%Y-%m-%d %H:%M} UTC. ",
        "laboratory": document.laboratory,
        "front": _plain_blocks(document.front, count),
        "sections": [
            {"title": f"{i}  {section.title}", "blocks": _plain_blocks(section.blocks, count)}
            for i, section in enumerate(document.sections, 1)
        ],
    }


def _plain_blocks(blocks: tuple[Block, ...], count: dict[str, int]) -> list[dict[str, Any]]:
    """All but tables without a row, which have nothing to say and get no number."""
    return [_plain(block, count) for block in blocks if not (isinstance(block, Table) and not block.rows)]


def _plain(block: Block, count: dict[str, int]) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": block.text, "tone": block.tone}
        case Facts():
            return {"kind": "facts", "rows": [list(row) for row in block.rows]}
        case Decision():
            lines = list(block.lines)
            return {"kind": "decision", "wording": block.wording, "headline": block.headline, "lines": lines}
        case Table():
            return _plain_table(block, _numbered("Table", block.caption, count))
        case Figure():
            caption = _numbered("Figure", block.caption, count)
            return {"kind": "figure", "name": block.name, "caption": caption, "alt": block.alt, "width": block.width}


def _plain_table(table: Table, caption: str) -> dict[str, Any]:
    texts = [[column.heading for column in table.columns], *table.rows]
    numbers = frozenset(i for i, column in enumerate(table.columns) if column.align != "left")
    widths = shares(texts, page_width(len(table.columns)), numbers) or [column.share for column in table.columns]
    return {
        "kind": "table",
        "caption": caption,
        "columns": [
            {"heading": c.heading, "align": c.align, "share": width, "code": c.code}
            for c, width in zip(table.columns, widths, strict=True)
        ],
        "rows": [
            {
                "cells": [{"text": t, "pad": p} for t, p in zip(row, pads, strict=True)],
                "marked": index in table.marked,
            }
            for index, (row, pads) in enumerate(zip(table.rows, table.padding(), strict=True))
        ],
        "notes": list(table.notes),
    }  # fmt: skip


def _numbered(word: str, caption: str, count: dict[str, int]) -> str:
    count[word] += 1
    return f"{word} {count[word]}. {caption}"
