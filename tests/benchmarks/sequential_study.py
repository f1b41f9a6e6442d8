"""Sequential runs over many synthetic deliveries: the risks that they keep, and how long they take.

    python tests/benchmarks/sequential_study.py [RUNS [SPENDING ...]]

Each delivery is drawn from what is physically there: noise of each level, a scale that all volumes share, evaporation
that drifts from the leg before to the leg after, noise of both legs. A look knows the leg before, the complete data
know both. The plan knows standard uncertainties only, and takes the evaporation of the looks and that of the complete
data as independent. A run passes where a look and the complete data after it agree (``rig.findings.decided_early``).

An evaporation beaker tells a look the course of evaporation, but for the ratio of the two beakers, which one leg tells
so far (``rig.delivery.beaker_ratio``). That ratio changes after the leg by anything up to what a look allows, and stays
there, which is the edge of what the complete data allow; ``unlike`` is three times as much, and nobody expected it.

Where nothing was seen in n runs, the rate is below 3/n at 95 % confidence.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rig.delivery.beaker_ratio import UNLIKE
from rig.verify.joint import Joint, level_covariance_ul2, successive_errors
from rig.verify.looks import Plan
from rig.verify.sequential import next_look, plan_looks

if TYPE_CHECKING:
    from collections.abc import Sequence

RATE_UL_H, LIMIT, K = 6.25, 14.5, 2.0
HOURS = np.arange(6.0, 24.1, 2.0)  # of looks; the last one is the full length
#: Legs and stabilization of a run beside its analysis.
BESIDE_H = 5.0 + 5.0 + 6.0
SPENDINGS = ("power", "obrien-fleming", "pocock")
CHUNK = 100_000
#: Of each run and time, and its standard uncertainty, which may be the same for all runs.
Estimate = tuple[np.ndarray, float | np.ndarray]


@dataclass(frozen=True)
class Bench:
    """Standard uncertainties: of a level [uL], of a leg's rate and of its drift [uL/h], of the scale [%]."""

    noise_ul: float
    leg_ul_h: float
    drift_ul_h: float
    scale_percent: float

    def covariance(self, *, complete: bool) -> np.ndarray:
        """Of the errors at all times, with the leg before or with both [%^2]."""
        return _errors(self, self.rate_u(complete=complete))

    def rate_u(self, *, complete: bool) -> float:
        """Standard uncertainty of the rate of evaporation as planned [uL/h]."""
        if not complete:
            return math.hypot(self.leg_ul_h, self.drift_ul_h)
        return math.hypot(self.leg_ul_h / math.sqrt(2.0), self.drift_ul_h / math.sqrt(3.0))

    def gone(self, draw: np.random.Generator, runs: int) -> tuple[Estimate, Estimate]:
        """By how much too much evaporation is added, with the leg before and with both."""
        drift = draw.normal(0.0, self.drift_ul_h, (runs, 1))
        before, after = (draw.normal(0.0, self.leg_ul_h, (runs, 1)) for _ in range(2))
        early, complete = (self.rate_u(complete=which) for which in (False, True))
        return (HOURS * (before - drift), early), (HOURS * (before + after) / 2.0, complete)


@dataclass(frozen=True)
class BesideBeaker(Bench):
    """The same with an evaporation beaker on a balance like the other one; evaporation is back in the leg after.

    Attributes:
        rate_ul_h: evaporation in the legs, the same in both beakers; in between it strays by ``drift_ul_h``.
        unlike: part by which the ratio may change after the leg before.
    """

    rate_ul_h: float = 0.0
    unlike: float = UNLIKE

    def covariance(self, *, complete: bool) -> np.ndarray:
        """Of the errors at all times [%^2]; both balances are read."""
        both = replace(self, noise_ul=math.sqrt(2.0) * self.noise_ul)
        return _errors(both, self.rate_u(complete=complete))

    def rate_u(self, *, complete: bool) -> float:
        """By what leaves the beakers on the average; no more change of the ratio is expected than a look allows."""
        u_leg, u_change = math.sqrt(2.0) * self.leg_ul_h / self.rate_ul_h, UNLIKE / math.sqrt(3.0)
        u_apart = math.hypot(math.sqrt(2.0) * u_leg, u_change) / math.sqrt(12.0)
        u_ratio, u_drift = (math.hypot(u_leg / math.sqrt(2.0), u_apart), u_apart) if complete else (0.0, u_change)
        u_ratio = u_ratio or math.hypot(u_leg, u_change)
        return math.hypot(u_ratio * math.hypot(self.rate_ul_h, self.drift_ul_h), u_drift * self.rate_ul_h)

    def gone(self, draw: np.random.Generator, runs: int) -> tuple[Estimate, Estimate]:
        """What the beaker lost, times a ratio by one leg or by both; u of each run by its own legs, as runs have it."""
        rate = self.rate_ul_h + draw.normal(0.0, self.drift_ul_h, (runs, 1))
        change = draw.uniform(-self.unlike, self.unlike, (runs, 1))
        read = self.rate_ul_h + draw.normal(0.0, self.leg_ul_h, (4, runs, 1))
        before, after = read[0] / read[1], (read[2] + change * self.rate_ul_h) / read[3]
        seen = HOURS * rate + draw.normal(0.0, self.noise_ul, (runs, HOURS.size))
        seen -= draw.normal(0.0, self.noise_ul, (runs, 1))
        true = HOURS * (1.0 + change) * rate
        u_before, u_after = (np.hypot(1.0, r) * self.leg_ul_h / b for r, b in ((before, read[1]), (after, read[3])))
        u_change = np.maximum(np.abs(before - 1.0), UNLIKE * np.abs(before)) / math.sqrt(3.0)
        early = np.hypot(np.hypot(u_before, u_change) * rate, u_change * read[1])
        u_apart = np.abs(after - before) / math.sqrt(12.0)
        u_ratio = np.hypot(np.hypot(u_before, u_after) / 2.0, u_apart)
        complete = np.hypot(u_ratio * rate, u_apart * (read[1] + read[3]) / 2.0)
        return (before * seen - true, early), ((before + after) / 2.0 * seen - true, complete)


#: A good balance under oil; one so coarse that the gate just lets it pass; much evaporation, without and with a beaker
#: that tells it; hardly any.
BENCHES = {
    "good": Bench(0.05, 0.005, 0.17, 0.03),
    "coarse": Bench(1.8, 0.02, 0.05, 0.05),
    "wet": Bench(0.3, 0.05, 0.35, 0.05),
    "beaker": BesideBeaker(0.3, 0.05, 0.35, 0.05, rate_ul_h=0.6),
    "still": Bench(0.1, 0.002, 0.002, 0.05),
}


def _errors(bench: Bench, evaporation_ul_h: float) -> np.ndarray:
    time_s = np.concatenate([[0.0], HOURS]) * 3600.0
    parts = {"noise_ul": bench.noise_ul, "u_evaporation_ul_h": evaporation_ul_h, "u_scale_percent": bench.scale_percent}
    covariance = level_covariance_ul2(time_s, RATE_UL_H, **parts)
    return successive_errors(RATE_UL_H * time_s / 3600.0, covariance, time_s, RATE_UL_H).covariance


def joint(bench: Bench) -> np.ndarray:
    """Of the looks and, as the last one, of the complete data [%^2]; they share no evaporation."""
    looks, complete, shared = bench.covariance(complete=False), bench.covariance(complete=True), _errors(bench, 0.0)
    found = shared.copy()
    found[:-1, :-1] = looks[:-1, :-1]
    found[-1, -1] = complete[-1, -1]
    return found


def planned(bench: Bench, spending: str) -> Plan:
    """As a run plans it."""
    u_complete = np.sqrt(np.diag(bench.covariance(complete=True)))
    shared = 2.0 * np.diag(_errors(bench, 0.0))
    change = np.diag(bench.covariance(complete=False)) + np.diag(bench.covariance(complete=True)) - shared
    options = {"limit_percent": LIMIT, "required_s": 6 * 3600.0, "spending": spending, "k": K}
    options |= {"u_complete": u_complete, "u_change": np.sqrt(np.maximum(change, 0.0)) * (HOURS[-1] > HOURS)}
    return plan_looks(HOURS * 3600.0, joint(bench), part=HOURS / HOURS[-1], **options)


def made(plan: Plan, bench: Bench) -> Plan:
    """The same plan as it is made on a bench that is not the one that was planned for."""
    covariance, done = joint(bench), []
    for number in range(len(plan.looks)):
        part = covariance[: number + 1, : number + 1]
        done.append(next_look(plan, number, done, Joint(np.zeros(number + 1), part)))
    return replace(plan, looks=tuple(done))


def deliveries(bench: Bench, error_percent, seed: int, runs: int) -> tuple[Estimate, Estimate]:
    """What each run finds at each time, with the leg before and with both, and its u [%], shape (runs, looks)."""
    draw = np.random.default_rng(seed)
    true = RATE_UL_H * HOURS * (1.0 + np.reshape(error_percent, (-1, 1)) / 100.0)
    noise = draw.normal(0.0, bench.noise_ul, (runs, HOURS.size)) - draw.normal(0.0, bench.noise_ul, (runs, 1))
    level = true + noise + RATE_UL_H * HOURS * draw.normal(0.0, bench.scale_percent / 100.0, (runs, 1))
    early, complete = bench.gone(draw, runs)
    return _found(bench, level, early, complete=False), _found(bench, level, complete, complete=True)


def _found(bench: Bench, level: np.ndarray, gone: Estimate, *, complete: bool) -> Estimate:
    """Errors with what evaporated added, and their u by what the run itself knows of evaporation."""
    added, u_ul_h = gone
    other = np.diag(bench.covariance(complete=complete)) - (100.0 * bench.rate_u(complete=complete) / RATE_UL_H) ** 2
    u = np.sqrt(other + (100.0 * np.asarray(u_ul_h) / RATE_UL_H) ** 2)
    return 100.0 * (level + added) / (RATE_UL_H * HOURS) - 100.0, u


def verdicts(plan: Plan, found: tuple[Estimate, Estimate]) -> tuple[np.ndarray, np.ndarray]:
    """At which look each run ends, and what it says: 1 pass, 0 inconclusive, -1 fail."""
    (early, u_early), (complete, u) = found
    band = np.array([*(one.complete for one in plan.looks[:-1]), plan.looks[-1].factor]) * u
    by_look = np.sign(_said(early, np.array([one.factor for one in plan.looks]) * u_early))
    by_look[:, -1] = 0
    decided = by_look != 0
    stop = np.where(decided.any(axis=1), decided.argmax(axis=1), HOURS.size - 1)
    rows = np.arange(len(stop))
    by_all, look = _said(complete, band)[rows, stop], by_look[rows, stop]
    return stop, np.where((by_all > 0) & (look < 0), 0, by_all)


def _said(error: np.ndarray, band: np.ndarray) -> np.ndarray:
    size = np.abs(error)
    return (size <= LIMIT - band).astype(int) - (size > LIMIT + band).astype(int)


def rate(verdict: int, plan: Plan | None, bench: Bench, error: float, runs: int, seed: int = 1) -> float:
    """How often runs of pumps with one error end so; without a plan all of them have their full length."""
    seen = 0
    for number in range(max(1, runs // CHUNK)):
        count = min(runs, CHUNK)
        found = deliveries(bench, error, 1000 * seed + number, count)
        said = _fixed(found) if plan is None else verdicts(plan, found)[1]
        seen += int((said == verdict).sum())
    return seen / (max(1, runs // CHUNK) * min(runs, CHUNK))


def lengths_h(plan: Plan, bench: Bench, runs: int, sd_percent: float = 2.5) -> tuple[np.ndarray, float, float]:
    """How long the analysis of good pumps takes [h], what part of them passes, and what part at fixed length."""
    pumps = np.random.default_rng(3).normal(0.0, sd_percent, runs)
    found = deliveries(bench, pumps, 4, runs)
    stop, said = verdicts(plan, found)
    fixed = _fixed(found)
    return HOURS[stop], float((said == 1).mean()), float((fixed == 1).mean())


def _fixed(found: tuple[Estimate, Estimate]) -> np.ndarray:
    """What each run says at its full length without any look."""
    error, u = found[1]
    return _said(error[:, -1:], K * u[..., -1:])[:, 0]


def main(runs: int, spendings: Sequence[str] = SPENDINGS) -> None:
    """Print the table."""
    print(f"{runs:,} deliveries each; nothing seen means below {100 * 3 / runs:.1g} % at 95 %. Rates in percent.")
    print(
        "bench    as      spending         pass at limit  fixed  fail at limit  fixed   at +2U   good: pass    fixed  "
        "median  whole run"
    )
    for name, bench in BENCHES.items():
        reals = {"planned": bench}
        reals["worse"] = replace(bench, noise_ul=2 * bench.noise_ul, drift_ul_h=2 * bench.drift_ul_h)
        if isinstance(bench, BesideBeaker):
            reals["unlike"] = replace(bench, unlike=3 * bench.unlike)
        for spending in spendings:
            for what, real in reals.items():
                plan = planned(bench, spending)
                print(f"{name:8} {what:7} {spending:15} {_row(made(plan, real), real, runs)}")


def _row(plan: Plan, bench: Bench, runs: int) -> str:
    u = math.sqrt(bench.covariance(complete=True)[-1, -1])
    ends = [
        max(rate(v, one, bench, side * LIMIT, runs, seed) for side in (1, -1))
        for seed, v in ((1, 1), (2, -1))
        for one in (plan, None)
    ]
    far = rate(1, plan, bench, LIMIT + 2.0 * K * u, runs, 3)
    hours, passed, fixed = lengths_h(plan, bench, min(runs, CHUNK))
    median = float(np.median(hours))
    whole = (median + BESIDE_H) / (HOURS[-1] + BESIDE_H)
    texts = "".join(f"{100 * one:{width}.3f}" for one, width in zip(ends, (14, 7, 15, 7), strict=True))
    good = f"{100 * passed:10.2f} {100 * fixed:8.2f} {median / HOURS[-1]:7.0%} {whole:5.0%}"
    return f"{texts} {100 * far:9.5f} {good}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, sys.argv[2:] or SPENDINGS)
