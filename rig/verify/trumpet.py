"""The trumpet curve: the largest and the smallest flow error in any window of each length.

Formulae of IEC 60601-2-24 (accuracy tests) [K], in the form of volume differences, which equals the mean of
the interval flows exactly::

    m       = (T - P)/S + 1                             windows of length P in a record of length T
    Ep(max) = max over the m windows of 100 (V(t+P) - V(t) - r P) / (r P)   percent
    A       = 100 (V(T) - V(0) - r T) / (r T)           percent, over the whole record

Example, a record sampled each 15 min::

    curve = trumpet(volume, quarter, rate, [quarter, hour], cycle=hour, level_noise=LevelNoise(sd))
    for window in curve.windows:
        print(window.window_s, window.ep_max_percent, window.ep_min_percent, window.silent_because(14.5))

Two things make a trumpet lie, and each window says whether they apply. A window that is **no whole multiple
of the pump's cycle** shows the phase of shots and rollers, not an error (a 2 uL shot each 4 min shows +-100 %
at 2 min while its mean error is 0). And **noise of the levels** alone draws a trumpet (:mod:`rig.verify.noise`).
Such a window is drawn and decides nothing. A trumpet shows extremes, no course in time: start-up and mean
flow belong beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.units import DENSITY, MASS, TIME, VOLUME, Quantity
from rig.verify.extremes import extreme_errors_percent
from rig.verify.grid import duration_above_zero_s, programmed_step_ul, unchecked_levels_ul, whole_multiple, window_steps
from rig.verify.noise import DECISIVE_PART, LevelNoise, noise_floor
from rig.verify.window_errors import window_errors_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.verify.window_errors import Extremes


@dataclass(frozen=True)
class Window:
    """What one window length shows.

    Attributes:
        window_s: its length, in seconds.
        count: m, the number of windows of that length in the record.
        ep_max_percent, ep_min_percent: the largest and the smallest error, in percent of the programmed volume.
        at_max_s, at_min_s: where these windows begin, in seconds from the first level.
        commensurate: whether it is a whole multiple of the declared cycle; None where none was declared.
        noise_floor_percent: what level noise alone would show; None where no noise was given.
    """

    window_s: float
    count: int
    ep_max_percent: float
    ep_min_percent: float
    at_max_s: float
    at_min_s: float
    commensurate: bool | None
    noise_floor_percent: float | None

    def silent_because(self, limit_percent: float) -> str | None:
        """Why this window may not decide about a limit of +-``limit_percent``; None where it may."""
        if self.commensurate is None:
            return "no cycle is declared, so the window may show the phase of the pump"
        if not self.commensurate:
            return "the window is no whole multiple of the declared cycle"
        if self.noise_floor_percent is None:
            return "the noise of the levels is not known"
        if self.noise_floor_percent > DECISIVE_PART * limit_percent:
            return (
                f"noise alone reaches {self.noise_floor_percent:.3g} %, over a third of the limit {limit_percent:g} %"
            )
        return None

    def decides(self, limit_percent: float) -> bool:
        """Whether the window is commensurate and quiet enough to decide about +-``limit_percent``."""
        return self.silent_because(limit_percent) is None


@dataclass(frozen=True)
class Trumpet:
    """A trumpet curve.

    Attributes:
        windows: one for each window length, in the order asked for.
        mean_error_percent: A, the error over the whole record, whole cycles or not.
        duration_s: length of the record.
        sample_interval_s: S.
    """

    windows: tuple[Window, ...]
    mean_error_percent: float
    duration_s: float
    sample_interval_s: float


def trumpet(
    volume: Quantity,
    sample_interval: Quantity,
    rate: Quantity,
    windows: Sequence[Quantity],
    *,
    cycle: Quantity | None = None,
    level_noise: LevelNoise | None = None,
    seed: int = 0,
) -> Trumpet:
    """The trumpet curve of a record of cumulative volume.

    Args:
        volume: cumulative delivered volume at uniform times, an array of shape (samples,).
        sample_interval: S, the time between two levels.
        rate: r, the programmed mean rate, above zero.
        windows: the lengths P, each a whole multiple of S.
        cycle: the pump's delivery cycle as its maker declares it, never fitted from the data.
        level_noise: noise of one level, for the noise floor.
        seed: of the floor's Monte Carlo.

    Raises:
        UnitError: an argument without its unit, of another kind or implausible.
        MetricError: a window that is no whole multiple of S or longer than the record (the message says which),
            a rate of zero, fewer than two levels.
    """
    volume_ul = unchecked_levels_ul(volume)  # the kernel has each block checked when it is in the cache anyway
    steps = window_steps(len(volume_ul), sample_interval, windows)
    interval_s = TIME.magnitude("sample_interval", sample_interval)
    step_ul = programmed_step_ul(rate, sample_interval)
    cycle_s = None if cycle is None else duration_above_zero_s("cycle", cycle)
    floors: Sequence[float | None] = [None] * len(steps)
    if level_noise is not None:
        floors = noise_floor(len(volume_ul), sample_interval, rate, windows, level_noise, seed=seed)
    extremes = extreme_errors_percent(volume_ul, steps, step_ul, kind=VOLUME)
    return Trumpet(
        tuple(
            _window(found, len(volume_ul) - n, n, interval_s, cycle_s, floor)
            for found, n, floor in zip(extremes, steps, floors, strict=True)
        ),
        float(window_errors_percent(volume_ul, len(volume_ul) - 1, step_ul)[0]),
        (len(volume_ul) - 1) * interval_s,
        interval_s,
    )


def trumpet_from_mass(
    mass: Quantity,
    density: Quantity,
    sample_interval: Quantity,
    rate: Quantity,
    windows: Sequence[Quantity],
    *,
    cycle: Quantity | None = None,
    level_noise: LevelNoise | None = None,
    seed: int = 0,
) -> Trumpet:
    """:func:`trumpet` of a record of collected mass, corrected for evaporation and buoyancy already.

    Args:
        mass: W, cumulative mass at uniform times, shape (samples,).
        density: d, of the fluid at the temperature for which the volume is stated.
        sample_interval, rate, windows, cycle, level_noise, seed: as for :func:`trumpet`.

    Raises:
        UnitError, MetricError: as for :func:`trumpet`.
    """
    volume_ul = MASS.array("mass", mass) * (1e6 / DENSITY.magnitude("density", density))  # g / (kg/m3) = 1e6 uL
    volume = VOLUME.quantity(volume_ul)
    return trumpet(volume, sample_interval, rate, windows, cycle=cycle, level_noise=level_noise, seed=seed)


def _window(
    extremes: Extremes, count: int, steps: int, interval_s: float, cycle_s: float | None, floor: float | None
) -> Window:
    return Window(
        window_s=steps * interval_s,
        count=count,
        ep_max_percent=extremes.top_percent,
        ep_min_percent=extremes.bottom_percent,
        at_max_s=extremes.top_at * interval_s,
        at_min_s=extremes.bottom_at * interval_s,
        commensurate=None if cycle_s is None else whole_multiple(steps * interval_s, cycle_s) is not None,
        noise_floor_percent=floor,
    )
