"""The score, what it rests on, and every survivor with its file, line and change."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from children import Fate
from mutants import Mutant

NOTICED = {"killed", "timeout", "crash"}


@dataclass(frozen=True)
class Measured:
    """Fates of the mutants that were tried, out of a population of keys; those that change nothing are told apart."""

    fates: list[tuple[Mutant, Fate]]
    population: set[str]
    equivalent: dict[str, str]

    @property
    def counted(self) -> list[tuple[Mutant, Fate]]:
        return [(mutant, fate) for mutant, fate in self.fates if mutant.key not in self.equivalent]

    @property
    def survivors(self) -> list[tuple[Mutant, Fate]]:
        return [(mutant, fate) for mutant, fate in self.counted if fate.verdict not in NOTICED]

    @property
    def score(self) -> float:
        return 1.0 - len(self.survivors) / len(self.counted) if self.counted else math.nan

    def interval(self) -> tuple[float, float]:
        """95 % interval of the whole population's score from a random sample (Clopper and Pearson 1934)."""
        from scipy.stats import beta

        n, bad = len(self.counted), len(self.survivors)
        if len(self.fates) == len(self.population):
            return self.score, self.score
        low = 1.0 - (float(beta.ppf(0.975, bad + 1, n - bad)) if bad < n else 1.0)
        return low, 1.0 - (float(beta.ppf(0.025, bad, n - bad + 1)) if bad else 0.0)


def equivalents(file: Path) -> dict[str, str]:
    """Keys of mutants that change nothing that can be observed, each with its reason."""
    if not file.exists():
        return {}
    rows = tomllib.loads(file.read_text(encoding="utf-8")).get("equivalent", [])
    return {row["mutant"]: row["reason"] for row in rows}


def wrongly_equivalent(measured: Measured) -> list[str]:
    """What is listed as equivalent and is killed all the same, or exists no more: the list has to be honest."""
    fates = {mutant.key: fate.verdict for mutant, fate in measured.fates}
    files = {key.split(" | ", maxsplit=1)[0] for key in measured.population}
    killed = [f"a test kills it: {key}" for key in measured.equivalent if fates.get(key) in NOTICED]
    listed = [key for key in measured.equivalent if key.split(" | ", maxsplit=1)[0] in files]
    return [*killed, *(f"there is no such mutant: {key}" for key in listed if key not in measured.population)]


def text_of(measured: Measured) -> str:
    """The report, survivors first."""
    lines = [_survivor(mutant, fate) for mutant, fate in measured.survivors]
    lines += [f"not equivalent, {why}" for why in wrongly_equivalent(measured)]
    return "\n".join([*lines, "", *_of_files(measured), "", *_of_all(measured)])


def _survivor(mutant: Mutant, fate: Fate) -> str:
    said = "no test runs it" if fate.verdict == "uncovered" else "survived"
    return f"{mutant.file}:{mutant.lines[0]}: {said} in {mutant.function}\n  - {mutant.before}\n  + {mutant.after}"


def _of_files(measured: Measured) -> list[str]:
    tried = Counter(mutant.file for mutant, _ in measured.counted)
    bad = Counter(mutant.file for mutant, _ in measured.survivors)
    return [f"{1 - bad[file] / n:8.1%} {n:5d} {bad[file]:4d} survived  {file}" for file, n in sorted(tried.items())]


def _of_all(measured: Measured) -> list[str]:
    counts = Counter(fate.verdict for _, fate in measured.counted)
    low, high = measured.interval()
    return [
        f"{len(measured.fates)} of {len(measured.population)} mutants tried: "
        + ", ".join(f"{n} {verdict}" for verdict, n in counts.most_common())
        + f"; {len(measured.fates) - len(measured.counted)} equivalent, listed with reasons and not counted",
        f"mutation score {measured.score:.2%}, 95 % interval {low:.2%} to {high:.2%}",
    ]
