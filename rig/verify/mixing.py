"""Which drug leaves the tip while tubing and catheter change from one concentration to another: a **model**.

Volume is weighed; composition is not. The model: the old liquid is pushed out as a plug, and a last part of the dead
volume is well mixed. With v delivered since the change, dead volume D and its mixed part M::

    c(v) = old                                          v <= D - M
    c(v) = new + (old - new) exp(-(v - (D - M)) / M)    beyond

so that in the end exactly D of the old liquid has left, whatever M is. M = 0 is plug flow. A bridge that is reckoned
for plug flow is therefore short of mixing by the exponential's tail, and this is where a dose error of therapy
hides while every volume is right. Where a tracer was measured, :func:`rig.verify.tracer.fit_tracer` finds D and M from
it; every answer says which of the two it stands on (``basis``).

>>> old, new = CONCENTRATION.parse("old", "500 ug/mL"), CONCENTRATION.parse("new", "2000 ug/mL")
>>> line = Line(VOLUME.parse("dead", "300 uL"))
>>> half = changed_drug(VOLUME.parse("delivered", "300 uL"), old, new, line)
>>> half.drug_ug, half.basis
(150.0, 'modelled: plug flow, no tracer was fitted')
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import CONCENTRATION, CONCENTRATION_DIFFERENCE, VOLUME, Quantity
from rig.verify.errors import MetricError
from rig.verify.series import not_negative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    Floats = np.ndarray[Any, np.dtype[np.float64]]


def _nothing() -> Quantity:
    return VOLUME.quantity(0.0)


@dataclass(frozen=True)
class Line:
    """Pump tubing and catheter.

    Attributes:
        dead: their volume, D.
        mixed: the well-mixed part of it, M; from 0 to D.
        u_dead, u_mixed: standard uncertainties.
        tracer: what tracer was fitted; empty for a declared line.
    """

    dead: Quantity
    mixed: Quantity = field(default_factory=_nothing)
    u_dead: Quantity = field(default_factory=_nothing)
    u_mixed: Quantity = field(default_factory=_nothing)
    tracer: str = ""

    def __post_init__(self) -> None:
        dead_ul, mixed_ul = self.numbers_ul[:2]
        if not 0.0 <= mixed_ul <= dead_ul or dead_ul <= 0.0:
            raise MetricError(
                f"line: expected a dead volume above zero and a mixed part within it, found {dead_ul:g} uL and "
                f"{mixed_ul:g} uL"
            )
        for name, u_ul in zip(("u_dead", "u_mixed"), self.numbers_ul[2:], strict=True):
            not_negative(name, u_ul, "uL")

    @property
    def numbers_ul(self) -> tuple[float, float, float, float]:
        """D, M and their standard uncertainties [uL]."""
        parts = {"dead": self.dead, "mixed": self.mixed, "u_dead": self.u_dead, "u_mixed": self.u_mixed}
        dead, mixed, u_dead, u_mixed = (VOLUME.magnitude(name, value) for name, value in parts.items())
        return dead, mixed, u_dead, u_mixed

    @property
    def basis(self) -> str:
        """What a composition stands on, for the report."""
        if self.tracer:
            return f"tracer: {self.tracer}"
        tail = " with a well-mixed tail" if self.numbers_ul[1] else ""
        return f"modelled: plug flow{tail}, no tracer was fitted"


@dataclass(frozen=True)
class ChangedDrug:
    """Drug that left the tip since the liquid was changed.

    Attributes:
        drug_ug, u_ug: amount and standard uncertainty within the model [ug].
        concentration_ug_ml: of what leaves the tip now [ug/mL].
        basis: ``modelled: ...`` or ``tracer: ...``.
    """

    drug_ug: float
    u_ug: float
    concentration_ug_ml: float
    basis: str


def changed_drug(
    delivered: Quantity,
    old: Quantity | None,
    new: Quantity,
    line: Line,
    *,
    u_delivered: Quantity | None = None,
    u_old: Quantity | None = None,
    u_new: Quantity | None = None,
) -> ChangedDrug:
    """Drug that left the tip with the first ``delivered`` after a change.

    Args:
        delivered: volume since the change, from zero up.
        old: concentration in the line before; None for a line without drug (priming).
        new: concentration that comes after it.
        line: dead volume and mixing.
        u_delivered, u_old, u_new: standard uncertainties; None is zero.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: a volume or an uncertainty below zero.
    """
    v = not_negative("delivered", VOLUME.magnitude("delivered", delivered), "uL")
    before = 0.0 if old is None else CONCENTRATION.magnitude("old", old)
    after = CONCENTRATION.magnitude("new", new)
    dead, mixed, u_dead, u_mixed = line.numbers_ul
    now = float(concentration_ug_ml(v, before, after, dead, mixed))
    step = 1e-4 * dead
    part_of_old = old_volume_ul(v, dead, mixed)
    by_dead = (drug_ug(v, before, after, dead + step, mixed) - drug_ug(v, before, after, dead, mixed)) / step
    less = max(mixed - step, 0.0)
    more = min(mixed + step, dead)
    by_mixed = (drug_ug(v, before, after, dead, more) - drug_ug(v, before, after, dead, less)) / (more - less)
    parts = (
        now / 1000.0 * (0.0 if u_delivered is None else _u_ul(u_delivered)),
        float(part_of_old) / 1000.0 * _u_ug_ml("u_old", u_old),
        float(v - part_of_old) / 1000.0 * _u_ug_ml("u_new", u_new),
        float(by_dead) * u_dead,
        float(by_mixed) * u_mixed,
    )
    amount = float(drug_ug(v, before, after, dead, mixed))
    return ChangedDrug(amount, math.sqrt(sum(part**2 for part in parts)), now, line.basis)


def _u_ul(u: Quantity) -> float:
    return not_negative("u_delivered", VOLUME.magnitude("u_delivered", u), "uL")


def _u_ug_ml(name: str, u: Quantity | None) -> float:
    return 0.0 if u is None else not_negative(name, CONCENTRATION_DIFFERENCE.magnitude(name, u), "ug/mL")


def concentration_ug_ml(v_ul: ArrayLike, old: float, new: float, dead_ul: float, mixed_ul: float) -> Floats:
    """Kernel: concentration at the tip [ug/mL] after each delivered volume [uL], any shape."""
    beyond = np.maximum(np.asarray(v_ul, dtype=np.float64) - (dead_ul - mixed_ul), 0.0)
    left = np.exp(-beyond / mixed_ul) if mixed_ul > 0.0 else np.where(beyond > 0.0, 0.0, 1.0)
    return new + (old - new) * left


def old_volume_ul(v_ul: ArrayLike, dead_ul: float, mixed_ul: float) -> Floats:
    """Kernel: how much of the old liquid has left the tip [uL] after each delivered volume [uL]."""
    v = np.asarray(v_ul, dtype=np.float64)
    plug = np.minimum(v, dead_ul - mixed_ul)
    beyond = v - plug
    return plug + (mixed_ul * -np.expm1(-beyond / mixed_ul) if mixed_ul > 0.0 else 0.0)


def drug_ug(v_ul: ArrayLike, old: float, new: float, dead_ul: float, mixed_ul: float) -> Floats:
    """Kernel: drug that has left the tip [ug]; concentrations in ug/mL."""
    gone = old_volume_ul(v_ul, dead_ul, mixed_ul)
    return (old * gone + new * (np.asarray(v_ul, dtype=np.float64) - gone)) / 1000.0
