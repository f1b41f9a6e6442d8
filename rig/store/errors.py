"""What the store refuses."""

from __future__ import annotations

from calibration.errors import DoseproofError


class StoreError(DoseproofError):
    """The store cannot be opened, is of a newer version, or was asked for something that is not in it."""
