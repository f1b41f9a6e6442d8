"""A curve as plain numbers, text and lists, for a JSON or TOML file, and back to the last bit.

>>> read_table({"degree": 1})
Traceback (most recent call last):
...
calibration.errors.CalibrationError: calibration curve refused:
  coefficients: missing
  covariance: missing
  x0: missing
  lowest: missing
  highest: missing
  dof: missing
  u_known: missing

What is empty or does not apply is left out, as TOML has no word for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.curve_points import refusal

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_REQUIRED = ("degree", "coefficients", "covariance", "x0", "lowest", "highest", "dof", "u_known")
_NUMBERS = ("x0", "lowest", "highest", "residual_sd", "sum_of_squares")
_COLUMNS = ("coefficients", "x", "residuals", "u_points")
_MATRICES = ("covariance", "covariance_common")
_OTHERS: dict[str, type] = {"degree": int, "dof": int, "u_known": bool, "through_zero": bool, "method": str}


def table_of(curve: DataclassInstance) -> dict[str, Any]:
    """The fields of a curve, tuples as lists."""
    entries = {field.name: getattr(curve, field.name) for field in fields(curve)}
    return {name: _listed(value) for name, value in entries.items() if value is not None and value != ()}


def read_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """Judge a table and give its entries as a curve wants them.

    Raises:
        CalibrationError: unknown, missing or wrong entries; all of them in one message.
    """
    known = {*_NUMBERS, *_COLUMNS, *_MATRICES, *_OTHERS}
    reasons = [f"{name}: unknown; remove it or correct its spelling" for name in table if name not in known]
    reasons += [f"{name}: missing" for name in _REQUIRED if name not in table]
    read = {name: _entry(name, value, reasons) for name, value in table.items() if name in known}
    if not reasons:
        reasons = _contradictions(read)
    if reasons:
        raise refusal(reasons)
    return read


def _entry(name: str, value: object, reasons: list[str]) -> Any:
    try:
        if name in _NUMBERS:
            return _number(value)
        if name in _COLUMNS:
            return _column(value)
        if name in _MATRICES:
            return tuple(_column(row) for row in _sequence(value))
    except TypeError as error:
        reasons.append(f"{name}: expected {error}, found {value!r}")
        return None
    if type(value) is not _OTHERS[name]:
        reasons.append(f"{name}: expected {_OTHERS[name].__name__}, found {value!r}")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError("finite numbers")
    return float(value)


def _sequence(value: object) -> list[object] | tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError("a list")
    return value


def _column(value: object) -> tuple[float, ...]:
    return tuple(_number(one) for one in _sequence(value))


def _contradictions(read: Mapping[str, Any]) -> list[str]:
    size, reasons = len(read["coefficients"]), []
    if not 0 <= read["degree"] <= 3 or size != read["degree"] + 1:
        reasons.append(f"degree: expected 0 to 3 with one coefficient more, found {read['degree']} with {size}")
    if not read["lowest"] <= read["highest"]:
        reasons.append(f"lowest, highest: expected in this order, found {read['lowest']:g}, {read['highest']:g}")
    if read["dof"] < 1:
        reasons.append(f"dof: expected one or more, found {read['dof']}")
    reasons += [one for name in _MATRICES if read.get(name) and (one := _matrix_fault(name, read[name], size))]
    if len({len(read.get(name, ())) for name in ("x", "residuals", "u_points")}) > 1:
        reasons.append("x, residuals, u_points: expected columns of equal length, found others")
    return reasons


def _matrix_fault(name: str, rows: tuple[tuple[float, ...], ...], size: int) -> str:
    if [len(row) for row in rows] != [size] * size:
        return f"{name}: expected {size} rows of {size}, found the lengths {[len(row) for row in rows]}"
    matrix = np.asarray(rows)
    lowest = float(np.linalg.eigvalsh(matrix).min())
    if not np.array_equal(matrix, matrix.T) or lowest < -1e-9 * float(np.abs(matrix).max()):
        return f"{name}: expected symmetric without negative eigenvalues, found otherwise"
    return ""


def _listed(value: Any) -> Any:
    return [_listed(one) for one in value] if isinstance(value, tuple) else value
