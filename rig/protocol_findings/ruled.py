"""What every decided finding of a protocol has: a rule, a coverage factor, and a population where one is known."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from calibration.units import RATIO, Quantity
from rig.fields import FileModel, KindField, Ratio, Text
from rig.protocol_findings.limits import SingleLimit


class PriorTable(FileModel):
    """A population of true errors, for the global risk of the rule; without its source there is none.

    Attributes:
        mean, sd: of the population.
        source: where they come from, in words that a reviewer can follow.
    """

    mean: Annotated[Quantity, KindField(RATIO)]
    sd: Ratio
    source: Text


class Ruled(FileModel):
    """A decision rule.

    Attributes:
        rule: name of a decision rule (entry points ``doseproof.rules``).
        k: coverage factor of the expanded uncertainty.
    """

    rule: str = "guard-band-U"
    k: Annotated[float, Field(ge=1.0, le=4.0)] = 2.0

    @property
    def decides(self) -> bool:
        """Whether the table gives any limit; without one its findings are informative."""
        return any(getattr(self, name) is not None for name in type(self).model_fields if "limit" in name)


class Decided(Ruled):
    """A limit of one value, and the rule by which the value with its uncertainty is held against it.

    Attributes:
        limit: what is accepted.
        prior: of the errors of all pumps; None where nobody knows it.
    """

    limit: SingleLimit
    prior: PriorTable | None = None
