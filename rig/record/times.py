"""Times in a record: UTC of a reading, and how long each link took to answer.

>>> utc_at("2026-01-01T00:00:00+00:00", started_s=10.0, t_s=70.0).isoformat()
'2026-01-01T00:01:00+00:00'

A reading carries its acquisition time on the bench's clock, which never jumps; UTC follows from the one instant at
which both were read, when the run started. Steps of the wall clock during a run stand in the time base of the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from drivers.wire_log import RECEIVED, SENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.record.reader import Record


@dataclass(frozen=True, slots=True)
class Latency:
    """Time from a request to the first bytes of its answer.

    Attributes:
        median_s, max_s: over all requests that were answered [s].
        answers: how many that were.
    """

    median_s: float
    max_s: float
    answers: int


def utc_of(record: Record, t_s: float) -> datetime:
    """UTC of a time on the bench's clock.

    Args:
        record: in which the time stands.
        t_s: as the streams have it [s].
    """
    return utc_at(record.start["started_utc"], record.start["started_s"], t_s)


def utc_at(started_utc: str, started_s: float, t_s: float) -> datetime:
    """UTC of a time on a clock that showed ``started_s`` at ``started_utc``."""
    return datetime.fromisoformat(started_utc) + timedelta(seconds=t_s - started_s)


def link_latency(record: Record) -> dict[str, Latency]:
    """How long each link took to answer, by the name of the link; links without an answer are left out.

    A request is what was sent last before something came in. The pump's telemetry may come in first now and then, so
    the median says more than a single value.
    """
    if not record.health["wire"].rows:
        return {}
    wire = record.stream("wire")
    links = wire["link"]
    return {
        link: found
        for link in sorted(set(links.tolist()))
        if (found := _latency(wire["t_s"][links == link], wire["direction"][links == link])) is not None
    }


def _latency(t_s: NDArray[Any], direction: NDArray[Any]) -> Latency | None:
    import numpy as np

    answered = (direction[:-1] == SENT) & (direction[1:] == RECEIVED)
    taken_s = (t_s[1:] - t_s[:-1])[answered]
    if not taken_s.size:
        return None
    return Latency(float(np.median(taken_s)), float(taken_s.max()), int(taken_s.size))
