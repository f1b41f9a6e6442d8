"""What is refused of a protocol before anything is opened, because its run could decide nothing.

>>> refuse_undecidable(load_protocol("protocol.toml"), load_bench("bench.toml"))    # doctest: +SKIP

A rule that nobody offers, an analysis without flow or without a whole cycle, a question that would never be asked:
each would show only after hours or days.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from calibration.units import VOLUME
from rig.errors import EvidenceError
from rig.findings.check_placements import FEWEST
from rig.findings.witness_pair import pair_of
from rig.plan import level_window_s, make_plan
from rig.protocol_findings.ruled import Ruled
from rig.verify.errors import RuleError
from rig.verify.guard_bands import find_rule
from rig.verify.looks import time_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.bench import Bench
    from rig.errors import KeyPath
    from rig.protocol import Protocol
    from rig.protocol_tables import Findings

    Problems = list[tuple[KeyPath, str]]

#: A cycle that is missing by no more than this part of itself counts as whole.
_TIE = 1e-6


def refuse_undecidable(protocol: Protocol, bench: Bench) -> None:
    """Refuse a protocol whose findings could not be made.

    Args:
        protocol: what to test.
        bench: on what; its device may declare a cycle.

    Raises:
        FileError: with every problem of the protocol file.
    """
    problems = [*_rule_problems(protocol), *_analysis_problems(protocol, bench), *_prompt_problems(protocol)]
    problems += [*_weight_problems(protocol, bench), *_leak_problems(protocol, bench), *_look_problems(protocol, bench)]
    if problems:
        raise protocol.source.error(problems)


def _rule_problems(protocol: Protocol) -> Problems:
    asked = protocol.findings
    problems: Problems = []
    for place, table in _ruled(asked):
        try:
            find_rule(table.rule)
        except RuleError as error:
            problems.append((("findings", *place, "rule"), str(error)))
    return problems


def _ruled(asked: Findings) -> Iterator[tuple[KeyPath, Ruled]]:
    """Every table with a rule, and its place."""
    for name in type(asked).model_fields:
        found = getattr(asked, name)
        if isinstance(found, Ruled):
            yield (name,), found
        elif isinstance(found, tuple):
            yield from (((name, index), one) for index, one in enumerate(found) if isinstance(one, Ruled))


def _analysis_problems(protocol: Protocol, bench: Bench) -> Problems:
    timing, place = protocol.timing, ("timing", "analysis")
    before, after = (float(protocol.dose.volume_ul(t)) for t in (timing.stabilization_s, timing.delivery_s))
    if protocol.kind == "zero-flow":
        return []
    if after <= before:
        return [(place, "nothing is programmed during the analysis, so there is no flow to judge; analyse what flows")]
    if (cycle := bench.device.cycle_volume) is None:
        return []
    cycle_ul = VOLUME.magnitude("cycle_volume", cycle)
    if after - before >= cycle_ul * (1 - _TIE):
        return []
    held = f"the analysis holds {after - before:.3g} uL, less than one declared cycle of {cycle_ul:.3g} uL"
    return [(place, f"{held}; analyse longer")]


def _prompt_problems(protocol: Protocol) -> Problems:
    """A question at a leg that the protocol does not have."""
    timing = protocol.timing
    legs = {"evaporation_before": timing.evaporation_before, "evaporation_after": timing.evaporation_after}
    return [
        (("prompts", index, "at"), f"there is no such leg, so it would never be asked; set timing.{prompt.at} too")
        for index, prompt in enumerate(protocol.prompts)
        if prompt.at in legs and legs[prompt.at] is None
    ]


def _leak_problems(protocol: Protocol, bench: Bench) -> Problems:
    """A leak between witnesses that the bench does not have."""
    if (asked := protocol.findings.leak) is None:
        return []
    try:
        pair_of(bench, asked)
    except EvidenceError as error:
        return [(("findings", "leak"), str(error))]
    return []


def _weight_problems(protocol: Protocol, bench: Bench) -> Problems:
    """An average of too few readings to be one."""
    table, tips = protocol.check_weight, [one for one in bench.witness if one.node == "tip"]
    if table is None or not tips:
        return []
    interval_s = make_plan(protocol, bench).interval_s(tips[0].name)
    if table.average_s >= (FEWEST + 1) * interval_s:
        return []
    message = f"expected {FEWEST + 1} readings or more, one each {interval_s:g} s; average longer"
    return [(("check_weight", "average"), message)]


def _look_problems(protocol: Protocol, bench: Bench) -> Problems:
    """Looks that are no whole cycles of the pump, or that share readings with the first level or with each other."""
    table, place = protocol.findings.mean_flow_error.sequential, ("findings", "mean_flow_error", "sequential")
    if table is None:
        return []
    times = table.times_s(protocol.timing.analysis_s)
    least_s = 2.0 * level_window_s(protocol, bench)
    problems: Problems = []
    if any(b - a < least_s for a, b in itertools.pairwise([0.0, *times, protocol.timing.analysis_s])):
        problems.append(
            (place, f"expected looks at least {least_s:g} s apart, because each level has its own readings")
        )
    if (cycle := bench.device.cycle_volume) is None:
        return problems
    begin, cycle_ul = protocol.timing.stabilization_s, VOLUME.magnitude("cycle_volume", cycle)
    cycles = [float(protocol.dose.volume_ul(begin + t) - protocol.dose.volume_ul(begin)) / cycle_ul for t in times]
    if torn := [t for t, n in zip(times, cycles, strict=True) if abs(n - round(n)) > _TIE * max(n, 1.0)]:
        text = f"expected looks after whole cycles of {cycle_ul:g} uL, found {time_text(torn[0])}, within one"
        problems.append((place, text))
    return problems
