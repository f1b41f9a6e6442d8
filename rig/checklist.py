"""The set-up checklist of a run: declared in a file, answered by a person, kept with the record.

    [checklist]
    use = "standard"                 # in a protocol; or a file of the laboratory's own

    items = read_checklist(checklist_source(protocol)).items_for("before", bench)

A no, or a value that is not plausible, refuses the start. The list that comes along is
``rig/checklists/standard.toml``.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from calibration.errors import UnitError
from calibration.units import KINDS, RATIO, VOLUME
from rig.fields import FileModel, refused
from rig.files import Source, read_model, read_source

if TYPE_CHECKING:
    from rig.bench import Bench
    from rig.protocol import Protocol

STANDARD: Final = "standard"
#: Copy of the list below ``inputs/`` of a record.
COPY: Final = "checklist.toml"
#: In place of a least value: what the program delivers, with the guard against over-volume.
PROGRAMMED: Final = "programmed"
_YES: Final = frozenset({"yes", "y"})
_PLAIN: Final = frozenset({"yes", "text", "number"})


class Item(FileModel):
    """One question.

    Attributes:
        id: for answers prepared beforehand.
        text: as a person is asked.
        kind: ``yes`` (anything else refuses), ``text``, ``number``, or a kind of :mod:`calibration.units`.
        least, most: plausible range of a number or quantity, both included.
        when: before the run, or after it.
        release: whether a result for release needs the answer of a person.
        only: driver of the device that it is about; empty for any.
        filled_by: ``balance driver`` where its ``prepare`` answers, unless it could not check everything.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    text: Annotated[str, Field(min_length=1)]
    kind: str = "yes"
    least: str | None = None
    most: str | None = None
    when: Literal["before", "after"] = "before"
    release: bool = True
    only: str = ""
    filled_by: Literal["", "balance driver"] = ""

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if self.kind not in _PLAIN and self.kind not in KINDS:
            raise refused(f"kind: expected yes, text, number or one of {', '.join(sorted(KINDS))}, found {self.kind!r}")
        for name in ("least", "most"):
            limit = getattr(self, name)
            if limit is not None and limit != PROGRAMMED and (wrong := self._read(limit)[1]):
                raise refused(f"{name}: {wrong}")
        return self

    def problem(self, answer: str, programmed_ul: float) -> str:
        """Why an answer refuses the start; empty where it does not.

        Args:
            answer: as it was given.
            programmed_ul: what the program delivers, with the guard [uL].
        """
        if not answer.strip():
            return "expected an answer, found none"
        if self.kind == "text":
            return ""
        if self.kind == "yes":
            return "" if answer.strip().lower() in _YES else f"expected yes, found {answer!r}"
        value, wrong = self._read(answer)
        if wrong:
            return wrong
        for name, limit in (("least", self.least), ("most", self.most)):
            bound = programmed_ul if limit == PROGRAMMED else None if limit is None else self._read(limit)[0]
            if bound is not None and (value < bound if name == "least" else value > bound):
                said = f"{programmed_ul:.4g} uL" if limit == PROGRAMMED else limit
                return f"expected at {name} {said}, found {answer!r}"
        return ""

    def _read(self, text: str) -> tuple[float, str]:
        try:
            if self.kind in _PLAIN:
                value = float(text)
                return value, "" if math.isfinite(value) else f"expected a number, found {text!r}"
            kind = KINDS[self.kind]
            return kind.magnitude(self.id, kind.parse(self.id, text)), ""
        except UnitError as error:
            return math.nan, str(error)
        except ValueError:
            return math.nan, f"expected a number, found {text!r}"


class Checklist(FileModel):
    """The file.

    Attributes:
        name: for the record.
        item: in the order in which they are asked.
    """

    schema_version: Literal[1] = Field(alias="schema")
    name: Annotated[str, Field(min_length=1)]
    item: Annotated[tuple[Item, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _own_ids(self) -> Self:
        ids = [one.id for one in self.item]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise refused(f"item: each needs an id of its own, found {', '.join(twice)} twice")
        return self

    def items_for(self, when: str, bench: Bench) -> list[Item]:
        """What is asked before or after a run on this bench."""
        return [one for one in self.item if one.when == when and one.only in {"", bench.device.driver}]


def checklist_source(protocol: Protocol) -> Source | None:
    """The text of the list that a protocol names; None where it names none.

    Raises:
        FileError: it cannot be read.
    """
    if protocol.checklist is None:
        return None
    if protocol.checklist.use == STANDARD:
        return read_source(Path(__file__).parent / "checklists" / "standard.toml")
    return read_source((protocol.source.directory or Path()) / protocol.checklist.use)


def read_checklist(source: Source) -> Checklist:
    """Read a list.

    Raises:
        FileError: with every problem.
    """
    return read_model(Checklist, source)


def programmed_ul(protocol: Protocol) -> float:
    """What the program delivers at most before the guard against over-volume stops it [uL]."""
    programmed = float(protocol.dose.volume_ul(protocol.timing.delivery_s))
    ratio = RATIO.magnitude("over_volume_ratio", protocol.safety.over_volume_ratio) / 100.0
    return programmed * (1.0 + ratio) + VOLUME.magnitude("over_volume", protocol.safety.over_volume)
