"""The factor that the pump keeps, against the one that its calibration record left there.

A pump counts its steps with its own factor: where that is not the one of the record, what it claims and what the record
says belong to two different pumps, though the serial number is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.units import VOLUME
from drivers.errors import DriverError
from drivers.interfaces import StoredCalibration
from rig.gate.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from calibration.record import CalibrationRecord
    from rig.bench import OpenBench

#: What a record says is rounded to a millionth of a nanolitre, which is what a pump can keep [nL].
_DIGIT_NL: Final = 1e-6
#: The factor after the calibration; where it wrote none, the one that it found.
_NAMES: Final = ("factor_as_left", "factor_as_found")


def factor_reasons(
    opened: OpenBench, calibrations: Mapping[str, CalibrationRecord], silent: AbstractSet[str]
) -> list[Reason]:
    """Whether the pump still counts by the factor of its record.

    Args:
        opened: the bench, prepared; a pump that keeps a calibration is asked for it.
        calibrations: by channel.
        silent: channels that are not ready; they are not asked.
    """
    record, pump = calibrations.get("device"), opened.device
    if record is None or not isinstance(pump, StoredCalibration) or "device" in silent:
        return []
    said = next((record.properties[name] for name in _NAMES if name in record.properties), None)
    if said is None:
        return []
    try:
        holds = float(pump.calibration().volume_per_step.m_as("nL"))
    except DriverError as error:
        return [Reason.of_driver(opened.file, "device", error)]
    left = float(VOLUME.parse("factor", said).m_as("nL"))
    if abs(holds - left) <= 1.5 * _DIGIT_NL:
        return []
    text = f"expected the factor of its record, {left:.6f} nL per step, found {holds:.6f} nL in the pump"
    return [Reason("device", text, "calibrate it again, or name the record that wrote this factor")]
