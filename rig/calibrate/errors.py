"""What can go wrong in a calibration procedure, beyond the instruments and the numbers."""

from __future__ import annotations

from calibration.errors import DoseproofError


class AnswerError(DoseproofError):
    """What a person typed is no answer to the question; ask again."""


class ProcedureError(DoseproofError):
    """A procedure that cannot be carried out on this bench, or be resumed."""
