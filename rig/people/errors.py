"""What people are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.errors import DoseproofError

if TYPE_CHECKING:
    from collections.abc import Sequence


class RefusedError(DoseproofError):
    """A signature, correction or replacement that may not be given; nothing was written but the refusal."""

    def __init__(self, what: str, reasons: Sequence[str]) -> None:
        listed = "\n".join(f"  - {reason}" for reason in reasons)
        super().__init__(f"{what} was refused:\n{listed}")
        self.reasons = tuple(reasons)


class LoginError(DoseproofError):
    """Name and password do not belong together, or nobody may try any more for a while."""
