"""What can go wrong between the rig and one instrument, one class for each culprit.

Vendor exceptions (pyserial, termios, sockets) stop at the driver and leave as one of these, so that the
run loop decides on the meaning and never on a library's class.

======================  =====================================================================
:class:`LinkLost`        the wire is gone: unplugged, closed by the peer, never there
:class:`InstrumentTimeout`  the wire is there, the answer is not
:class:`ProtocolError`   bytes came that the instrument's manual does not allow
:class:`InstrumentError` the instrument itself reports an error (its code and text are kept)
:class:`NotStable`       the instrument answers, but not with a value that may be used
:class:`OverRange`       the instrument is above or below its weighing or measuring range
:class:`NotSupported`    this model cannot do that
:class:`WrongInstrument` another model or serial number answers than the bench file names
======================  =====================================================================
"""

# ruff: noqa: N818 - named for what happened on the bench, as they read in a report
from __future__ import annotations

from calibration.errors import DoseproofError


class DriverError(DoseproofError):
    """Anything that goes wrong while talking to one instrument."""


class LinkLost(DriverError, ConnectionError):
    """The connection is gone or could not be opened."""


class InstrumentTimeout(DriverError, TimeoutError):
    """No complete answer within the deadline."""


class ProtocolError(DriverError):
    """Bytes came that are not what the protocol allows; they are quoted in the message."""


class InstrumentError(DriverError):
    """The instrument reported an error of its own.

    Args:
        code: the instrument's code, as it was sent.
        text: what it means, and what to do.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


class NotStable(DriverError):
    """The instrument could not give a stable value in time."""


class OverRange(DriverError):
    """The instrument is over its range or under it."""


class NotSupported(DriverError):
    """This model has no such function."""


class WrongInstrument(DriverError):
    """Another instrument answers than the one that was named."""
