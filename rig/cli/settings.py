"""Where settings come from: flag > environment > the project's ``doseproof.toml`` > default.

    schema = 1
    out = "records"            # where records go, from the folder of this file
    operator = "A. Weber"
    book = "calibration"       # the book of calibration records, from the folder of this file
    store = "lab.sqlite"       # the store, from the folder of this file; or "postgresql+psycopg://rig@host/lab"
    segment_size = "64 MiB"    # a stream of a record goes on in another file when it has so many bytes of values,
    segment_duration = "48 h"  # or lasts so long on the bench's clock

The file is looked for in the present folder and above it. Flags and environment (``DOSEPROOF_OUT``,
``DOSEPROOF_OPERATOR``, ``DOSEPROOF_BOOK``, ``DOSEPROOF_STORE``) are read together by the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from calibration.units import DATA_SIZE, TIME
from rig.fields import DataSize, FileModel, PositiveDuration, default
from rig.files import read_model, read_source
from rig.record.segments import DEFAULT_LIMITS, SegmentLimits

FILE = "doseproof.toml"
DEFAULT_BOOK = Path("calibration")
DEFAULT_STORE = "doseproof-store.sqlite"


class _Project(FileModel):
    schema_version: Literal[1] = Field(alias="schema")
    out: str | None = None
    operator: str | None = None
    book: str | None = None
    store: str | None = None
    segment_size: DataSize = default(DATA_SIZE, "64 MiB")
    segment_duration: PositiveDuration = default(TIME, "48 h")

    @property
    def segments(self) -> SegmentLimits:
        """When a stream of a record goes on in another file."""
        size, duration = self.segment_size, self.segment_duration
        return SegmentLimits(
            int(DATA_SIZE.magnitude("segment_size", size)), TIME.magnitude("segment_duration", duration)
        )


@dataclass(frozen=True)
class Settings:
    """What holds for this command.

    Attributes:
        out: folder for records.
        operator: who runs it; empty where nobody was named.
        book: folder of calibration records and standards.
        home: the project's folder; the present one where there is no project.
        store: file or URL of the store.
        store_named: whether flag, environment or project names it.
        segments: when a stream of a record goes on in another file.
    """

    out: Path
    operator: str
    book: Path
    home: Path
    store: str = DEFAULT_STORE
    store_named: bool = False
    segments: SegmentLimits = DEFAULT_LIMITS

    @property
    def has_store(self) -> bool:
        """Whether somebody named a store, or the one of the default is there."""
        return self.store_named or Path(self.store).is_file()


def find_settings(
    out: Path | None,
    operator: str | None,
    *,
    default_out: Path = Path(),
    book: Path | None = None,
    store: str | None = None,
    start: Path | None = None,
) -> Settings:
    """Settings for one command.

    Args:
        out, operator, book, store: from flag or environment; None where neither says anything.
        default_out: where records go if nobody says.
        start: the folder to look from; the present one if None.

    Raises:
        FileError: the project's file cannot be used.
    """
    here = (start or Path.cwd()).resolve()
    folder = next((place for place in (here, *here.parents) if (place / FILE).is_file()), None)
    said = None if folder is None else read_model(_Project, read_source(folder / FILE))
    if out is None and folder is not None and said is not None and said.out is not None:
        out = folder / said.out
    if book is None and folder is not None and said is not None and said.book is not None:
        book = folder / said.book
    if store is None and folder is not None and said is not None and said.store is not None:
        store = said.store if "://" in said.store else str(folder / said.store)
    if operator is None and said is not None:
        operator = said.operator
    records, calibrations = out or default_out, book or DEFAULT_BOOK
    limits = DEFAULT_LIMITS if said is None else said.segments
    store_named = store is not None
    return Settings(records, operator or "", calibrations, folder or here, store or DEFAULT_STORE, store_named, limits)
