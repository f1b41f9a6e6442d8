"""What a metric or a decision refuses.

>>> from calibration.errors import DoseproofError
>>> issubclass(MetricError, DoseproofError)
True
"""

from __future__ import annotations

from calibration.errors import DoseproofError


class MetricError(DoseproofError, ValueError):
    """A metric was asked for what its data cannot give: a window longer than the record, no whole cycle."""


class RuleError(DoseproofError, ValueError):
    """A decision cannot be made as asked: an unknown rule, no limit, a value or uncertainty that is no number."""
