"""A fault of the campaign, as its file says it.

::

    schema = 1
    id = "FLT-GAIN-HIGH"
    title = "The pump moves more than it is told"
    where = "plant"                          # plant, firmware or wire
    culprit = "device"                       # whose fault it is: the device's, or the bench's
    hazards = ["HAZ-OVER-INFUSION"]

    [[evidence]]                             # why anybody should look for it
    kind = "recall"
    source = "field safety notice of March 2014: over-infusion of more than 14.5 %"
    confirmed = true                         # false: [K], from knowledge, not looked up

    [magnitude]
    name = "excess"
    unit = "%"
    values = [5, 20, 50]                     # rising: the greater, the worse

    [world]                                  # options of the simulated world, with sums in braces
    gain = "{(1 + e) * (1 + m / 100)}"

    [[expect]]
    protocol = "rate_maximum"
    verdict = "fail"
    detectable = 20                          # from here on it may never pass

    [[expect]]
    protocol = "screening_50"
    undetectable = "the dose comes from a syringe"

Sums know ``m`` (magnitude), ``t0`` (hours until the program begins), ``d`` (hours that it lasts) and the draws of
``sound.toml``. Acts (``[[acts]]``, as in a protocol) are done while the program runs; their sums have no ``t0``
in them, because they count from its beginning.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from rig.fields import FileModel, Text, refused
from rig.files import Source
from rig.requirements.tables import HazardId

FaultId = Annotated[str, Field(pattern=r"^FLT-[A-Z0-9]+(-[A-Z0-9]+)*$", max_length=60)]
Culprit = Literal["device", "bench"]
#: The verdict that says whose fault it was.
OWN = {"device": "fail", "bench": "invalid"}


class Evidence(FileModel):
    """How it is known that such a thing happens.

    Attributes:
        kind: of the source.
        source: which one, and what it says.
        confirmed: whether it was read; an unread one is marked [K] wherever it is shown.
    """

    kind: Literal["recall", "paper", "standard", "hazard analysis", "label", "physics", "experience"]
    source: Text
    confirmed: bool

    def __str__(self) -> str:
        """As a table shows it."""
        return f"{self.kind}: {self.source}{'' if self.confirmed else ' [K]'}"


class Magnitude(FileModel):
    """How strong a fault is.

    Attributes:
        name, unit: what is counted; the unit is empty for a number.
        values: rising.
    """

    name: Text
    unit: str = ""
    values: Annotated[tuple[float, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if list(self.values) != sorted(set(self.values)):
            raise refused(f"values: expected them rising, each once, found {list(self.values)}")
        return self


class Expectation(FileModel):
    """What a protocol owes a fault.

    Attributes:
        protocol: name of its file, without ``.toml``.
        verdict: how it must end; ``inconclusive`` needs a reason. None where it cannot see the fault.
        detectable: smallest magnitude for which that is declared; the smallest of all if not given.
        undetectable: why it cannot see it.
        reason: why no more than ``inconclusive`` can be asked.
        known_defect: why the rig does not do that yet; a wrong verdict is then shown, and ends no campaign as wrong.
    """

    protocol: Text
    verdict: Literal["fail", "invalid", "inconclusive"] | None = None
    detectable: float | None = None
    undetectable: str = ""
    reason: str = ""
    known_defect: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.verdict is None) == (not self.undetectable.strip()):
            raise refused("expected either a verdict, or undetectable with the reason")
        if self.verdict is None and self.detectable is not None:
            raise refused("detectable: what is undetectable has none; leave one of them out")
        if self.verdict == "inconclusive" and not self.reason.strip():
            raise refused("reason: missing; say why no decision can be asked")
        return self


class ActTemplate(FileModel):
    """One act at the bench while the program runs; see :mod:`rig.protocol_acts`, with sums in braces."""

    at: Text
    text: str = ""
    do: str | None = None
    values: dict[str, str] = Field(default_factory=dict)
    supply: str | None = None


class Fault(FileModel):
    """One fault; see the module.

    Attributes:
        onset: when it begins, in hours from the beginning of the program, with sums in braces.
    """

    schema_version: Literal[1] = Field(alias="schema")
    id: FaultId
    title: Text
    where: Literal["plant", "firmware", "wire"]
    culprit: Culprit
    hazards: Annotated[tuple[HazardId, ...], Field(min_length=1)]
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    magnitude: Magnitude
    onset: str = "{0}"
    world: dict[str, Any] = Field(default_factory=dict)
    acts: tuple[ActTemplate, ...] = ()
    expect: Annotated[tuple[Expectation, ...], Field(min_length=1)]

    _source: Source = PrivateAttr()

    @property
    def source(self) -> Source:
        """The text it was read from."""
        return self._source

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not self.world and not self.acts:
            raise refused("expected world or acts, found neither; say how the fault is made")
        other = OWN["bench" if self.culprit == "device" else "device"]
        if any(one.verdict == other for one in self.expect):
            raise refused(f"expect: a fault of the {self.culprit} may never be owed the verdict {other}")
        names = [one.protocol for one in self.expect]
        if len(set(names)) != len(names):
            raise refused("expect: expected each protocol once")
        return self
