"""A requirement and a hazard, as ``requirements.toml`` and ``hazards.toml`` say them.

::

    schema = 1
    [[requirement]]
    id = "REQ-FLOW-MEAN"
    text = "Over whole roller cycles the pump delivers the programmed volume."
    source = "over-infusion is above 14.5 % of the programmed rate"
    rationale = "the patient's dose is the mean over hours"
    limit = "14.5 %"
    rule = "guard-band-U"
    hazards = ["HAZ-OVER-INFUSION"]

The eight classes of hazards are those of FDA, *Infusion Pumps Total Product Life Cycle* (2014), used by analogy: an
implantable pump is not in its scope.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from rig.fields import FileModel, Text
from rig.requirements.limit_text import checked_limit

#: FDA (2014), document 1694; the same in the hazard analyses of the generic (PCA) infusion pump.
HazardClass = Literal[
    "operational",
    "environmental",
    "electrical",
    "hardware",
    "software",
    "mechanical",
    "biological and chemical",
    "use",
]
RequirementId = Annotated[str, Field(pattern=r"^REQ-[A-Z0-9]+(-[A-Z0-9]+)*$", max_length=60)]
HazardId = Annotated[str, Field(pattern=r"^HAZ-[A-Z0-9]+(-[A-Z0-9]+)*$", max_length=60)]


class Hazard(FileModel):
    """What can happen to a patient, and how it has happened.

    Attributes:
        id: ``HAZ-...``.
        hazard_class: one of the eight.
        text: the hazard in a sentence.
        harm: what it does to a patient.
        evidence: recalls, papers, or the analysis that it comes from.
    """

    id: HazardId
    hazard_class: HazardClass = Field(alias="class")
    text: Text
    harm: Text
    evidence: Text


class ReqifOrigin(FileModel):
    """Where a requirement came from, if from a customer's ReqIF file.

    Attributes:
        object: identifier of the spec object.
        text_sha256: of its text when it was imported.
    """

    object: Text
    text_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Requirement(FileModel):
    """What a pump must do.

    Attributes:
        id: ``REQ-...``.
        text: one sentence that can be tested.
        source: where it comes from.
        rationale: why it is asked, and why with this limit.
        limit: with its unit; a behaviour that is or is not there says ``"yes or no"``.
        rule: how the uncertainty enters the decision.
        hazards: what it controls, one at least.
        reqif: the object of a customer's file that it was imported from; None where it was not.
    """

    id: RequirementId
    text: Text
    source: Text
    rationale: Text
    limit: Annotated[str, AfterValidator(checked_limit)]
    rule: Text
    hazards: Annotated[tuple[HazardId, ...], Field(min_length=1)]
    reqif: ReqifOrigin | None = None


class RequirementsFile(FileModel):
    """``requirements.toml``."""

    schema_version: Literal[1] = Field(alias="schema")
    requirement: Annotated[tuple[Requirement, ...], Field(min_length=1)]


class HazardsFile(FileModel):
    """``hazards.toml``."""

    schema_version: Literal[1] = Field(alias="schema")
    hazard: Annotated[tuple[Hazard, ...], Field(min_length=1)]
