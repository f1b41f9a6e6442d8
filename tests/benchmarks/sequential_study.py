"""Sequential runs over many synthetic deliveries: the risks that they keep, and how long they take.

    python tests/benchmarks/sequential_study.py [RUNS]

Each delivery is drawn from what is physically there: noise of each level, a scale that all volumes share, evaporation
that drifts from the leg before to the leg after, noise of both legs. A look knows the leg before, the complete data
know both. The plan knows standard uncertainties only, and takes the evaporation of the looks and that of the complete
data as independent. A run passes where a look and the complete data after it agree (``rig.findings.decided_early``).

Where nothing was seen in n runs, the rate is below 3/n at 95 % confidence.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace

import numpy as np

from rig.verify.joint import Joint, level_covariance_ul2, successive_errors
from rig.verify.looks import Plan
from rig.verify.sequential import next_look, plan_looks

RATE_UL_H, LIMIT, K = 6.25, 14.5, 2.0
HOURS = np.arange(6.0, 24.1, 2.0)  # of looks; the last one is the full length
#: Legs and stabilization of a run beside its analysis.
BESIDE_H = 5.0 + 5.0 + 6.0
SPENDINGS = ("power", "obrien-fleming", "pocock")
CHUNK = 100_000


@dataclass(frozen=True)
class Bench:
    """Standard uncertainties: of a level [uL], of a leg's rate and of its drift [uL/h], of the scale [%]."""

    noise_ul: float
    leg_ul_h: float
    drift_ul_h: float
    scale_percent: float

    def covariance(self, *, complete: bool) -> np.ndarray:
        """Of the errors at all times, with the leg before or with both [%^2]."""
        u = math.hypot(self.leg_ul_h / math.sqrt(2.0), self.drift_ul_h / math.sqrt(3.0)) if complete else None
        evaporation = math.hypot(self.leg_ul_h, self.drift_ul_h) if u is None else u
        return _errors(self, evaporation)


#: A good balance under oil; one so coarse that the gate just lets it pass; much evaporation; hardly any.
BENCHES = {
    "good": Bench(0.05, 0.005, 0.17, 0.03),
    "coarse": Bench(1.8, 0.02, 0.05, 0.05),
    "wet": Bench(0.3, 0.05, 0.35, 0.05),
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


def deliveries(bench: Bench, error_percent, seed: int, runs: int) -> tuple[np.ndarray, np.ndarray]:
    """What each run finds at each time, with the leg before and with both [%], shape (runs, looks)."""
    draw = np.random.default_rng(seed)
    true = RATE_UL_H * HOURS * (1.0 + np.reshape(error_percent, (-1, 1)) / 100.0)
    noise = draw.normal(0.0, bench.noise_ul, (runs, HOURS.size)) - draw.normal(0.0, bench.noise_ul, (runs, 1))
    level = true + noise + RATE_UL_H * HOURS * draw.normal(0.0, bench.scale_percent / 100.0, (runs, 1))
    drift = draw.normal(0.0, bench.drift_ul_h, (runs, 1))
    before, after = (draw.normal(0.0, bench.leg_ul_h, (runs, 1)) for _ in range(2))
    gone = (before - drift, (before + after) / 2.0)  # by so much the rate is taken wrong
    early, complete = (100.0 * (level + HOURS * one) / (RATE_UL_H * HOURS) - 100.0 for one in gone)
    return early, complete


def verdicts(plan: Plan, bench: Bench, found: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """At which look each run ends, and what it says: 1 pass, 0 inconclusive, -1 fail."""
    early, complete = found
    u = np.sqrt(np.diag(bench.covariance(complete=True)))
    band = np.array([*(one.complete for one in plan.looks[:-1]), plan.looks[-1].factor]) * u
    by_look = np.sign(_said(early, np.array([one.factor * one.u_percent for one in plan.looks])))
    by_look[:, -1] = 0
    decided = by_look != 0
    stop = np.where(decided.any(axis=1), decided.argmax(axis=1), HOURS.size - 1)
    rows = np.arange(len(stop))
    by_all, look = _said(complete, band)[rows, stop], by_look[rows, stop]
    return stop, np.where((by_all > 0) & (look < 0), 0, by_all)


def _said(error: np.ndarray, band: np.ndarray) -> np.ndarray:
    size = np.abs(error)
    return (size <= LIMIT - band).astype(int) - (size > LIMIT + band).astype(int)


def rate(verdict: int, plan: Plan, bench: Bench, error: float, runs: int, seed: int = 1) -> float:
    """How often runs of pumps with one error end so."""
    seen = 0
    for number in range(max(1, runs // CHUNK)):
        count = min(runs, CHUNK)
        _, said = verdicts(plan, bench, deliveries(bench, error, 1000 * seed + number, count))
        seen += int((said == verdict).sum())
    return seen / (max(1, runs // CHUNK) * min(runs, CHUNK))


def lengths_h(plan: Plan, bench: Bench, runs: int, sd_percent: float = 2.5) -> tuple[np.ndarray, float, float]:
    """How long the analysis of good pumps takes [h], what part of them passes, and what part at fixed length."""
    pumps = np.random.default_rng(3).normal(0.0, sd_percent, runs)
    found = deliveries(bench, pumps, 4, runs)
    stop, said = verdicts(plan, bench, found)
    fixed = _said(found[1][:, -1], K * math.sqrt(bench.covariance(complete=True)[-1, -1]))
    return HOURS[stop], float((said == 1).mean()), float((fixed == 1).mean())


def main(runs: int) -> None:
    """Print the table."""
    print(f"{runs:,} deliveries each; nothing seen means below {100 * 3 / runs:.1g} % at 95 %. Rates in percent.")
    print(
        "bench    as      spending       pass at limit  fail at limit   at +2U   good: pass    fixed  median  whole run"
    )
    for name, bench in BENCHES.items():
        worse = replace(bench, noise_ul=2 * bench.noise_ul, drift_ul_h=2 * bench.drift_ul_h)
        for spending in SPENDINGS:
            for what, real in (("planned", bench), ("worse", worse)):
                plan = planned(bench, spending)
                print(f"{name:8} {what:7} {spending:15} {_row(made(plan, real), real, runs)}")


def _row(plan: Plan, bench: Bench, runs: int) -> str:
    u = math.sqrt(bench.covariance(complete=True)[-1, -1])
    ends = [max(rate(v, plan, bench, side * LIMIT, runs, seed) for side in (1, -1)) for seed, v in ((1, 1), (2, -1))]
    far = rate(1, plan, bench, LIMIT + 2.0 * K * u, runs, 3)
    hours, passed, fixed = lengths_h(plan, bench, min(runs, CHUNK))
    median = float(np.median(hours))
    whole = (median + BESIDE_H) / (HOURS[-1] + BESIDE_H)
    texts = [f"{100 * one:13.3f}" for one in ends]
    good = f"{100 * passed:10.2f} {100 * fixed:8.2f} {median / HOURS[-1]:7.0%} {whole:5.0%}"
    return f"{texts[0]} {texts[1]} {100 * far:9.5f} {good}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
