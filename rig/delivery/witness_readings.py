"""Readings of a load cell or a flow sensor by its calibration record: converted, with an uncertainty in parts.

    series = witness_readings(record.stream("flow"), calibration, (begin_s, end_s))
    series.value, series.common          # flow in uL/h; what each common error does to every reading
    seen = series.seen(t1_s, t2_s, window_s)        # what flowed in between, and its standard uncertainty

A calibration curve's error is the same curve for all readings of a run, so it does not average out. It is taken apart
into parts that are independent of each other, one row each, of one standard uncertainty:

``offset``     alike for all readings; it cancels in a difference of two masses, and grows with time in a volume
``scale``      proportional to the distance from the value at which the curve is known best; likewise
``bend``, ...  of the higher degrees

Beside them stand ``u_deviation`` (how far the instrument may lie from its own curve: residuals of the calibration, and
creep) and ``noise`` of single readings, about straight lines of their own; where a pump pulsates that is part of it.

A load cell is calibrated as the difference to the empty cell. Where its record says what the empty cell read, readings
become loads; where it does not, they become the change since the first one, which a straight line alone allows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from calibration.curve_parts import error_parts
from calibration.errors import CalibrationError
from calibration.straight_line import fit_line
from calibration.units import BRIDGE_RATIO, COUNT, FLOW, MASS, RATIO, Kind
from rig.delivery.levels import Floats, Noise, noise_of
from rig.delivery.witness_series import WitnessSeries
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.curve import Curve
    from calibration.record import CalibrationRecord

#: What each kind of record converts readings to.
_MEANS: Final[dict[str, Kind]] = {"flow-sensor": FLOW, "load-cell": MASS}
#: By what name each kind of record has its column.
COLUMNS: Final = {"flow-sensor": ("flow_ul_h",), "load-cell": ("load_cell_raw",)}
#: Columns by which an instrument itself calls a reading bad.
_BAD: Final = ("air_in_line", "high_flow")
#: The noise is that of pieces of so many readings, each about a line of its own.
_PIECE: Final = 20
#: Beyond the ends of the range by this part of it is the last calibrated point, read once more.
_SLACK: Final = 0.01


def witness_readings(
    rows: Mapping[str, Floats],
    record: CalibrationRecord,
    during: tuple[float, float] = (-math.inf, math.inf),
    *,
    column: str | None = None,
) -> WitnessSeries:
    """Convert the readings of a channel with the calibration record in force for it.

    Args:
        rows: columns of the channel by name, as :meth:`rig.record.Record.stream` gives them.
        record: of kind ``flow-sensor`` or ``load-cell``.
        during: only readings between these instants [s]; the range of the curve is judged on them.
        column: which one; None for the only one that the record can be of.

    Raises:
        CalibrationError: the record is of another kind, is of no column here, or its curve cannot be used so.
        EvidenceError: fewer than a piece of usable readings, or a witness that ran beyond what was calibrated.
    """
    if record.kind not in _MEANS or record.curve is None:
        raise CalibrationError(f"expected a record of a load cell or a flow sensor with a curve, found {record.chain}")
    name, table, curve = column or _column(rows, record), record.curve, record.curve.curve()
    time_s, raw, excluded = _usable(rows, name, during)
    x, absolute = _distance_to_empty(raw / one_of(table.x_unit, COUNT, BRIDGE_RATIO, FLOW), curve, record)
    inside = (x >= curve.lowest) & (x <= curve.highest)
    if absolute:
        _refuse_outside(x, curve, record, name)
    value, _ = curve.predict(x, extrapolate=True)
    common = error_parts(curve, x)
    if not absolute:  # the change since the first reading: what is alike in all of them has cancelled
        value, common = value - value[0], {part: row - row[0] for part, row in common.items()}
    unit = one_of(table.y_unit, FLOW, MASS)
    value = np.asarray(value) * unit
    return WitnessSeries(
        kind=record.kind,
        column=name,
        unit="uL/h" if record.kind == "flow-sensor" else "g",
        time_s=time_s,
        value=value,
        common={part: row * unit for part, row in common.items()},
        u_deviation=_u_deviation(curve, record) * unit,
        noise=_noise(time_s, value, name),
        nu=math.inf if curve.u_known else float(curve.dof),
        inside=inside,
        absolute=absolute,
        excluded=excluded,
        calibration_sha256=record.sha256,
    )


def _column(rows: Mapping[str, Floats], record: CalibrationRecord) -> str:
    """The column that the record is of: by its usual name, or by the unit and the channel's name in the record."""
    found = [name for name in COLUMNS[record.kind] if name in rows]
    unit = "" if record.curve is None else record.curve.x_unit
    if not found and unit in BRIDGE_RATIO.spellings:
        bridges = [name for name in rows if name.endswith("_v_v")]
        found = [n for n in bridges if n == f"{record.channel}_v_v"] or bridges
    if len(found) != 1:
        raise CalibrationError(
            f"expected one column that {record.chain} of {record.instrument.serial_number} can be of, found "
            f"{', '.join(found) or 'none'} among {', '.join(rows)}; name it"
        )
    return found[0]


def _usable(
    rows: Mapping[str, Floats], name: str, during: tuple[float, float]
) -> tuple[Floats, Floats, tuple[tuple[str, int], ...]]:
    """Times and readings that may be used, and how many may not, by reason."""
    if name not in rows:
        raise CalibrationError(f"expected a column {name}, found {', '.join(rows)}")
    time_s, raw = rows["t_s"], rows[name].astype(np.float64)
    wanted = (time_s >= during[0]) & (time_s <= during[1])
    good, excluded = wanted.copy(), []
    said = {one: rows[one].astype(bool) for one in _BAD if one in rows}
    said["no reading"] = ~np.isfinite(raw) | ((raw == -1) if name == "load_cell_raw" else False)
    for why, bad in said.items():
        if count := int((bad & good).sum()):
            excluded.append((why, count))
        good &= ~bad
    if good.sum() < _PIECE:
        raise EvidenceError(f"{name}: expected at least {_PIECE} usable readings, found {int(good.sum())}")
    return time_s[good], raw[good], tuple(excluded)


def one_of(unit: str, *kinds: Kind) -> float:
    """What one unit of a curve is in the unit of our columns."""
    kind = next(kind for kind in kinds if unit in kind.spellings)
    return kind.magnitude("curve", kind.parse("curve", f"1 {unit}"))


def _distance_to_empty(raw: Floats, curve: Curve, record: CalibrationRecord) -> tuple[Floats, bool]:
    """Readings as the curve knows them, and whether they are absolute."""
    if record.kind != "load-cell":
        return raw, True
    if (empty := record.properties.get("empty_reading")) is not None:
        number, _, unit = empty.partition(" ")
        if record.curve is None or unit != record.curve.x_unit:
            raise CalibrationError(f"empty_reading: expected a number in the unit of the curve, found {empty!r}")
        return raw - float(number), True
    if curve.degree > 1:
        raise CalibrationError(
            f"the curve of {record.instrument.serial_number} has degree {curve.degree}, and its record does not say "
            "what the empty cell read: where on the curve a reading lies is not known; calibrate the load cell again"
        )
    return raw - raw[0] + (curve.lowest + curve.highest) / 2, False


def _refuse_outside(x: Floats, curve: Curve, record: CalibrationRecord, name: str) -> None:
    """A sensor is calibrated by means, and single readings of a flow that pulsates go far beyond them."""
    found = [float(x.mean())] if record.kind == "flow-sensor" else np.percentile(x, [5.0, 95.0]).tolist()
    slack = _SLACK * (curve.highest - curve.lowest)
    if min(found) >= curve.lowest - slack and max(found) <= curve.highest + slack:
        return
    told = " to ".join(f"{one:.4g}" for one in found)
    raise EvidenceError(
        f"{name}: expected {curve.lowest:.4g} to {curve.highest:.4g}, which was calibrated, found {told}; calibrate "
        "over the range of the run"
    )


def _u_deviation(curve: Curve, record: CalibrationRecord) -> float:
    """Residuals of the calibration, and creep as a rectangle of the greatest load."""
    creep = record.properties.get("creep")
    share = 0.0 if creep is None else RATIO.magnitude("creep", RATIO.parse("creep", creep)) / 100.0
    greatest = max(abs(float(curve.predict(end)[0])) for end in (curve.lowest, curve.highest))
    return math.hypot(curve.residual_sd or 0.0, share * greatest / math.sqrt(3.0))


def _noise(time_s: Floats, value: Floats, name: str) -> Noise:
    whole = len(value) // _PIECE
    pieces = (slice(k * _PIECE, (k + 1) * _PIECE) for k in range(whole))
    return noise_of(np.concatenate([fit_line(time_s[p], value[p]).residuals for p in pieces]), name)
