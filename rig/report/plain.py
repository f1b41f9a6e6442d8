"""A document as plain values, which both templates read: widths of columns, numbers of tables, what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.report.columns import lines, natural_widths, page_width, shares
from rig.report.document import Decision, Facts, Figure, Paragraph, Table
from rig.report.letters import breakable, is_hash, visible

if TYPE_CHECKING:
    from rig.report.document import Block, Document

#: A list or table of up to so many lines stays on one page, and so does a row.
TOGETHER = 26
#: Widths of names and values in a list of facts [letters].
FACTS = (26.0, 76.0)


def plain(document: Document) -> dict[str, Any]:
    """For a template: each block with its kind; tables and figures are numbered."""
    count = {"Table": 0, "Figure": 0}
    return {
        "title": document.title,
        "subject": shown(document.subject),
        "number": document.number,
        "evidence": document.evidence,
        "device_evidence": document.device_evidence,
        "issued": "" if document.issued is None else f"Issued {document.issued:%Y-%m-%d %H:%M} UTC. ",
        "laboratory": visible(document.laboratory),
        "front": _plain_blocks(document.front, count),
        "sections": [
            {
                "title": f"{i}  {section.title}",
                "blocks": _plain_blocks(section.blocks, count),
                "new_page": section.new_page,
            }
            for i, section in enumerate(document.sections, 1)
        ],
    }


def _plain_blocks(blocks: tuple[Block, ...], count: dict[str, int]) -> list[dict[str, Any]]:
    """All but tables without a row, which have nothing to say and get no number."""
    return [_plain(block, count) for block in blocks if not (isinstance(block, Table) and not block.rows)]


def _plain(block: Block, count: dict[str, int]) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": shown(block.text), "tone": block.tone}
        case Facts():
            return _plain_facts(block)
        case Decision():
            said = [shown(line) for line in block.lines]
            return {"kind": "decision", "wording": block.wording, "headline": shown(block.headline), "lines": said}
        case Table():
            return _plain_table(block, _numbered("Table", block.caption, count))
        case Figure():
            caption = _numbered("Figure", block.caption, count)
            alt = visible(block.alt)
            return {"kind": "figure", "name": block.name, "caption": caption, "alt": alt, "width": block.width}


def shown(text: str) -> str:
    """A text as both templates print it."""
    return breakable(visible(text))


def _plain_facts(facts: Facts) -> dict[str, Any]:
    texts = [(shown(name), shown(value)) for name, value in facts.rows]
    rows = [{"name": name, "value": value, "code": is_hash(value)} for name, value in texts]
    return {"kind": "facts", "rows": rows, "together": sum(lines(row, FACTS) for row in texts) <= TOGETHER}


def _plain_table(table: Table, caption: str) -> dict[str, Any]:
    rows = [[shown(text) for text in row] for row in table.rows]
    texts = [[column.heading for column in table.columns], *rows]
    numbers = frozenset(i for i, column in enumerate(table.columns) if column.align != "left")
    fitted = shares(texts, page_width(len(table.columns)), numbers)
    set_in = fitted or natural_widths(texts)
    tall = [lines(row, set_in) for row in rows]
    widths = fitted or [column.share for column in table.columns]
    return {
        "kind": "table",
        "caption": shown(caption),
        "columns": [
            {"heading": c.heading, "align": c.align, "share": width, "code": c.code}
            for c, width in zip(table.columns, widths, strict=True)
        ],
        "rows": [
            {
                "cells": [{"text": t, "pad": p} for t, p in zip(row, pads, strict=True)],
                "marked": index in table.marked,
                "breaks": tall[index] > TOGETHER,
            }
            for index, (row, pads) in enumerate(zip(rows, table.padding(), strict=True))
        ],
        "notes": [shown(note) for note in table.notes],
        "together": sum(tall) <= TOGETHER,
    }


def _numbered(word: str, caption: str, count: dict[str, int]) -> str:
    count[word] += 1
    return f"{word} {count[word]}. {caption}"
