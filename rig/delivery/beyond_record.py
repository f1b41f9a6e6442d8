"""Whether the legs show that a balance wanders beyond its noise record, and what that does to a result.

A noise record says how a balance was on the day on which it was left alone. Where it walks or flickers more today, a U
that stands on the record is too small. The legs show some of it: means over pieces of a leg scatter about its straight
line further than the record lets expect.

The test is the score of a random walk that is added to the noise model (of the restricted likelihood: what a line takes
away is taken off). With C the covariance of the means under the model, W that of a walk, and P the inverse of C for
what lies beside a line,

    found r' P W P r,  expected tr(P W),  variance 2 tr(P W P W),  walk (found - expected) / tr(P W P W)

For white noise it is the test of :mod:`rig.delivery.wander`. Found over expected is a mean of chi-squares (F. E.
Satterthwaite, Biometrics Bull. 2 (1946) 110), and expected stands on a record: it is taken as F. A record as long as
n legs tells the noise of a leg with n degrees of freedom or more. Readings that scatter more than those of the record
do no walk: where neighbours differ by more, C holds that too.

The walk goes into the budget, as the line ``wander_ul`` (:mod:`rig.delivery.beside`): a small one below the sight of
the test costs coverage, and its estimate, zero or more, puts enough of that back. Its degrees of freedom are twice its
square over its variance (JCGM 100, G.3.3). What shows keeps a result from being released all the same, since legs of
hours know a walk to a factor of two.

>>> time_s = np.arange(0.0, 3600.0, 5.0)
>>> rng = np.random.default_rng(1)
>>> still = 2e-5 * rng.normal(size=720)
>>> walks = still + 1e-4 * np.cumsum(rng.normal(size=720)) * np.sqrt(5.0 / 3600.0)     # 0.1 mg in a root hour
>>> from calibration.noise_model import NoiseModel
>>> calm = NoiseModel(2e-5, 0.0, 5.0, 0.0, 0.0, 0.0, 50.0, 86400.0)
>>> restless = replace(calm, walk_g2_s=1e-8 / 3600.0)
>>> [round(beyond([(time_s, walks)], model).p, 3) for model in (calm, restless)]
[0.0, 0.645]

Sources: D. A. Harville, J. Am. Stat. Assoc. 72 (1977) 320 (restricted likelihood, its score and information); X. Lin,
Biometrika 84 (1997) 309 (the score of a variance component as a sum of chi-squares).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from calibration.any_number import plain
from calibration.block_covariance import covariance_g2
from calibration.straight_line import fit_line
from calibration.type_a import LONGEST_LAG, beside_a_line, lag_one_of_rows
from rig.delivery.modelled import ModelledNoise
from rig.delivery.wander import FEWEST_READINGS, PIECES, WALK, Wander, calmer, means_of_pieces, parts_of
from rig.evaluation import WITH_UNSEEN, revision_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.noise_model import NoiseModel
    from rig.delivery.from_record import Evidence
    from rig.delivery.levels import Floats
    from rig.delivery.volume import Delivery

#: So many readings to a line tell how neighbours scatter, as in a noise record (:mod:`calibration.noise_fit`).
_NEIGHBOURS: Final = 20
#: As good as known.
_MANY: Final = 1e6


@dataclass(frozen=True)
class BeyondRecord(Wander):
    """What the legs show beyond a noise record; what its walk adds is in the budget."""

    alpha: ClassVar[float] = 0.005


def with_beyond(evidence: Evidence, delivery: Delivery) -> Delivery:
    """A delivery that knows what its legs show beyond the noise record.

    Args:
        evidence: under which evaluation.
        delivery: the same comes back without a noise record, and of an earlier evaluation.
    """
    if revision_of(evidence.record.start) < WITH_UNSEEN:
        return delivery
    return replace(delivery, beyond=beyond_of(delivery))


def beyond_of(delivery: Delivery) -> BeyondRecord:
    """What the legs of a delivery show beyond its noise record, by whichever wanders least (as ``wander_of``)."""
    if not isinstance(delivery.noise, ModelledNoise):
        return BeyondRecord(math.nan, 0.0)
    model, parts = delivery.noise.model, parts_of(delivery)
    calmest, *others = (
        beyond([(delivery.time_s[part], mass_g[..., part]) for part in parts], model, delivery.digit_g)
        for mass_g in _masses_g(delivery)
    )
    for other in others:
        calmest = BeyondRecord(*calmer(calmest, other))
    return calmest


def _masses_g(delivery: Delivery) -> list[Floats]:
    """Masses, readings, and masses without what the evaporation beaker saw go; a balance that wanders does in all."""
    masses = delivery.collected_ul * delivery.setup.fluid_kg_m3 / 1e6
    beaker = delivery.evaporation.beaker
    if beaker is None:
        return [masses, delivery.reading_g]
    still = masses.copy()
    for part in parts_of(delivery):
        time_s = delivery.time_s[part]
        at_s = np.linspace(time_s[0], time_s[-1], PIECES + 1)
        gone_ul, _ = beaker.evaporated_ul(at_s, np.zeros(len(at_s)), delivery.setup.fluid_kg_m3 / 1e3)
        still[..., part] += np.interp(time_s, at_s, gone_ul) * delivery.setup.fluid_kg_m3 / 1e6
    return [masses, delivery.reading_g, still]


def beyond(legs: Sequence[tuple[Floats, Floats]], model: NoiseModel, digit_g: Any = 0.0) -> BeyondRecord:
    """What legs show beyond a noise model.

    Args:
        legs: times [s], shape (n,), and masses [g], shape (..., n): a row for each of several records.
        model: of the balance, from its noise record.
        digit_g: half width of what the digit may do to readings at rest; that much is no wander.
    """
    from scipy.special import fdtrc

    long = [(time_s - time_s[0], mass_g) for time_s, mass_g in legs if len(time_s) >= FEWEST_READINGS]
    if not long:
        return BeyondRecord(math.nan, 0.0)
    told = [_score(since_s, mass_g, model, digit_g) for since_s, mass_g in long]
    found, expected = sum(one.found for one in told), sum(one.expected for one in told)
    information = sum(one.information for one in told)
    remembers = sum(one.remembers for one in told) / expected
    nu = max(model.nu, model.length_s / max(float(since_s[-1]) for since_s, _ in long))
    of_record = np.minimum(nu / np.maximum(remembers, 1.0 / _MANY) ** 2, _MANY)
    p = fdtrc(np.square(expected) / information, of_record, found / expected)
    walk_g2_s = np.maximum((found - expected) / information, 0.0)
    return BeyondRecord(plain(p), plain(walk_g2_s), plain(np.maximum(np.square(walk_g2_s) * information, 1.0)))


@dataclass(frozen=True)
class _Score:
    """One leg; of several records, one number for each.

    Attributes:
        found, expected: of the walk [s/g^2].
        information: half of its variance, and how much a walk of one g^2/s adds.
        remembers: part of what is expected that flicker and walk of the record make.
    """

    found: Any
    expected: Any
    information: Any
    remembers: Any


def _score(since_s: Floats, mass_g: Floats, model: NoiseModel, digit_g: Any) -> _Score:
    means, size = means_of_pieces(since_s, mass_g)
    count, length_s = len(means.middle_s), float(since_s[-1])
    line = np.stack([np.ones(count), means.middle_s], axis=1)
    beside = np.linalg.svd(line)[0][:, 2:]
    forgets = replace(model, flicker_g2=0.0, walk_g2_s=0.0)
    remembers = replace(model, reading_g=0.0, slow_white_g2_s=0.0)
    fast, slow, walk = (beside.T @ covariance_g2(one, means, length_s) @ beside for one in (forgets, remembers, WALK))
    more_g2 = np.maximum(_more_g2(mass_g, length_s / (len(since_s) - 1), model), np.square(digit_g) / 3.0) / size
    inverse = np.linalg.inv(fast + slow + np.asarray(more_g2)[..., None, None] * np.eye(count - 2))
    weights = inverse @ walk @ inverse
    residuals = means.mean @ beside
    shown = np.maximum(((weights @ residuals[..., None])[..., 0] * residuals).sum(axis=-1), 0.0)
    if np.any(digit_g):  # as if all that the digit does were in the mode that a walk shows most
        rounded = count * np.linalg.eigvalsh(weights)[..., -1] * np.square(digit_g) / 3.0
        shown = np.square(np.maximum(np.sqrt(shown) - np.sqrt(rounded), 0.0))
    return _Score(shown, _trace(inverse, walk), _trace(weights, walk), _trace(weights, slow))


def _more_g2(mass_g: Floats, interval_s: float, model: NoiseModel) -> Any:
    """By how much readings are worth less than those of the record, as independent ones [g^2]; zero or more."""
    count = mass_g.shape[-1] // _NEIGHBOURS
    pieces = mass_g[..., : count * _NEIGHBOURS].reshape(*mass_g.shape[:-1], count, _NEIGHBOURS)
    residuals = fit_line(np.arange(_NEIGHBOURS, dtype=np.float64), pieces).residuals
    variance = np.square(residuals).sum(axis=-1).mean(axis=-1) / (_NEIGHBOURS - 2)
    lag = np.clip(beside_a_line(lag_one_of_rows(residuals), _NEIGHBOURS).mean(axis=-1), 0.0, LONGEST_LAG)
    return np.maximum(variance * (1.0 + lag) / (1.0 - lag) - model.reading_g2(interval_s), 0.0)


def _trace(one: Floats, other: Floats) -> Any:
    """Of the product of two symmetric matrices, of each record."""
    return (one * other).sum(axis=(-2, -1))
