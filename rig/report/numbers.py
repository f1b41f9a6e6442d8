"""Numbers as a report prints them: U with two digits, the value with the decimals of U, risks without false zeros.

>>> measured(-0.03185, 0.0846, "%"), risk_text(3e-7), nu_text(12.7), significant(0.0012345, 3)
('−0.032 ± 0.085 %', '< 0.1 %', '12', '0.00123')
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from rig.words import with_uncertainty

if TYPE_CHECKING:
    from calibration.units import Quantity

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
#: Pint's short names, and ours.
_SPELLED = (("Δ°C", "K"), ("delta_degC", "K"), ("_drug", ""), ("ml", "mL"), ("µl", "µL"), ("nl", "nL"), ("d", "day"))
#: Digits of acceptance limits; none is left out.
ACCEPTED_DIGITS = 4
#: A limit is a binary fraction: what differs from a decimal one by less is that one.
_SAME_DIGITS = 12
#: Degrees of freedom from which Student's t and the normal distribution print the same k.
MANY = 1000


def measured(value: float | None, expanded: float | None, unit: str) -> str:
    """Value ± U, U with two digits (GUM 7.2.6)."""
    if value is None:
        return "not determined"
    if expanded is None:
        return minus(f"{value:+.3g} {unit}".strip())
    return minus(f"{' ± '.join(with_uncertainty(value, expanded))} {unit}".strip())


def risk_text(risk: float) -> str:
    """A probability in percent; nothing below a tenth of a percent is promised."""
    percent = 100.0 * risk
    if percent < 0.1:
        return "< 0.1 %"
    return "> 99.9 %" if percent > 99.9 else f"{percent:.1f} %"


def nu_text(nu: float) -> str:
    """Effective degrees of freedom, truncated as the GUM (G.4.1) has it; many are many."""
    return f"> {MANY}" if math.isinf(nu) or nu > MANY else f"{math.floor(nu)}"


def significant(value: float, digits: int = 3) -> str:
    """So many significant digits, written out where that is readable."""
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if -4 <= power <= 6:
        return minus(f"{value:.{max(0, digits - 1 - power)}f}".strip())
    return minus(f"{value / 10.0**power:.{digits - 1}f} × 10{str(power).translate(_RAISED)}".strip())


def minus(text: str) -> str:
    """The sign of a number as print has it, in a text that holds nothing but numbers and units."""
    return text.replace("-", "−")


def quantity(value: Quantity) -> str:
    """A quantity with its unit as the files of the rig spell it."""
    unit = f"{value.units:~P}"
    for found, wanted in _SPELLED:
        unit = unit.replace(found, wanted)
    return minus(f"{value.magnitude:.6g} {unit}".strip())


def limits_text(lower: float | None, upper: float | None, unit: str) -> str:
    """Limits as a pair; ``±`` where they are symmetric; empty where there are none."""
    return _pair(None if lower is None else f"{lower:.6g}", None if upper is None else f"{upper:.6g}", unit)


def accepted_text(accept: tuple[float | None, float | None], unit: str) -> str:
    """The accepted part between the limits, rounded inward; none where U leaves nothing of it.

    Rounded outward, it would accept in print what is not accepted.
    """
    lower, upper = accept
    if lower is not None and upper is not None and lower > upper:
        return "none: U is too large"
    low = None if lower is None else _inward(lower, ROUND_CEILING)
    return _pair(low, None if upper is None else _inward(upper, ROUND_FLOOR), unit)


def _inward(value: float, rounding: str) -> str:
    """Four digits, rounded that way."""
    if value == 0:
        return "0.000"
    exact = Decimal(f"{value:.{_SAME_DIGITS}g}")
    last = Decimal(1).scaleb(exact.adjusted() - ACCEPTED_DIGITS + 1)
    return f"{exact.quantize(last, rounding=rounding):f}"


def _pair(lower: str | None, upper: str | None, unit: str) -> str:
    if lower is None and upper is None:
        return ""
    if lower is None:
        return minus(f"≤ {upper} {unit}".strip())
    if upper is None:
        return minus(f"≥ {lower} {unit}".strip())
    if lower == f"-{upper}":
        return f"±{upper} {unit}".strip()
    return minus(f"{lower} to {upper} {unit}".strip())


def moment(text: str) -> str:
    """A time stamp of a record, to the second, in UTC."""
    return f"{at(text):%Y-%m-%d %H:%M:%S} UTC"


def at(text: str) -> datetime:
    """A time stamp of a record."""
    return datetime.fromisoformat(text).astimezone(UTC)
