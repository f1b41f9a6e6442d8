"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[
    Path | None,
    typer.Option(help="Folder for records; each run makes a new folder in it.", envvar="DOSEPROOF_OUT"),
]
Operator = Annotated[
    str | None, typer.Option(help="Who runs it, for the record.", envvar="DOSEPROOF_OPERATOR", show_default=False)
]
Book = Annotated[
    Path | None,
    typer.Option(help="Folder of calibration records and standards.", envvar="DOSEPROOF_BOOK", show_default=False),
]
RecordFolder = Annotated[Path, typer.Argument(help="A record, or a folder that holds exactly one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Everything as JSON on stdout.")]
BenchFile = Annotated[Path, typer.Option("--bench", help="The bench file (TOML).")]
StoreAt = Annotated[
    str | None,
    typer.Option("--store", help="File or URL of the store.", envvar="DOSEPROOF_STORE", show_default=False),
]
