"""The bench as a calibration procedure sees it: channels to read, hands to do things, a clock to wait on.

    mean, sd, n = yield from station.mean("balance", "mass_g", seconds=10.0)

A reading that the instrument itself calls unusable is left out and counted; too few usable ones are an error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.errors import CalibrationError
from drivers.errors import DriverError
from drivers.interfaces import Supply
from rig.calibrate.errors import ProcedureError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from drivers.interfaces import Identity, Instrument
    from rig.bench_open import OpenBench
    from rig.calibrate.steps import Act

#: Between two looks at an instrument [s]; a balance is not asked more often.
POLL_S = 0.5
#: A mean stands on at least this many usable readings.
FEWEST = 5


@dataclass(frozen=True)
class Mean:
    """Readings of one column over some seconds.

    Attributes:
        mean: of the usable readings, in the unit of the column.
        sd: standard deviation of one reading.
        n: how many were usable.
        left_out: how many were not.
    """

    mean: float
    sd: float
    n: int
    left_out: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"mean": self.mean, "sd": self.sd, "n": self.n, "left_out": self.left_out}


@dataclass
class Station:
    """An open bench, for a procedure.

    Attributes:
        opened: the bench.
        alive: whether the pump must be told that the host lives (where it runs).
        results: of the steps so far, by key, for steps that stand on earlier ones.
    """

    opened: OpenBench
    alive: bool = False
    results: Mapping[str, Any] = field(default_factory=dict)
    _told_s: float = field(default=-math.inf)
    _ready: set[str] = field(default_factory=set)

    @property
    def simulated(self) -> bool:
        """Whether the bench has simulated hands."""
        return getattr(self.opened.world, "hands", None) is not None

    def hands(self, act: Act) -> str:
        """Let simulated hands do something; empty where there are none and a person does it."""
        found: Any = getattr(self.opened.world, "hands", None)
        return "" if found is None else str(found.do(act.name, dict(act.values)))

    def instrument(self, channel: str) -> Instrument:
        """The instrument of a channel.

        Raises:
            ProcedureError: the bench has none of that name.
        """
        named: dict[str, Instrument] = {"device": self.opened.device, **self.opened.laboratory()}
        if channel not in named:
            raise ProcedureError(
                f"{self.opened.file.name}: expected a channel {channel!r}, found {', '.join(named)}; name one of them"
            )
        return named[channel]

    def supply(self) -> Supply | None:
        """The first supply of the bench: the stand-in for the pump's battery."""
        return next((one for one in self.opened.laboratory().values() if isinstance(one, Supply)), None)

    def identity(self, channel: str) -> Identity:
        """Who answered on a channel."""
        self.instrument(channel)
        return self.opened.identities[channel]

    def wait(self, seconds: float) -> Generator[float, None, None]:
        """Let time pass, with progress; the pump hears that the host lives."""
        clock = self.opened.clock
        begin = clock.now()
        end = begin + seconds
        while (now := clock.now()) < end:
            yield (now - begin) / seconds
            self._keep_alive()
            clock.sleep_until(min(end, now + POLL_S))

    def mean(self, channel: str, column: str, seconds: float, fewest: int = FEWEST) -> Generator[float, None, Mean]:
        """Read a column for some seconds.

        Raises:
            ProcedureError: no such channel or column.
            CalibrationError: too few usable readings.
            DriverError: the instrument failed.
        """
        (mean,) = yield from self.means([(channel, column)], seconds, fewest)
        return mean

    def means(
        self, columns: Sequence[tuple[str, str]], seconds: float, fewest: int = FEWEST
    ) -> Generator[float, None, list[Mean]]:
        """Read a column of each of several channels over the same seconds; errors as for :meth:`mean`."""
        read = yield from self._together(columns, seconds)
        return [one.mean(seconds, fewest) for one in read]

    def readings(
        self, channel: str, column: str, seconds: float
    ) -> Generator[float, None, tuple[list[float], list[float], int]]:
        """Times [s], usable values, and how many were not usable."""
        (read,) = yield from self._together([(channel, column)], seconds)
        return read.times_s, read.values, read.left_out

    def _together(self, columns: Sequence[tuple[str, str]], seconds: float) -> Generator[float, None, list[_Readings]]:
        read = [_Readings(channel, column, self.instrument(channel)) for channel, column in columns]
        for one in read:
            self._make_ready(one.channel, one.instrument)
        for done in self.wait(seconds):
            yield done
            for one in read:
                one.drain()
        return read

    def _make_ready(self, channel: str, instrument: Instrument) -> None:
        """Prepare it once, and forget what it said before now: that belongs to something else."""
        if channel not in self._ready:
            instrument.prepare()
            self._ready.add(channel)
        instrument.drain()

    def _keep_alive(self) -> None:
        pump, now = self.opened.device, self.opened.clock.now()
        if self.alive and now - self._told_s >= pump.deadman_s / 4:
            pump.keep_alive()
            self._told_s = now

    def make_safe(self) -> None:
        """Stop the pump, whatever happened."""
        self.alive = False
        try:
            self.opened.device.stop()
        except DriverError as error:
            raise ProcedureError(f"the pump did not confirm its stop: {error}; see that it stands") from error


class _Readings:
    """What one column of a channel said; what the instrument itself calls unusable is only counted."""

    def __init__(self, channel: str, column: str, instrument: Instrument) -> None:
        self.channel, self.column, self.instrument = channel, column, instrument
        self._place, self._status = _columns(instrument, channel, column)
        self.times_s: list[float] = []
        self.values: list[float] = []
        self.left_out = 0

    def drain(self) -> None:
        """Take what came since the last time."""
        for row in self.instrument.drain():
            good = math.isfinite(row[self._place]) and (self._status is None or row[self._status] == "ok")
            self.left_out += not good
            if good:
                self.times_s.append(float(row[0]))
                self.values.append(float(row[self._place]))

    def mean(self, seconds: float, fewest: int) -> Mean:
        """Of at least so many."""
        if len(self.values) < fewest:
            raise CalibrationError(
                f"{self.channel}: expected at least {fewest} usable readings of {self.column} in {seconds:g} s, found "
                f"{len(self.values)} and {self.left_out} that the instrument itself called unusable"
            )
        return Mean(float(np.mean(self.values)), float(np.std(self.values, ddof=1)), len(self.values), self.left_out)


def _columns(instrument: Instrument, channel: str, column: str) -> tuple[int, int | None]:
    names = [one.name for one in instrument.columns]
    if column not in names:
        raise ProcedureError(f"{channel}: expected a column {column!r}, found {', '.join(names)}; name one of them")
    return names.index(column) + 1, names.index("status") + 1 if "status" in names else None
