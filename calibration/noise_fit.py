"""The noise model of a balance from a long record without flow.

>>> rng = np.random.default_rng(1)
>>> time_s = np.arange(0.0, 8 * 3600.0)
>>> walk_g = np.cumsum(rng.normal(size=time_s.size)) * 1e-4 / 60.0       # 0.1 mg in the root of an hour
>>> model = fit_noise(time_s, 53.0 + walk_g + 2e-5 * rng.normal(size=time_s.size), seed=1)
>>> 0.05 < 1e3 * (model.walk_g2_s * 3600.0) ** 0.5 < 0.2
True

**Fast.** Pieces of a minute, each about a straight line of its own: standard deviation of a reading and the correlation
of neighbours (first-order autoregression).

**Slow.** Means over blocks of a minute; their overlapping Hadamard variance at tau = 4, 8, 16, ... blocks,

    H(tau) = <(y[k+2] - 2 y[k+1] + y[k])^2> / 6  =  white / tau  +  ln(256/27) / 2 * flicker  +  walk * tau / 6

which a straight line (evaporation, drift) leaves at zero; that part belongs to the evaporation legs. White, flicker and
walk come from it by weighted least squares with none below zero. Weights follow the number of independent differences
at each tau. How sure the result is comes from records made of the fitted noise and fitted again (parametric bootstrap).

Sources: D. W. Allan, Proc. IEEE 54 (1966) 221; R. A. Baugh, Proc. 25th Freq. Control Symp. (1971) 222 (Hadamard); NIST
SP 1065 (2008) 5.2.9, table of the three processes; B. Efron and R. Tibshirani, An Introduction to the Bootstrap, ch. 6.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.errors import ImplausibleError
from calibration.noise_model import NoiseModel
from calibration.type_a import LONGEST_LAG, beside_a_line, lag_one_correlation

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    Floats = np.ndarray[Any, np.dtype[np.float64]]

#: A block of means is at least this long [s], and holds at least so many readings.
BLOCK_S: Final = 60.0
READINGS_PER_BLOCK: Final = 20
#: Fewer blocks than these say nothing of a walk; a missing part of them larger than this is no record.
FEWEST_BLOCKS: Final = 240
_MOST_MISSING: Final = 0.05
#: First octave: below it filters of the balance and what it remembers for minutes would pass for less walk or more.
_FIRST: Final = 4
_FLICKER: Final = 0.5 * math.log(256.0 / 27.0)
_REPLICATES: Final = 200


def fit_noise(time_s: ArrayLike, mass_g: ArrayLike, seed: int) -> NoiseModel:
    """Fit the model to readings without flow.

    Args:
        time_s: ascending [s].
        mass_g: corrected for the buoyancy of the load; shape as ``time_s``.
        seed: of the bootstrap; the same one gives the same digits.

    Raises:
        ImplausibleError: too short, or with too many gaps.
    """
    time, mass = np.asarray(time_s, np.float64), np.asarray(mass_g, np.float64)
    interval_s = float(np.median(np.diff(time))) if time.size > 2 else math.nan
    block_s = max(BLOCK_S, READINGS_PER_BLOCK * interval_s)
    blocks, residuals = _blocks(time, mass, block_s)
    sd, lag = _fast(residuals)
    white, flicker, walk = slow = fit_slow(hadamard(blocks), len(blocks), block_s)
    length_s = float(time[-1] - time[0])
    nu = _degrees_of_freedom(slow, len(blocks), block_s, length_s, seed)
    fast = sd**2 * (1.0 + lag) / (1.0 - lag) * interval_s
    return NoiseModel(sd, lag, interval_s, max(0.0, white - fast), flicker, walk, nu, length_s)


def hadamard(blocks: Floats) -> dict[int, Any]:
    """Overlapping Hadamard variance of means at octaves of blocks, along the last axis; by number of blocks."""
    n = blocks.shape[-1]
    summed = np.concatenate([np.zeros((*blocks.shape[:-1], 1)), np.cumsum(blocks, axis=-1)], axis=-1)
    found = {}
    m = _FIRST
    while 3 * m <= n // 2:
        means = (summed[..., m:] - summed[..., :-m]) / m
        second = means[..., 2 * m :] - 2.0 * means[..., m:-m] + means[..., : -2 * m]
        found[m] = np.square(second).mean(axis=-1) / 6.0
        m *= 2
    return found


def fit_slow(variances: dict[int, Any], blocks: int, block_s: float) -> tuple[float, float, float]:
    """White [g^2 s], flicker [g^2] and walk [g^2/s] from Hadamard variances, none below zero.

    Args:
        variances: by number of blocks, a sixth of ``blocks`` at most (:func:`hadamard`).
        blocks: of the record, each ``block_s`` long [s].
    """
    from scipy.optimize import nnls

    m = np.array([*variances], np.float64)
    tau = m * block_s
    terms = np.stack([1.0 / tau, np.full_like(tau, _FLICKER), tau / 6.0], axis=1)
    found = np.array([*variances.values()], np.float64)
    root = np.sqrt((blocks - 3.0 * m + 1.0) / m)  # of the number of independent differences
    expected = found
    for _ in range(4):
        weight = root / np.maximum(expected, 1e-30)
        scale = np.linalg.norm(terms * weight[:, None], axis=0)  # the three differ by many decades
        solved, _residual = nnls(terms * weight[:, None] / scale, found * weight)
        expected = terms @ (solved / scale)
    white, flicker, walk = (solved / scale).tolist()
    return white, flicker, walk


def _blocks(time: Floats, mass: Floats, block_s: float) -> tuple[Floats, list[Floats]]:
    """Mean of each block, and its residuals about a straight line."""
    edges = np.arange(time[0], time[-1], block_s) if time.size else np.zeros(0)
    if len(edges) <= FEWEST_BLOCKS:
        raise ImplausibleError(
            f"noise: expected readings over more than {FEWEST_BLOCKS * block_s / 3600:g} h without flow, found "
            f"{(time[-1] - time[0]) / 3600 if time.size else 0:.3g} h; record as long as a run lasts"
        )
    pieces = np.split(np.arange(time.size), np.searchsorted(time, edges[1:]))[:-1]
    means, residuals, missing = np.full(len(pieces), math.nan), list[Any](), 0
    for number, piece in enumerate(pieces):
        if 2 * len(piece) < READINGS_PER_BLOCK:
            missing += 1
            continue
        t, y = time[piece] - edges[number] - block_s / 2.0, mass[piece]
        slope = float(((t - t.mean()) * y).sum() / ((t - t.mean()) ** 2).sum())
        means[number] = y.mean() - slope * t.mean()
        residuals.append(y - y.mean() - slope * (t - t.mean()))
    if missing > _MOST_MISSING * len(pieces):
        raise ImplausibleError(f"noise: expected readings throughout, found {missing} of {len(pieces)} minutes empty")
    good, index = np.isfinite(means), np.arange(len(means))
    return np.interp(index, index[good], means[good]), residuals


def _fast(residuals: list[Floats]) -> tuple[float, float]:
    """Standard deviation of a reading and lag-one correlation, pooled over pieces about their own lines."""
    squares = sum(float(np.square(r).sum()) for r in residuals)
    freedoms = sum(len(r) - 2 for r in residuals)
    lags = [beside_a_line(lag_one_correlation(r), len(r)) for r in residuals]
    return math.sqrt(squares / freedoms), min(max(float(np.mean(lags)), 0.0), LONGEST_LAG)


def _degrees_of_freedom(
    slow: tuple[float, float, float], blocks: int, block_s: float, length_s: float, seed: int
) -> float:
    """Of the variance that walk and flicker add over the length of the record, on the white noise of a block.

    2 mean^2 / variance of what is fitted to records of this noise; many where there is nothing but white noise.
    """
    made = hadamard(simulated(slow, blocks, block_s, np.random.default_rng(seed)))
    fits = np.array(
        [fit_slow({m: values[i] for m, values in made.items()}, blocks, block_s) for i in range(_REPLICATES)]
    )
    wander = fits[:, 2] * length_s + 2.0 * fits[:, 1] * math.log(length_s / block_s) + fits[:, 0] / block_s
    spread = float(wander.var(ddof=1))
    return math.inf if spread == 0.0 else max(2.0, 2.0 * float(wander.mean()) ** 2 / spread)


def simulated(slow: tuple[float, float, float], blocks: int, block_s: float, rng: np.random.Generator) -> Floats:
    """Records of this noise, block by block, shape (replicates, blocks)."""
    white, flicker, walk = slow
    shape = (_REPLICATES, blocks)
    edges = np.cumsum(rng.normal(size=shape) * math.sqrt(walk * block_s), axis=1)
    middles = edges - np.diff(edges, prepend=0.0) / 2.0
    middles += rng.normal(size=shape) * math.sqrt(walk * block_s / 12.0)
    frequency = np.fft.rfftfreq(2 * blocks, block_s)
    gain = np.sqrt(np.divide(flicker, frequency, out=np.zeros_like(frequency), where=frequency > 0) / (2.0 * block_s))
    coloured = np.fft.irfft(np.fft.rfft(rng.normal(size=(_REPLICATES, 2 * blocks))) * gain)
    return middles + coloured[:, :blocks] + rng.normal(size=shape) * math.sqrt(white / block_s)
