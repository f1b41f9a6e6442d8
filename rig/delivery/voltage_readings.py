"""Readings of a voltage by the calibration record of the channel, where it has one.

    volts, u_v = corrected_voltage(evidence.calibrations.get("supply"), shown_v, at=17)

Without a record of kind ``voltage`` readings are taken as they are, and add nothing to what the protocol declares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.units import VOLTAGE
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from calibration.record import CalibrationRecord

    Floats = np.ndarray[Any, np.dtype[np.float64]]

KIND: Final = "voltage"
#: Beyond the ends of the range by this part of it is the last calibrated point, read once more.
_SLACK: Final = 0.01


def corrected_voltage(record: CalibrationRecord | None, shown_v: Floats, at: int) -> tuple[Floats, float]:
    """True voltages, and the standard uncertainty that the curve adds to the one at an index.

    Args:
        record: of the channel; one of another kind corrects no voltage.
        shown_v: readings [V].
        at: which of them matters; it must lie within what was calibrated.

    Raises:
        EvidenceError: it does not.
    """
    if record is None or record.kind != KIND or record.curve is None:
        return shown_v, 0.0
    curve, unit = record.curve.curve(), VOLTAGE.magnitude("unit", VOLTAGE.parse("unit", f"1 {record.curve.x_unit}"))
    x, slack = shown_v / unit, _SLACK * (curve.highest - curve.lowest)
    if not curve.lowest - slack <= x[at] <= curve.highest + slack:
        raise EvidenceError(
            f"expected a voltage of {curve.lowest:g} to {curve.highest:g} {record.curve.x_unit}, in which the channel "
            f"was calibrated, found {x[at]:.4g} {record.curve.x_unit}"
        )
    true, u = curve.predict(x, extrapolate=True)
    to_v = VOLTAGE.magnitude("unit", VOLTAGE.parse("unit", f"1 {record.curve.y_unit}"))
    return np.asarray(true, dtype=np.float64) * to_v, float(np.asarray(u)[at]) * to_v
