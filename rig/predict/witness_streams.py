"""What a calibrated load cell and flow sensor of a planned run would bring: the program, back through their own curves.

Readings are without noise, because no record says what theirs will be: it averages out over hours, while what their
curves are worth does not. The U of a leak that is predicted so is the least that it can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.units import BRIDGE_RATIO, COUNT, FLOW, MASS
from rig.delivery.witness_readings import COLUMNS, one_of
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from calibration.curve import Curve
    from calibration.record import CalibrationRecord
    from rig.delivery.levels import Floats

#: A plan needs no better density than this [g/uL]: the load of a cell decides only where on its curve it stands.
_G_PER_UL: Final = 1e-3


def witness_stream(record: CalibrationRecord, rate_ul_h: Floats, delivered_ul: Floats) -> dict[str, Any]:
    """The column that a witness would be read from, by name.

    Args:
        record: of a load cell or a flow sensor, with a curve.
        rate_ul_h, delivered_ul: of the program at each reading, shape (n,).

    Raises:
        EvidenceError: a record without a curve.
        CalibrationError: a program that the curve never reaches, or a curve that turns.
    """
    if record.curve is None:
        raise EvidenceError(f"expected a record with a curve, found {record.chain}")
    table, curve = record.curve, record.curve.curve()
    if record.kind == "flow-sensor":
        wanted, name = rate_ul_h / one_of(table.y_unit, FLOW), COLUMNS["flow-sensor"][0]
    else:
        wanted = _middle(curve) - _G_PER_UL * (delivered_ul - delivered_ul[-1] / 2.0) / one_of(table.y_unit, MASS)
        bridge = table.x_unit in BRIDGE_RATIO.spellings
        name = f"{record.channel}_v_v" if bridge else COLUMNS["load-cell"][0]
    reading = np.asarray(curve.inverse(wanted, extrapolate=True)[0]) + _empty(record)
    return {name: reading * one_of(table.x_unit, COUNT, BRIDGE_RATIO, FLOW)}


def _middle(curve: Curve) -> float:
    return float(np.mean([curve.predict(end)[0] for end in (curve.lowest, curve.highest)]))


def _empty(record: CalibrationRecord) -> float:
    """What the empty cell read, in the unit of its curve; a sensor of flow has none."""
    return float(record.properties.get("empty_reading", "0").partition(" ")[0]) if record.kind == "load-cell" else 0.0
