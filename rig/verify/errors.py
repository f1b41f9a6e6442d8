"""What a metric or a decision refuses.

>>> from calibration.errors import DoseproofError
>>> issubclass(MetricError, DoseproofError)
True
"""

from __future__ import annotations

from calibration.errors import DoseproofError


class MetricError(DoseproofError, ValueError):
    """A metric was asked for what its data cannot give: a window longer than the record, no whole cycle."""


class NoChangeError(MetricError):
    """A change of flow was looked for, and what was found is noise, or nowhere near.

    Attributes:
        change_ul_h, u_ul_h: what was found, and its standard uncertainty [uL/h].
    """

    def __init__(self, text: str, change_ul_h: float, u_ul_h: float) -> None:
        super().__init__(text)
        self.change_ul_h, self.u_ul_h = change_ul_h, u_ul_h


class RuleError(DoseproofError, ValueError):
    """A decision cannot be made as asked: an unknown rule, no limit, a value or uncertainty that is no number."""
