"""Known flow: several runs under several set-ups. How far they scatter, and how far their mean is from the reference.

``gauge``   six standard deviations of the whole method (runs and set-ups, nested), in percent of the tolerance of the
            protocol's mean flow error; the interval is stated, because three set-ups know their own scatter badly
``scatter`` whether the method's own uncertainty covers what it scatters: the lower end of the interval of the
            reproducibility must not exceed the standard uncertainty that the runs state
``bias``    mean of all runs less the reference. Its U is that of *one* run and of the reference: what runs share does
            not get smaller by repeating them. En is |bias| / U
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from calibration.grr import STUDY_WIDTH
from calibration.grr_nested import nested
from calibration.units import RATIO
from rig.bench import with_world_options
from rig.findings.mean_flow import NAME as MEAN_FLOW
from rig.protocol_findings.limits import half_width_percent
from rig.qualify.item import Item, judged, stated

if TYPE_CHECKING:
    from calibration.grr_nested import Nested
    from rig.assessment import Assessment
    from rig.bench import Bench
    from rig.protocol import Protocol
    from rig.qualify.plan import FlowTable, SetUp
    from rig.qualify.runs import Runs

#: Between the seeds of two set-ups of a simulated bench; a run adds its number.
_SEED_STEP = 1000


def flow_items(table: FlowTable, protocol: Protocol, bench: Bench, runs: Runs, *, short: bool) -> list[Item]:
    """Make the runs, and judge them.

    Raises:
        DoseproofError: a run was refused.
    """
    each = table.short_runs if short else table.runs
    found = [_set_up(number, one, protocol, bench, runs, each) for number, one in enumerate(table.set_ups)]
    names = tuple(made.folder for made in runs.made[-each * len(found) :])
    unfit = [name for name, one in zip(names, itertools.chain(*found), strict=True) if one.verdict.outcome != "pass"]
    if unfit:
        why = f"expected a pass of every run with the reference, found {', '.join(_told(runs, unfit))}"
        return [stated("flow runs", "every run with a known flow passes", "failed", why, records=names)]
    values, u = (np.array([[_numbers(one)[i] for one in row] for row in found]) for i in (0, 1))
    study, u_one = nested(values, ("set-up", "run")), float(np.sqrt(np.mean(u**2)))
    return [
        _gauge(study, table, protocol, names),
        _scatter(study, u_one, names),
        _bias(float(values.mean()), u_one, table, names),
    ]


def _set_up(number: int, one: SetUp, protocol: Protocol, bench: Bench, runs: Runs, each: int) -> list[Assessment]:
    if one.text and bench.world is None:
        runs.front.confirm(f"Set-up {one.name}: {one.text}")
    made = []
    for index in range(1, each + 1):
        runs.front.say(f"known flow: set-up {one.name}, run {index} of {each}")
        there = bench
        if bench.world is not None:
            seed = int(bench.world_options.get("seed", 1)) + _SEED_STEP * (number + 1) + index
            there = with_world_options(bench, {**one.world, "seed": seed})
        made.append(runs.run(f"flow-{one.name}-{index}", protocol, there))
    return made


def _told(runs: Runs, names: list[str]) -> list[str]:
    return [f"{made.folder}: {made.outcome}" for made in runs.made if made.folder in names]


def _numbers(assessment: Assessment) -> tuple[float, float]:
    (finding,) = [one for one in assessment.findings if one.name == MEAN_FLOW]
    return float(finding.value or 0.0), float(finding.u or 0.0)


def _gauge(study: Nested, table: FlowTable, protocol: Protocol, names: tuple[str, ...]) -> Item:
    limit = RATIO.magnitude("grr", table.grr)
    scale = 100.0 * STUDY_WIDTH / (2.0 * half_width_percent(protocol.findings.mean_flow_error.limit))
    found, (low, high) = scale * study.reproducibility, (scale * one for one in study.reproducibility_interval)
    parts = ", ".join(f"{name} {s:.3g} %" for name, s in study.deviations.items())
    clipped = f"; estimated below zero and set to zero: {', '.join(study.clipped)}" if study.clipped else ""
    held = found <= limit
    return Item(
        name="flow gauge", what="6 s of the whole method, of the tolerance", limit=f"<= {limit:g} %",
        verdict="passed" if held else "failed", value=found, unit="%", records=names,
        statement=(
            f"found {found:.3g} % of the tolerance, 95 % interval {low:.3g} to {high:.3g} %, "
            f"{'within' if held else 'beyond'} {limit:g} %; standard deviations: {parts}; repeatability "
            f"{study.repeatability:.3g} %, reproducibility {study.reproducibility:.3g} %{clipped}"
        ),
    )  # fmt: skip


def _scatter(study: Nested, u_one: float, names: tuple[str, ...]) -> Item:
    low = study.reproducibility_interval[0]
    held = low <= u_one
    return Item(
        name="flow scatter", what="what runs scatter, against the u they state", limit=f"<= {u_one:.3g} %",
        verdict="passed" if held else "failed", value=study.reproducibility, unit="%", records=names,
        statement=(
            f"runs scatter by {study.reproducibility:.3g} % (at least {low:.3g} %), and state u = {u_one:.3g} %: "
            f"{'covered' if held else 'not covered, the budget of the method is too small'}"
        ),
    )  # fmt: skip


def _bias(mean: float, u_one: float, table: FlowTable, names: tuple[str, ...]) -> Item:
    reference = table.reference
    u_reference = RATIO.magnitude("expanded", reference.expanded) / reference.k
    bias, expanded = mean - RATIO.magnitude("error", reference.error), 2.0 * math.hypot(u_one, u_reference)
    en = abs(bias) / expanded
    more = f"reference: {reference.what}, U = {2.0 * u_reference:.3g} % (k = 2); En = {en:.2f}"
    limit = RATIO.magnitude("bias", table.bias)
    item = judged("flow bias", "mean of all runs less the reference", bias, expanded, "%", limit=limit, records=names,
                  more=more)  # fmt: skip
    return item if en <= 1.0 else item.model_copy(
        update={"verdict": "failed", "statement": f"{item.statement}: the uncertainty does not cover the bias"}
    )  # fmt: skip
