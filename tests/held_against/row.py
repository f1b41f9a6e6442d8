"""One metric, what it was held against, and the deviation found.

A row holds one value or many; what is shown is the worst of them, as a part of what is allowed. What was drawn many
times is held by its mean, and by how often its stated U held the truth.

>>> row = Row("bolus", (abs,), "planted", (compared("V", "uL", 10.0, 10.2, 0.4),))
>>> row.worst.deviation_text, f"{row.part:.2f}", row.ok
('0.2 uL', '0.50', True)
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

#: Coverage factor of U, and the part of truths that U then holds of a normal distribution.
K, HOLDS = 2.0, math.erf(math.sqrt(2.0))
#: Standard errors that chance may carry a mean or a count of draws.
CHANCE = 4.0


@dataclass(frozen=True)
class Compared:
    """One value.

    Attributes:
        what: the value's name, where the metric has several.
        unit: of the numbers.
        expected, found: numbers, or words that must be the same.
        allowed: largest deviation.
        at_most: whether a found value below the expected one is as good; deviation is then what it exceeds it by.
    """

    what: str
    unit: str
    expected: float | str
    found: float | str
    allowed: float = 0.0
    at_most: bool = False

    @property
    def deviation(self) -> float:
        """Of the found value; infinite where words differ."""
        if isinstance(self.expected, str) or isinstance(self.found, str):
            return 0.0 if self.expected == self.found else math.inf
        off = self.found - self.expected
        deviation = max(off, 0.0) if self.at_most else abs(off)
        return deviation if math.isfinite(deviation) else math.inf

    @property
    def part(self) -> float:
        """Deviation as a part of what is allowed."""
        if self.deviation == 0.0:
            return 0.0
        return self.deviation / self.allowed if self.allowed > 0.0 else math.inf

    @property
    def expected_text(self) -> str:
        """With the value's name and unit."""
        name = f"{self.what}: " if self.what else ""
        text = _text(self.expected, self.digits)
        text = text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text  # no digit that nobody stated
        return f"{name}{'at most ' if self.at_most else ''}{text}{_unit(self)}"

    @property
    def found_text(self) -> str:
        """With unit, and with enough digits to show the deviation."""
        return f"{_text(self.found, self.digits)}{_unit(self)}"

    @property
    def deviation_text(self) -> str:
        """With unit; ``none`` where there is none."""
        if self.deviation == 0.0:
            return "none"
        return "differs" if isinstance(self.expected, str) else f"{self.deviation:.2g}{_unit(self)}"

    @property
    def allowed_text(self) -> str:
        """With unit; ``the same`` where nothing may deviate."""
        return f"{self.allowed:.2g}{_unit(self)}" if self.allowed else "the same"

    @property
    def digits(self) -> int:
        """Significant digits that show the value to a tenth of what is allowed, 3 to 9; zero where fewer will do."""
        if isinstance(self.expected, str) or isinstance(self.found, str) or self.part < 1e-3:
            return 3 if self.at_most else 0
        size = abs(self.expected or self.found)
        needed = 1 + math.ceil(math.log10(max(size, 1e-300) / self.allowed) + 1.0)
        return min(max(needed, 3), 9)


@dataclass(frozen=True)
class Row:
    """One metric.

    Attributes:
        metric: in words.
        functions: public ones, that were called.
        against: the vector's source, or what is planted and how its truth is known.
        values: one or more; the worst is shown.
        basis: what the allowed deviation is.
        vector: id of the published vector; empty for a simulated truth.
        findings: tables of a protocol's ``[findings]`` that stand on this metric.
        draws: of how many draws each value is the mean; zero where nothing was drawn.
        held: in how many of them U held the truth.
    """

    metric: str
    functions: tuple[Callable[..., Any], ...]
    against: str
    values: tuple[Compared, ...]
    basis: str = "rounding"
    vector: str = ""
    findings: tuple[str, ...] = ()
    draws: int = 0
    held: int = 0

    @property
    def worst(self) -> Compared:
        """The value that used most of what is allowed."""
        return max(self.values, key=lambda one: one.part)

    @property
    def part(self) -> float:
        """Of what is allowed, that the worst value used."""
        return self.worst.part

    @property
    def ok(self) -> bool:
        """Within what is allowed, and U holds the truth as often as it says, give or take chance."""
        least = HOLDS - CHANCE * math.sqrt(HOLDS * (1.0 - HOLDS) / self.draws) if self.draws else 0.0
        return self.part <= 1.0 and self.held >= least * self.draws

    @property
    def names(self) -> tuple[str, ...]:
        """Of the functions, with their modules."""
        return tuple(f"{one.__module__}.{one.__qualname__}" for one in self.functions)

    @property
    def held_text(self) -> str:
        """How often U held the truth."""
        return f"{self.held} of {self.draws}" if self.draws else ""


def compared(what: str, unit: str, expected: Any, found: Any, allowed: float, *, at_most: bool = False) -> Compared:
    """One value, or of many the one that deviates most from what is expected of it."""
    wanted, got = np.broadcast_arrays(np.asarray(expected, np.float64), np.asarray(found, np.float64))
    off = np.abs(got - wanted) if not at_most else got - wanted
    worst = int(np.argmax(np.where(np.isnan(off), np.inf, off)))
    return Compared(what, unit, float(wanted.flat[worst]), float(got.flat[worst]), allowed, at_most)


def same(what: str, expected: Any, found: Any, unit: str = "") -> Compared:
    """Words, or whole numbers, that must be the same."""
    return Compared(what, unit, str(expected), str(found))


def drawn(
    metric: str,
    functions: tuple[Callable[..., Any], ...],
    against: str,
    measure: Callable[[int], Any],
    truth: Any,
    unit: Any,
    *,
    what: Any = "",
    draws: int = 100,
    findings: tuple[str, ...] = (),
    bias: float = 0.0,
) -> Row:
    """A metric of many drawn deliveries about one planted truth.

    The mean of the draws may be off by four of its standard errors, which is ``2 U / root(draws)``; and U = 2 u has to
    hold the truth in 95.4 % of them, less what four standard deviations of a count allow. Where the metric has several
    values, the draws count that hold least often.

    Args:
        metric, functions, against, findings: of the row.
        measure: value and standard uncertainty of one seed; or rows of several values.
        truth: that was planted; one for each value.
        unit: of value and truth; several where the values differ in it.
        what: names of several values.
        draws: how many.
        bias: by which the draws must miss the truth on average, by a reason of their own that the row tells.
    """
    first = zlib.crc32(metric.encode())  # of each metric its own, so that what one draws says nothing of another
    found = np.array([np.atleast_2d(measure(first + one)) for one in range(draws)], np.float64)  # draws, values, 2
    truths, names = np.atleast_1d(np.asarray(truth, np.float64)), [what] if isinstance(what, str) else list(what)
    expanded = K * found[..., 1]
    held = int((np.abs(found[..., 0] - truths) <= expanded).sum(axis=0).min())
    units = [unit] * len(names) if isinstance(unit, str) else list(unit)
    each = zip(names, units, truths, found[..., 0].mean(axis=0), expanded.mean(axis=0), strict=True)
    reach = CHANCE / (K * math.sqrt(draws))
    values = tuple(Compared(name, one, float(t) + bias, float(x), reach * float(u)) for name, one, t, x, u in each)
    return Row(metric, functions, against, values, f"U/{1.0 / reach:g}", "", findings, draws, held)


def _text(value: float | str, digits: int) -> str:
    """Plain decimals where they are readable, else a power of ten."""
    if isinstance(value, str):
        return value
    if not digits or not 1e-3 <= abs(value) < 1e9:
        return f"{value:.{digits or 6}g}"
    decimals = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    return f"{value:.{decimals}f}"


def _unit(one: Compared) -> str:
    return f" {one.unit}" if one.unit else ""
