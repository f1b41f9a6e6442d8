"""Probability distributions for the inputs of a Monte Carlo propagation (JCGM 101:2008 clause 6.4).

>>> import numpy as np
>>> round(Rectangular(-1.0, 1.0).std, 6)
0.57735
>>> Normal(10.0, 2.0).sample(np.random.Generator(np.random.PCG64(1)), 3).shape
(3,)

Array kernels: plain numbers, in the unit of the model's argument. Each knows its mean and standard deviation, for a
budget beside the simulation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Distribution(Protocol):
    """What an input must offer."""

    @property
    def mean(self) -> float:
        """Expectation."""

    @property
    def std(self) -> float:
        """Standard deviation; ``inf`` where there is none."""

    def sample(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws, shape ``(size,)``."""


def _interval(low: float, high: float) -> None:
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ImplausibleError(f"distribution: expected finite limits, the lower first, found {low!r} and {high!r}")


def _positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0.0):
        raise ImplausibleError(f"distribution: expected {name} above zero, found {value!r}")


@dataclass(frozen=True)
class Normal:
    """Gaussian, from an estimate and its standard uncertainty (6.4.7); ``std`` may be zero."""

    mean: float
    std: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and math.isfinite(self.std) and self.std >= 0.0):
            raise ImplausibleError(f"Normal: expected a mean and a deviation of zero or more, found {self}")

    def sample(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws."""
        return generator.normal(self.mean, self.std, size)


@dataclass(frozen=True)
class _Bounded:
    low: float
    high: float

    def __post_init__(self) -> None:
        _interval(self.low, self.high)

    @property
    def mean(self) -> float:
        """Midpoint."""
        return (self.low + self.high) / 2.0

    @property
    def half_width(self) -> float:
        """Half of high less low."""
        return (self.high - self.low) / 2.0


class Rectangular(_Bounded):
    """Equally likely between two limits (6.4.2)."""

    @property
    def std(self) -> float:
        """Half width over the root of 3."""
        return self.half_width / math.sqrt(3.0)

    def sample(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws."""
        return generator.uniform(self.low, self.high, size)


class Triangular(_Bounded):
    """The sum of two equal rectangles: likelier in the middle (6.4.5)."""

    @property
    def std(self) -> float:
        """Half width over the root of 6."""
        return self.half_width / math.sqrt(6.0)

    def sample(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws."""
        return self.low + self.half_width * (generator.random(size) + generator.random(size))


class Arcsine(_Bounded):
    """U-shaped: a sine of unknown phase between two limits (6.4.6)."""

    @property
    def std(self) -> float:
        """Half width over the root of 2."""
        return self.half_width / math.sqrt(2.0)

    def sample(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws."""
        return self.mean + self.half_width * np.sin(2.0 * math.pi * generator.random(size))


@dataclass(frozen=True)
class Trapezoidal(_Bounded):
    """The sum of two rectangles, its top ``top_ratio`` times as wide as its base, 0 to 1 (6.4.4)."""

    top_ratio: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0.0 <= self.top_ratio <= 1.0:
            raise ImplausibleError(f"Trapezoidal: expected a top ratio from 0 to 1, found {self.top_ratio!r}")

    @property
    def std(self) -> float:
        """Half width times the root of (1 + ratio^2) / 6."""
        return self.half_width * math.sqrt((1.0 + self.top_ratio**2) / 6.0)

    def sample(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws."""
        first, second = generator.random(size), generator.random(size)
        return self.low + self.half_width * ((1.0 + self.top_ratio) * first + (1.0 - self.top_ratio) * second)


@dataclass(frozen=True)
class CurvilinearTrapezoid(_Bounded):
    """A rectangle whose limits are known to within ``d`` only, CTrap(a, b, d) (6.4.3)."""

    d: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0.0 < self.d <= self.half_width:
            raise ImplausibleError(f"CurvilinearTrapezoid: expected d above 0 and within the half width, found {self}")

    @property
    def std(self) -> float:
        """Root of (b - a)^2 / 12 + d^2 / 9."""
        return math.hypot(self.half_width / math.sqrt(3.0), self.d / 3.0)

    def sample(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws (6.4.3.4)."""
        low = self.low - self.d + 2.0 * self.d * generator.random(size)
        return low + (self.low + self.high - 2.0 * low) * generator.random(size)


@dataclass(frozen=True)
class Exponential:
    """Not negative, with only its mean known (6.4.10)."""

    mean: float

    def __post_init__(self) -> None:
        _positive("mean", self.mean)

    @property
    def std(self) -> float:
        """The mean itself."""
        return self.mean

    def sample(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws."""
        return generator.exponential(self.mean, size)


@dataclass(frozen=True)
class Gamma:
    """Of a count: ``q`` counted objects give shape q + 1 and scale 1 (6.4.11)."""

    shape: float
    scale: float = 1.0

    def __post_init__(self) -> None:
        _positive("shape", self.shape)
        _positive("scale", self.scale)

    @property
    def mean(self) -> float:
        """Shape times scale."""
        return self.shape * self.scale

    @property
    def std(self) -> float:
        """Root of the shape, times scale."""
        return math.sqrt(self.shape) * self.scale

    def sample(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws."""
        return generator.gamma(self.shape, self.scale, size)


@dataclass(frozen=True)
class StudentT:
    """Scaled and shifted t, from readings or from a certificate with U, k and degrees of freedom (6.4.9)."""

    mean: float
    scale: float
    nu: float

    def __post_init__(self) -> None:
        _positive("scale", self.scale)
        if not self.nu > 0.0:
            raise ImplausibleError(f"StudentT: expected degrees of freedom above zero, found {self.nu!r}")

    @property
    def std(self) -> float:
        """Scale times the root of nu / (nu - 2); infinite for nu of 2 and less."""
        if math.isinf(self.nu):
            return self.scale
        return self.scale * math.sqrt(self.nu / (self.nu - 2.0)) if self.nu > 2.0 else math.inf

    def sample(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Independent draws."""
        if math.isinf(self.nu):
            return generator.normal(self.mean, self.scale, size)
        return self.mean + self.scale * generator.standard_t(self.nu, size)


@dataclass(frozen=True)
class MultivariateNormal:
    """Several correlated inputs (6.4.8); in ``propagate`` its name is a tuple of names.

    Attributes:
        means: of the inputs, in the order of the names.
        covariance: rows of the covariance matrix, symmetric, no negative eigenvalue.
    """

    means: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        n, c = len(self.means), np.asarray(self.covariance, np.float64)
        if c.shape != (n, n) or not np.isfinite(c).all() or not np.allclose(c, c.T, rtol=1e-12, atol=0.0):
            raise ImplausibleError(
                f"MultivariateNormal: expected a symmetric {n} x {n} matrix, found {self.covariance}"
            )
        lowest = float(np.linalg.eigvalsh(c).min())
        if lowest < -1e-12 * float(np.abs(c).max()):
            raise ImplausibleError(f"MultivariateNormal: expected no negative eigenvalue, found {lowest:g}")

    def sample_columns(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Draws, shape ``(number of inputs, size)``."""
        values, vectors = np.linalg.eigh(np.asarray(self.covariance, np.float64))
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        white = generator.standard_normal((len(self.means), size))
        return np.asarray(np.asarray(self.means)[:, None] + root @ white, np.float64)


@dataclass(frozen=True)
class MultivariateT:
    """Several correlated inputs from common readings: a scaled and shifted t in several dimensions (JCGM 102 5.3.2).

    Attributes:
        scale: means and covariance as if infinitely many readings had given them.
        nu: degrees of freedom, which all share.
    """

    scale: MultivariateNormal
    nu: float

    def __post_init__(self) -> None:
        _positive("degrees of freedom", self.nu)

    def sample_columns(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Draws, shape ``(number of inputs, size)``."""
        means = np.asarray(self.scale.means)[:, None]
        away = self.scale.sample_columns(generator, size) - means
        return np.asarray(means + away * np.sqrt(self.nu / generator.chisquare(self.nu, size)), np.float64)
