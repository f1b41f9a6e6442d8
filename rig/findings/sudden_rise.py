"""A rise of the balance that the program does not know: a line that opened, or something that was put on the pan.

Which of the two it was, the balance alone does not tell, and a small one is no proof against the bench
(:mod:`rig.findings.disturbance`). But a mean flow that is right *because of it* shows nothing: a pump that delivers a
quarter too little and a rise of as much would pass. So a run with a constant rate in which the reading rises at once,
stays there, and does so a few times at most, is not passed.

What comes again and again is how the pump delivers (portions, drops): it counts from four times the fourth largest
rise on. Protocols with acts (a clamp that is opened) and programs that change expect rises, and have findings for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from rig.evaluation import WITH_GAPS, revision_of
from rig.finding import Finding
from rig.findings.disturbance import less_g, noise_g
from rig.findings.falls import lasting_falls_g, since
from rig.findings.span import constant_rate_ul_h

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.delivery.levels import Floats
    from rig.findings.span import Span

NAME: Final = "sudden_rise"
#: Of so many rises none is a sudden one that is less than so many times the least of the largest.
USUAL: Final = 4
TIMES: Final = 4.0
#: So many times the program's flow, and so many drops, are no sudden rise.
FASTER: Final = 2.0
#: Between readings that show one rise [s].
ONE_S: Final = 10.0


def sudden_rise(evidence: Evidence, delivery: Delivery, span: Span) -> Finding | None:
    """An inconclusive finding, its value the largest rise [mg]; None where nothing rose so, or rises are expected.

    Args:
        evidence: program, acts, and the evaluation of the record.
        delivery: with all its readings.
        span: the analysis; what rises beside it is in no mean.
    """
    rate_ul_h = constant_rate_ul_h(evidence)
    if evidence.protocol.acts or rate_ul_h is None or revision_of(evidence.record.start) < WITH_GAPS:
        return None
    took_s = delivery.time_s - delivery.time_s[since(delivery.time_s)]
    flowed_ul = FASTER * (delivery.drop_ul + rate_ul_h * took_s / 3600.0)
    allowed_g = less_g(evidence, delivery) + 1e-6 * delivery.setup.fluid_kg_m3 * flowed_ul
    rose_g = lasting_falls_g(delivery.time_s, -delivery.reading_g, noise_g(delivery), allowed_g)
    rose_g[(delivery.time_s < span.start_s) | (delivery.time_s > span.end_s)] = 0.0
    at, sizes_g = _each(delivery.time_s, rose_g)
    if not len(at) or (len(at) >= USUAL and sizes_g.max() < TIMES * np.sort(sizes_g)[-USUAL]):
        return None
    largest = int(sizes_g.argmax())
    mg = 1e3 * float(sizes_g[largest])
    text = (
        f"inconclusive: the balance rose by {mg:.3g} mg at once at t = {at[largest]:.0f} s, which nothing in the "
        "program gives: the line held back and let go, or something was put on the pan. A mean that is right because "
        "of it shows nothing"
    )
    facts = {"at_s": float(at[largest]), "rises": len(at)}
    return Finding(NAME, "inconclusive", text, value=mg, unit="mg", facts=facts)


def _each(time_s: Floats, rose_g: Floats) -> tuple[Floats, Floats]:
    """When each rise was seen first, and its size; readings close together show the same one."""
    seen = np.flatnonzero(rose_g)
    if not len(seen):
        return time_s[seen], rose_g[seen]
    begins = np.flatnonzero(np.diff(time_s[seen], prepend=-np.inf) > ONE_S)
    return time_s[seen][begins], np.maximum.reduceat(rose_g[seen], begins)
