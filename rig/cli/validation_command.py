"""``rig validation``: what assures each function of this tool, from a run of its tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from rig.cli.exits import UsageError
from rig.record.disk import write_whole
from rig.validation.document import gaps_of, validation_document
from rig.validation.functions import load_functions
from rig.validation.markdown import markdown_text
from rig.validation.run import read_runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FAILED, MISSING = 1, 3


def validation_command(results: Sequence[Path], functions_file: Path, out: Path) -> int:
    """Write validation.md, .html and .pdf; 0 where all is shown, 1 where a test failed, 3 where something is missing.

    Raises:
        DoseproofError: a file cannot be used, or the pages cannot be written.
    """
    from rig.report.html import html_text
    from rig.report.pdf import pdf_bytes

    functions, run = load_functions(functions_file), read_runs(results)
    document, gaps = validation_document(functions, run), gaps_of(functions, run)
    pages = {"md": markdown_text(document).encode(), "html": html_text(document).encode(), "pdf": pdf_bytes(document)}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for ending, data in pages.items():
            write_whole(out / f"validation.{ending}", data)
    except OSError as error:
        raise UsageError(f"{out}: could not be written: {error.strerror or error}; name another folder") from error
    failed = sum(gap.kind == "failed" for gap in gaps)
    typer.echo(f"{len(functions)} functions, {len(run.cases)} tests, {len(gaps)} gaps ({failed} failed); see {out}")
    return FAILED if failed else MISSING if gaps else 0
