"""The options of the nidaqmx driver: channels, rate, and where the device is.

::

    [witness.options]
    rate = "100 Hz"                          # for each channel; the device may grant a higher one
    buffer = "30 s"                          # how long nobody may read before samples are lost
    # samples = 5000                         # stop after so many; without it the acquisition is continuous
    # grpc = "127.0.0.1:31763"               # an NI gRPC device server; without it the library of this machine
    # timeout = "5 s"                        # how long the server may take to answer
    channels = [
      { name = "pressure", physical = "Dev1/ai0", kind = "voltage", range = ["-10 V", "10 V"] },
      { name = "load", physical = "Dev1/ai4", kind = "bridge", range = ["-2 mV/V", "2 mV/V"], excitation = "2.5 V" },
      { name = "force", physical = "Dev1/ai5", kind = "force-bridge", range = ["-1 N", "1 N"],
        electrical = ["0 mV/V", "2 mV/V"], force = ["0 N", "1 N"], resistance = "350 ohm" },
    ]

A bridge is a full bridge unless ``bridge = "half"`` or ``"quarter"`` says otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from calibration.units import BRIDGE_RATIO, FORCE, FREQUENCY, RESISTANCE, VOLTAGE
from drivers.errors import NotSupported
from drivers.options import Options

if TYPE_CHECKING:
    from calibration.units import Kind
    from drivers.interfaces import Column

_WHERE: Final = "options of nidaqmx"
_KEYS: Final = ("channels", "rate", "samples", "buffer", "grpc", "timeout")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_COMMON: Final = ("name", "physical", "kind", "range")
_BRIDGE: Final = (*_COMMON, "bridge", "excitation", "resistance")
#: By kind: the keys of its table, what its range is, and suffix, unit and meaning of its column.
_KINDS: Final = {
    "voltage": (_COMMON, VOLTAGE, "v", "V", "voltage at the terminals"),
    "bridge": (_BRIDGE, BRIDGE_RATIO, "v_v", "V/V", "ratio of the bridge's output to its excitation"),
    "force-bridge": (
        (*_BRIDGE, "electrical", "force"), FORCE, "n", "N", "force, by the two points of the options",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class ChannelOptions:
    """One channel; magnitudes in V, V/V, N and ohm.

    Attributes:
        name: of the channel in the task.
        physical: device and terminal.
        kind: ``voltage``, ``bridge`` or ``force-bridge``.
        low, high: the range asked for, in the unit of the column.
        bridge: ``full``, ``half`` or ``quarter``.
        excitation_v, resistance_ohm: of the bridge.
        electrical, force_n: the two points of a force bridge.
    """

    name: str
    physical: str
    kind: str
    low: float
    high: float
    bridge: str = "full"
    excitation_v: float = 2.5
    resistance_ohm: float = 350.0
    electrical: tuple[float, float] = (0.0, 2e-3)
    force_n: tuple[float, float] = (0.0, 1.0)

    @property
    def column(self) -> Column:
        """The column of its samples."""
        from drivers.interfaces import Column

        _, _, suffix, unit, meaning = _KINDS[self.kind]
        return Column(f"{self.name}_{suffix}", "float64", unit, f"{meaning}; {self.physical}")


@dataclass(frozen=True)
class DaqOptions:
    """All options.

    Attributes:
        channels: at least one.
        rate_hz: samples each second and channel, as asked for.
        samples: of a finite acquisition, for each channel; None for a continuous one.
        buffer_s: how much time the buffer holds.
        grpc: host and port of a device server; empty for the local library.
        timeout_s: how long a server may take to answer.
    """

    channels: tuple[ChannelOptions, ...]
    rate_hz: float
    samples: int | None
    buffer_s: float
    grpc: str
    timeout_s: float

    @property
    def buffer_samples(self) -> int:
        """Samples that the buffer holds for each channel."""
        return max(1000, math.ceil(self.rate_hz * self.buffer_s))


def read_options(device: str, table: Mapping[str, object]) -> DaqOptions:
    """Read the table.

    Args:
        device: name of the device, to which every physical channel must belong.
        table: as the bench file holds it.

    Raises:
        NotSupported: a key that is not known, or a value of another form.
        UnitError: a value without its unit, or with another one.
    """
    options = Options("nidaqmx", table, known=_KEYS)
    listed = table.get("channels")
    if not isinstance(listed, list | tuple) or not listed:
        raise NotSupported(f"{_WHERE}: channels: expected a list of tables, found {listed!r}")
    channels = tuple(_channel(f"{_WHERE}: channels[{n}]", device, one) for n, one in enumerate(listed))
    if len({channel.name for channel in channels}) < len(channels):
        raise NotSupported(f"{_WHERE}: channels: expected a name of its own for each, found one twice")
    return DaqOptions(
        channels,
        FREQUENCY.magnitude(f"{_WHERE}: rate", FREQUENCY.parse(f"{_WHERE}: rate", table.get("rate", "10 Hz"))),
        _samples(table.get("samples")),
        options.seconds("buffer", 30.0),
        _server(table.get("grpc", "")),
        options.seconds("timeout", 5.0),
    )


def _channel(where: str, device: str, table: object) -> ChannelOptions:
    if not isinstance(table, Mapping) or str(table.get("kind")) not in _KINDS:
        raise NotSupported(f"{where}: expected a table whose kind is one of {', '.join(_KINDS)}, found {table!r}")
    kind = str(table["kind"])
    keys, range_kind, *_ = _KINDS[kind]
    if unknown := [key for key in table if key not in keys]:
        raise NotSupported(f"{where}: unknown key {unknown[0]!r}; a {kind} channel knows: {', '.join(keys)}")
    name, physical = str(table.get("name", "")), str(table.get("physical", ""))
    if not _NAME.fullmatch(name):
        raise NotSupported(f"{where}: name: expected lower case letters, digits and _, found {name!r}")
    if physical.partition("/")[0] != device or not re.fullmatch(r"[^/,:]+/[^/,:]+", physical):
        raise NotSupported(
            f"{where}: physical: expected one channel of {device} such as '{device}/ai0', found {physical!r}"
        )
    low, high = _pair(f"{where}: range", table.get("range"), range_kind)
    if kind == "voltage":
        return ChannelOptions(name, physical, kind, low, high)
    return _bridge(where, ChannelOptions(name, physical, kind, low, high), table)


def _bridge(where: str, made: ChannelOptions, table: Mapping[str, object]) -> ChannelOptions:
    bridge = str(table.get("bridge", made.bridge))
    if bridge not in {"full", "half", "quarter"}:
        raise NotSupported(f"{where}: bridge: expected full, half or quarter, found {bridge!r}")
    two_points = made.kind == "force-bridge"
    return ChannelOptions(
        made.name, made.physical, made.kind, made.low, made.high, bridge,
        _one(f"{where}: excitation", table.get("excitation", "2.5 V"), VOLTAGE),
        _one(f"{where}: resistance", table.get("resistance", "350 ohm"), RESISTANCE),
        _pair(f"{where}: electrical", table.get("electrical"), BRIDGE_RATIO) if two_points else made.electrical,
        _pair(f"{where}: force", table.get("force"), FORCE, rising=False) if two_points else made.force_n,
    )  # fmt: skip


def _one(where: str, value: object, kind: Kind) -> float:
    return kind.magnitude(where, kind.parse(where, value))


def _pair(where: str, value: object, kind: Kind, *, rising: bool = True) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise NotSupported(f"{where}: expected two values such as ['{kind.example}', ...], found {value!r}")
    low, high = (_one(where, one, kind) for one in value)
    if low == high or (rising and low > high):
        raise NotSupported(f"{where}: expected the second above the first, found {value!r}")
    return low, high


def _samples(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 2:
        raise NotSupported(f"{_WHERE}: samples: expected a whole number above 1, found {value!r}")
    return value


def _server(value: object) -> str:
    if not isinstance(value, str) or (value and not re.fullmatch(r"[^\s:/]+:\d{1,5}", value)):
        raise NotSupported(f"{_WHERE}: grpc: expected such as '127.0.0.1:31763', found {value!r}")
    return value
