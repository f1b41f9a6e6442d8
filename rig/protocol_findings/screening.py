"""The table of the screening dose: an injection by syringe, before there is a pump."""

from __future__ import annotations

from rig.fields import PositiveVolume
from rig.protocol_findings.happened import Instant
from rig.protocol_findings.ruled import Ruled
from rig.protocol_findings.sides import PercentSides, TimeSides


class Screening(Ruled):
    """One injection into the beaker while the pump stands: its volume and its time.

    Attributes:
        volume: that should be injected.
        after, before: the injection lies between these two instants, with a few minutes to spare on either side.
        limit: of the error of the volume.
        time_limit: of the time that the injection took, such as ``">= 60 s"``.
    """

    volume: PositiveVolume
    after: Instant
    before: Instant
    limit: PercentSides | None = None
    time_limit: TimeSides | None = None
