"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

#: 1e4 / (1 - p) for an interval of 95 % (JCGM 101 7.2.2), and what half a gigabyte holds.
FEWEST_DRAWS, MOST_DRAWS = 200_000, 50_000_000


def draws_of(text: str) -> int:
    """A number of draws as it is typed: 1000000, 1e6.

    Raises:
        BadParameter: no whole number, or one that is too small for an interval of 95 % or too large for a memory.
    """
    try:
        draws = float(text)
    except ValueError:
        draws = 0.0
    if not (FEWEST_DRAWS <= draws <= MOST_DRAWS and draws.is_integer()):
        expected = f"expected a whole number of draws from {FEWEST_DRAWS:,} to {MOST_DRAWS:,}, such as 1e6"
        raise typer.BadParameter(f"{expected}, found {text!r}")
    return int(draws)


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
MonteCarlo = Annotated[
    int | None,
    typer.Option(help="Draw the mean flow error so often (1e6), beside its budget.", metavar="DRAWS", parser=draws_of),
]
