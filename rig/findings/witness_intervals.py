"""Intervals in which the witnesses of a run are compared: the whole span, and the parts that the protocol declares.

The whole span is always among them: what is lost slowly adds up there, what comes and goes shows in a part. Parts of a
declared length follow one another from the beginning of the span; what is left over is a part of its own where it is
half a length at least, else it belongs to the last one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from calibration.units import TIME
from rig.findings.span import Span

if TYPE_CHECKING:
    from rig.delivery.from_record import Evidence


def intervals_of(evidence: Evidence, span: Span) -> tuple[list[Span], list[Span]]:
    """The whole span first, then the declared parts; and apart from them those in which nothing is programmed.

    Such a part has no limit that a witness could be held against, and is not compared.
    """
    parts = [_part(evidence, begin, end) for begin, end in _ends(evidence, span)]
    compared = [part for part in parts if part.programmed_ul > 0.0]
    return [span, *compared], [part for part in parts if part.programmed_ul <= 0.0]


def words_of(evidence: Evidence, part: Span) -> str:
    """Begin and end since the program began: ``6 h to 12 h``."""
    begin, end = (part.start_s - evidence.delivery_began_s, part.end_s - evidence.delivery_began_s)
    return f"{begin / 3600.0:.4g} h to {end / 3600.0:.4g} h"


def _ends(evidence: Evidence, span: Span) -> list[tuple[float, float]]:
    asked, began = evidence.protocol.witnesses, evidence.delivery_began_s
    if asked.interval is None:
        return [(began + one.start_s, began + one.end_s) for one in asked.intervals]
    length = TIME.magnitude("interval", asked.interval)
    count = math.floor((span.end_s - span.start_s) / length + 0.5)
    starts = [span.start_s + n * length for n in range(count)]
    return list(zip(starts, [*starts[1:], span.end_s], strict=True)) if count > 1 else []


def _part(evidence: Evidence, begin_s: float, end_s: float) -> Span:
    dose, began = evidence.protocol.dose, evidence.delivery_began_s
    programmed_ul = float(dose.volume_ul(end_s - began)) - float(dose.volume_ul(begin_s - began))
    return Span(begin_s, end_s, programmed_ul, None)
