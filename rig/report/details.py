"""What a report says beside the record: the laboratory, the customer, the requirements that there are.

    schema = 1
    [laboratory]
    name = "Pump laboratory"
    address = "1 Example Road, Exampletown"
    [customer]
    name = "Example Medical"
    address = "2 Example Road"
    [item]
    received = 2026-03-01
    condition = "new, sealed"
    catheter = "lot C-77"
    [plan]
    reference = "VP-012, revision 3"
    sampling = "1 of 12 pumps of lot L-5, drawn at random"
    rationale = "one pump shows the method; the lot is judged by VP-013"
    conclusion = "no action needed"
    [[hazard]]
    id = "HAZ-OVER-INFUSION"
    text = "more drug than programmed"
    [[requirement]]
    id = "REQ-FLOW-MEAN"
    text = "mean flow within 14.5 % of the programmed one"
    hazards = ["HAZ-OVER-INFUSION"]

Everything is optional. What is left out is printed as *not stated*, because ISO/IEC 17025, 7.8.2.1 asks for it; without
a list of requirements no gap can be shown, and the report says so.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from rig.fields import FileModel
from rig.files import Source, read_model, read_source

NOT_STATED = "not stated"


class Party(FileModel):
    """A laboratory or a customer."""

    name: str = NOT_STATED
    address: str = NOT_STATED


class Item(FileModel):
    """What was tested, beyond what it answers itself.

    Attributes:
        received: when it came.
        condition: in which.
        catheter: catheter or set, with its lot.
        accessories: what was connected.
    """

    received: date | None = None
    condition: str = NOT_STATED
    catheter: str = NOT_STATED
    accessories: str = NOT_STATED


class Plan(FileModel):
    """On what plan the test stands.

    Attributes:
        reference: the document.
        sampling: how the item was chosen.
        rationale: why these acceptance criteria and this sample size.
        location: where it was tested, if not at the laboratory's address.
        external: results of other providers.
        conclusion: and what has to be done.
    """

    reference: str = NOT_STATED
    sampling: str = NOT_STATED
    rationale: str = NOT_STATED
    location: str = NOT_STATED
    external: str = "none"
    conclusion: str = NOT_STATED


class Hazard(FileModel):
    """A hazard of the risk file."""

    id: str
    text: str = ""


class Requirement(FileModel):
    """A requirement, with the hazards that it controls."""

    id: str
    text: str = ""
    hazards: tuple[str, ...] = ()


class Details(FileModel):
    """The whole file."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    laboratory: Party = Field(default_factory=Party)
    customer: Party = Field(default_factory=Party)
    item: Item = Field(default_factory=Item)
    plan: Plan = Field(default_factory=Plan)
    hazard: tuple[Hazard, ...] = ()
    requirement: tuple[Requirement, ...] = ()


def load_details(path: Path | None) -> tuple[Details, str]:
    """Read the file, and give its text too, which goes into the report's data.

    Raises:
        FileError: with every problem.
    """
    return read_details("" if path is None else read_source(path).text, "details" if path is None else str(path))


def read_details(text: str, name: str) -> tuple[Details, str]:
    """The same from text; empty text states nothing."""
    return (read_model(Details, Source(name, text)) if text else Details(schema=1)), text
