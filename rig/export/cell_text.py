"""Texts of a CSV file that stay texts in a spreadsheet, which takes ``=1+1`` in a cell for a formula and works it out.

A name on a bench, an answer of a person or a status of an instrument may begin so. Spreadsheets read what has an
apostrophe in front as text; so a text whose first letter, beside blanks and quotes, is ``=``, ``+``, ``-`` or ``@``
gets one, and who takes it away again has the text of the record. Numbers stay as they are. Source: OWASP, "CSV
Injection".

>>> cell_text("=1+1"), cell_text("-3.5"), cell_text("- 3 drops"), cell_text("5 - 3")
("'=1+1", '-3.5', "'- 3 drops", '5 - 3')
>>> line_text("operator: Ann,=1+1")
"operator: Ann,'=1+1"
"""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = r"\s*[+-](\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*"
_FORMULA: Final = re.compile(rf"(?!{_NUMBER}\Z)['\"\s]*[=+\-@]")


def cell_text(text: str) -> str:
    """One cell, with an apostrophe in front of what would be taken for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def line_text(line: str) -> str:
    """A line of words that is no row: the same after each comma and semicolon, where a spreadsheet begins a cell."""
    return re.sub("[^,;]+", lambda found: cell_text(found[0]), line)
