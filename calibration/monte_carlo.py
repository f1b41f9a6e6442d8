"""Propagation of distributions by Monte Carlo (JCGM 101:2008), vectorised and repeatable.

>>> from calibration.distributions import Normal, Rectangular
>>> result = propagate(lambda a, b: a + b, {"a": Normal(0.0, 1.0), "b": Rectangular(-1.0, 1.0)}, draws=100_000)
>>> print(f"{result.u:.1f}")
1.2

The model is called with arrays, one keyword for each input; a joint distribution
(:class:`~calibration.distributions.MultivariateNormal`, ``MultivariateT``) is named by a tuple of names. Draws come
from an explicit PCG64 with a given seed, in chunks of fixed size, so that the same call gives the same digits.
:func:`propagate_adaptive` draws until the result is stable (7.9), :func:`validate_framework` says whether the GUM
interval may be used instead (8). Plain numbers, as in every array kernel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.distributions import Distribution, MultivariateNormal, MultivariateT
from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Name = str | tuple[str, ...]
Joint = MultivariateNormal | MultivariateT
Inputs = Mapping[Name, Distribution | Joint] | Mapping[str, Distribution]
Model = Callable[..., Any]
Interval = tuple[float, float]

#: Part of the definition of a result: another size is another order of draws. Its arrays stay in a core's own cache.
_CHUNK = 32_768


@dataclass(frozen=True)
class MonteCarloResult:
    """What the draws say.

    Attributes:
        estimate: mean.
        u: standard deviation.
        symmetric: probabilistically symmetric coverage interval (7.7.2).
        shortest: shortest coverage interval (7.7.3); the one to quote where the distribution leans.
        p: coverage probability of both.
        draws: how many.
        converged: whether :func:`propagate_adaptive` reached its tolerance; always true for :func:`propagate`.
    """

    estimate: float
    u: float
    symmetric: Interval
    shortest: Interval
    p: float
    draws: int
    converged: bool = True


@dataclass(frozen=True)
class FrameworkCheck:
    """How far the GUM interval is from the simulated one.

    Attributes:
        low_difference, high_difference: of the endpoints, absolute.
        tolerance: what they may be.
        valid: both are within it.
    """

    low_difference: float
    high_difference: float
    tolerance: float
    valid: bool


def propagate(
    model: Model, inputs: Inputs, *, draws: int = 1_000_000, p: float = 0.95, seed: int = 0
) -> MonteCarloResult:
    """A fixed number of draws (JCGM 101 clause 7.2 to 7.7).

    Args:
        model: of arrays, elementwise.
        inputs: name to distribution, drawn in this order.
        draws: at least 1e4 / (1 - p) for a stable interval; 1e6 is usual.
        p: coverage probability.
        seed: of the generator.

    Raises:
        ImplausibleError: too few draws for the probability, a name used twice, a model that gives no finite numbers.
    """
    _check(p, draws)
    return summary(drawn(model, inputs, draws=draws, seed=seed), p)


def drawn(model: Model, inputs: Inputs, *, draws: int, seed: int = 0) -> NDArray[np.float64]:
    """The draws themselves, shape ``(draws,)``; arguments and errors as for :func:`propagate`."""
    return _draw(model, inputs, draws, _generator(seed))


def propagate_adaptive(
    model: Model,
    inputs: Inputs,
    *,
    digits: int = 2,
    fraction: float = 1.0,
    p: float = 0.95,
    seed: int = 0,
    max_draws: int = 20_000_000,
) -> MonteCarloResult:
    """Draw until estimate, u and the ends of the symmetric interval are stable (JCGM 101 clause 7.9.4).

    Args:
        model: of arrays, elementwise.
        inputs: as for :func:`propagate`.
        digits: significant digits of u that matter, 1 or 2.
        fraction: of the numerical tolerance to reach; 0.2 before :func:`validate_framework` (clause 8.2).
        p: coverage probability.
        seed: of the generator.
        max_draws: stop here and say ``converged=False``.

    Raises:
        ImplausibleError: as for :func:`propagate`.
    """
    _refuse_no_probability(p)
    block = max(math.ceil(100.0 / (1.0 - p)), 10_000)
    generator, converged = _generator(seed), False
    parts: list[NDArray[np.float64]] = []
    quartets: list[tuple[float, ...]] = []
    while not converged and (len(parts) < 2 or (len(parts) + 1) * block <= max_draws):
        values = _draw(model, inputs, block, generator)
        one = summary(values, p)
        parts.append(values)
        quartets.append((one.estimate, one.u, *one.symmetric))
        converged = len(parts) >= 2 and _stable(quartets, fraction, digits)
    whole = summary(np.concatenate(parts), p)
    return MonteCarloResult(**{**whole.__dict__, "converged": converged})


def numerical_tolerance(u: float, digits: int = 2) -> float:
    """Half of the last significant digit of u: u = c 10^l with c of ``digits`` digits gives 10^l / 2 (clause 7.9.2).

    >>> numerical_tolerance(0.00035, 1), numerical_tolerance(9.96, 2)
    (5e-05, 0.5)

    Args:
        u: standard uncertainty, above zero.
        digits: significant digits, 1 or more.

    Raises:
        ImplausibleError: an uncertainty or a number of digits that cannot be.
    """
    if not (math.isfinite(u) and u > 0.0) or digits < 1:
        raise ImplausibleError(
            f"u, digits: expected an uncertainty above zero and one digit or more, found {u}, {digits}"
        )
    exponent = int(f"{u:.{digits - 1}e}".partition("e")[2])  # of the rounded number: 9.96 counts as 10
    return 0.5 * 10.0 ** (exponent - digits + 1)


def validate_framework(
    framework: Interval, simulated: MonteCarloResult, *, digits: int = 2, shortest: bool = False
) -> FrameworkCheck:
    """Whether the GUM uncertainty framework may be used: both ends within the numerical tolerance (clause 8).

    Args:
        framework: y - U and y + U of the budget, for the same probability.
        simulated: with draws enough for a fifth of the tolerance.
        digits: significant digits of u that matter.
        shortest: compare with the shortest interval and not with the symmetric one.

    Raises:
        ImplausibleError: a simulated uncertainty of zero.
    """
    low, high = simulated.shortest if shortest else simulated.symmetric
    tolerance = numerical_tolerance(simulated.u, digits)
    d_low, d_high = abs(framework[0] - low), abs(framework[1] - high)
    return FrameworkCheck(d_low, d_high, tolerance, d_low <= tolerance and d_high <= tolerance)


def coverage_intervals(values: NDArray[np.float64], p: float) -> tuple[Interval, Interval]:
    """The symmetric and the shortest interval of draws (clauses 7.7.2 and 7.7.3).

    Args:
        values: draws in any order, one-dimensional.
        p: coverage probability; at least 2 draws must lie outside.

    Raises:
        ImplausibleError: too few draws for the probability.
    """
    _check(p, values.size)
    ordered, held = np.sort(values), int(p * values.size + 0.5)
    first = int((values.size - held) / 2.0 + 0.5) - 1
    widths = ordered[held:] - ordered[: values.size - held]
    best = int(np.argmin(widths))
    return _pair(ordered, first, held), _pair(ordered, best, held)


def endpoint_deviation(values: NDArray[np.float64], p: float) -> float:
    """Standard deviation of an end of the symmetric interval from the draws alone: of batches, by their number (7.9.4).

    Args:
        values: draws in the order in which they were drawn, two batches of 1e4 or more.
        p: coverage probability.

    Raises:
        ImplausibleError: too few draws.
    """
    _check(p, values.size // 2)
    count = max(2, values.size // 10_000)
    tails = ((1.0 - p) / 2.0, (1.0 + p) / 2.0)
    ends = np.quantile(values[: values.size // count * count].reshape(count, -1), tails, axis=1)
    return float(ends.std(axis=1, ddof=1).max() / math.sqrt(count))


def _pair(ordered: NDArray[np.float64], first: int, held: int) -> Interval:
    return float(ordered[first]), float(ordered[first + held])


def summary(values: NDArray[np.float64], p: float) -> MonteCarloResult:
    """Estimate, u and both intervals of draws (clauses 7.6 and 7.7).

    Raises:
        ImplausibleError: too few draws for the probability.
    """
    symmetric, shortest = coverage_intervals(values, p)
    return MonteCarloResult(float(values.mean()), float(values.std(ddof=1)), symmetric, shortest, p, values.size)


def _stable(quartets: list[tuple[float, ...]], fraction: float, digits: int) -> bool:
    table = np.asarray(quartets, np.float64)
    u = float(table[:, 1].mean())
    if u == 0.0:
        return True
    deviations = table.std(axis=0, ddof=1) / math.sqrt(len(quartets))
    return bool((2.0 * deviations < fraction * numerical_tolerance(u, digits)).all())


def _generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def _draw(model: Model, inputs: Inputs, draws: int, generator: np.random.Generator) -> NDArray[np.float64]:
    values = np.empty(draws, np.float64)
    for start in range(0, draws, _CHUNK):
        size = min(_CHUNK, draws - start)
        values[start : start + size] = model(**_columns(inputs, size, generator))
    if not np.isfinite(values).all():
        raise ImplausibleError(
            f"model: expected finite numbers, found {int((~np.isfinite(values)).sum())} of {draws} that are not; "
            "an input's distribution reaches where the model does not hold"
        )
    return values


def _columns(inputs: Inputs, size: int, generator: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    columns: dict[str, NDArray[np.float64]] = {}
    for name, distribution in inputs.items():
        names = (name,) if isinstance(name, str) else name
        rows = _rows(distribution, size, generator)
        if len(rows) != len(names) or len({*columns, *names}) != len(columns) + len(names):
            raise ImplausibleError(f"inputs: expected one column for each of {names}, named once, found {len(rows)}")
        columns.update(zip(names, rows, strict=True))
    return columns


def _rows(distribution: Distribution | Joint, size: int, generator: np.random.Generator) -> NDArray[np.float64]:
    if isinstance(distribution, MultivariateNormal | MultivariateT):
        return distribution.sample_columns(generator, size)
    return distribution.sample(generator, size)[None, :]


def _refuse_no_probability(p: float) -> None:
    if not 0.0 < p < 1.0:
        raise ImplausibleError(f"p: expected a probability between 0 and 1, such as 0.95, found {p!r}")


def _check(p: float, draws: int) -> None:
    _refuse_no_probability(p)
    if draws * (1.0 - p) < 4.0 or draws * p < 1.0:
        raise ImplausibleError(f"draws: expected {math.ceil(4.0 / (1.0 - p))} or more for p = {p:g}, found {draws}")
