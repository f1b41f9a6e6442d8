"""What many runs say about devices like these: what lies between and within them, and a tolerance interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.verify.errors import MetricError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.content.case import Case

CONTENT, CONFIDENCE = 0.95, 0.95


@dataclass(frozen=True)
class Population:
    """What the runs say about devices like these.

    Attributes:
        devices, runs: that count; invalid runs and those without a value do not.
        mean: of the devices' means [%].
        interval: tolerance interval [%]; None for fewer than two devices.
        sd, factor: standard deviation of the devices' means [%], and the factor on it.
        spread: between and within devices, in words.
    """

    devices: int
    runs: int
    mean: float | None
    interval: tuple[float, float] | None
    spread: str
    sd: float | None = None
    factor: float | None = None


def population(cases: Sequence[Case]) -> Population:
    """What lies between and within devices, and the tolerance interval."""
    from rig.verify.pumps import between_pumps
    from rig.verify.tolerance import two_sided_factor

    values: dict[str, list[float]] = {}
    for case in cases:
        if counts(case):
            values.setdefault(case.device["serial_number"], []).append(_value(case))
    runs = sum(map(len, values.values()))
    if not runs:
        return Population(0, 0, None, None, "no run gave a value that counts")
    means = [float(np.mean(one)) for one in values.values()]
    shared = 2.0 * u_shared(cases)
    mean = float(np.mean(means))
    if len(means) < 2:
        return Population(1, runs, mean, None, "one device: nothing is said about others")
    try:
        study = between_pumps(list(values.values()), u_shared=shared / 2.0)
        spread = f"standard deviation between devices {study.sd_between:.3g} %, within {study.sd_within:.3g} %"
    except MetricError:
        spread = f"standard deviation of the devices {np.std(means, ddof=1):.3g} %; one run each: within is not known"
    factor, sd = two_sided_factor(len(means), CONTENT, CONFIDENCE), float(np.std(means, ddof=1))
    reach = factor * sd + shared
    return Population(len(means), runs, mean, (mean - reach, mean + reach), spread, sd, factor)


def counts(case: Case) -> bool:
    """Whether a run says something about its device: it has a value, and the bench was not at fault."""
    return case.main is not None and case.main.value is not None and case.assessment.verdict.outcome != "invalid"


def _value(case: Case) -> float:
    main = case.main
    return float("nan") if main is None or main.value is None else main.value


def u_shared(cases: Sequence[Case]) -> float:
    """Standard uncertainty that every run of a bench has in common [%]: density, slope, needle; the largest of them."""
    return max((100.0 * case.assessment.delivery.u_scale for case in cases if case.assessment.delivery), default=0.0)
