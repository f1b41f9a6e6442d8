"""Every load cell and flow sensor of a run that has a calibration record, converted; or why one cannot speak.

    series, silent = calibrated_witnesses(evidence)
    series["flow"].seen(begin_s, end_s, window_s), silent.get("device.load-cell")

Keys are those of :meth:`rig.bench_tables.Bench.calibrations`; the records are the copies that the run keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.errors import CalibrationError
from rig.delivery.witness_readings import witness_readings
from rig.errors import EvidenceError
from rig.execute.phases import DELIVERY

if TYPE_CHECKING:
    from rig.delivery.from_record import Evidence
    from rig.delivery.witness_series import WitnessSeries

#: Kinds of record that :func:`rig.delivery.witness_readings.witness_readings` converts with.
CONVERTED = frozenset({"flow-sensor", "load-cell"})


def calibrated_witnesses(evidence: Evidence) -> tuple[dict[str, WitnessSeries], dict[str, str]]:
    """Convert what was read during the delivery.

    Returns:
        The series by channel, and the reason by channel for those that can say nothing.
    """
    series: dict[str, WitnessSeries] = {}
    silent: dict[str, str] = {}
    for channel, calibration in evidence.calibrations.items():
        if calibration.kind not in CONVERTED:
            continue
        try:
            if DELIVERY not in evidence.phases:
                raise EvidenceError("delivery never began")  # noqa: TRY301 - one way out for every reason
            rows = evidence.record.stream(channel.partition(".")[0])
            series[channel] = witness_readings(rows, calibration, evidence.phases[DELIVERY])
        except (CalibrationError, EvidenceError) as error:
            silent[channel] = str(error)
    return series, silent
