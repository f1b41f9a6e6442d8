"""What a verdict is worth: 100,000 synthetic deliveries through the estimator, each with a truth that it does not see.

Drawn from what is declared (noise, legs, course of evaporation, air, balance, vessel, needle, fluid, clock), half of
the pumps at +14.5 % and half at -14.5 %, which is the limit:

    pass at the limit      at most 2.5 % under w = U, k = 2; by other rules as they say
    coverage               of the interval of 95 %; 94 to 96 % where the budget is Gaussian, at least 94 % anywhere
    pass at limit + 2 U    none, so at most 3 / n of them (95 %, rule of three)

Then the same with a noise model that was itself measured, in a record without flow of each balance; and what the
estimator was not told of, with what is released although its interval of 95 % does not hold the truth. Every share of
the variance stands beside its coverage.

    python tests/benchmarks/verdict_risk.py [RECORDS]
"""

import sys
from dataclasses import replace

import numpy as np

from calibration.noise_fit import fit_noise
from calibration.noise_model import NoiseModel
from drivers.clock import WallClock
from fixtures.synthetic.bench import SETUP, Run
from fixtures.synthetic.check_weight import Weighed
from fixtures.synthetic.noise import noise_g
from fixtures.synthetic.study import BLOCK, LIMIT, K, coverage, joined, passes, released_and_wrong, study
from fixtures.synthetic.untold import (
    UNTOLD,
    evaporates_by_day,
    evaporates_more,
    evaporates_within,
    steps,
    wanders,
)

HOST = WallClock()
#: Of a record without flow: as long as the longest run, legs and all.
RECORD_S = 40.0 * 3600.0
RULES = ("simple", "iso14253", "guard-band-0.83U", "guard-band-U")
QUIET = NoiseModel(2e-5, 0.3, 10.0, 0.0, 0.0, 0.0, float("inf"), 86400.0)
#: A balance that remembers: flicker of 0.01 mg, a walk of 0.03 mg in a root hour.
WALKS = replace(QUIET, flicker_g2=1e-10, walk_g2_s=9e-10 / 3600.0)
#: What a balance does more today than when its noise was recorded, from what no leg sees to what every leg sees.
MORE = {"nothing": None}
MORE |= {f"random walk, {size:g} mg": wanders(walk_mg=size) for size in (0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.1)}
MORE |= {f"flicker, {size:g} mg": wanders(flicker_mg=size) for size in (0.003, 0.005, 0.01, 0.02, 0.05)}
#: Windows as a protocol with a declared cycle of 6.25 uL has them.
DAY = Run("0.15 mL/day, 24 h", 6.25, 24.0, 5.0, interval_s=20.0, window_s=600.0)
SIX_HOURS = Run("1 mL/day, 6 h", 1000.0 / 24.0, 6.0, 1.0, interval_s=5.0, window_s=90.0)
SHORT = Run("0.15 mL/day, 2 h", 6.25, 2.0, 1.0, interval_s=10.0, window_s=600.0)
RUNS = {
    DAY: QUIET,
    SIX_HOURS: QUIET,
    SHORT: QUIET,
    replace(SHORT, name="the same, noisy balance", course_mg_h=0.0): replace(QUIET, reading_g=3e-4),
    replace(SHORT, name="the same, coarse linearity", setup=replace(SETUP, linearity_g=1e-4)): QUIET,
    replace(SIX_HOURS, name="1 mL/day, 6 h, u(density) 1 kg/m3", setup=replace(SETUP, u_fluid_kg_m3=1.0)): QUIET,
}
#: Hardly any evaporation, so that a leg moves by less than a digit.
DRY_DAY = replace(DAY, interval_s=10.0, evaporation_mg_h=0.02, evaporation_sd_mg_h=0.003, course_mg_h=0.0013)
#: Runs on a balance that may rest on its digit, and the digit [g].
COARSE = ((DRY_DAY, 1e-3), (DRY_DAY, 1e-4), (replace(SIX_HOURS, interval_s=10.0), 1e-4), (SHORT, 1e-3), (SHORT, 1e-4))
#: Noise, in digits: less than half a digit does not average it out.
DIGITS_OF_NOISE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
#: A check weight as heavy as the load, placed three times; and what the balance steps by between the checks [mg].
AS_HEAVY = Weighed(weight_g=53.0)
STEPS_MG = (0.0, 0.02, 0.04, 0.05, 0.06, 0.08, 0.1, 0.2, 0.5)


#: What evaporates between the legs, and the half width that the protocol declares [mg/h].
BETWEEN = {
    "anything within 0.15, 0.15 declared": (evaporates_within(0.15), 0.15),
    "half as much again, 0.3 declared": (evaporates_more(0.5), 0.3),
    "half as much, 0.3 declared": (evaporates_more(-0.5), 0.3),
    "by day and night, 0.1 declared": (evaporates_by_day(0.3), 0.1),
}


def on_its_digit(run, digit_g, digits):
    """A run on a balance of this digit with so many digits of noise, which forgets at once."""
    coarse = replace(run, setup=replace(run.setup, resolution_g=digit_g))
    return coarse, NoiseModel(digits * digit_g, 0.0, run.interval_s, 0.0, 0.0, 0.0, float("inf"), 86400.0)


def noise_record(run, digit_g, noise, seed=5):
    """Of a balance that rests on its digit while its beaker evaporates, as a noise record is fitted."""
    time_s = np.arange(0.0, RECORD_S, run.interval_s)
    still_g = 53.0 - 1e-3 * run.evaporation_mg_h * time_s / 3600.0
    shown_g = still_g + noise_g(noise, time_s, 1, np.random.default_rng(seed))[0]
    return fit_noise(time_s, digit_g * np.round(shown_g / digit_g), seed=seed)


def at_the_limit(run, noise, records, seed=1):
    """Half at one limit, half at the other."""
    error = np.where(np.arange(records) % 2, 1.0, -1.0) * LIMIT / 100.0
    return study(run, noise, records, seed, error)


def beyond(run, noise, records, seed=2):
    """At limit + 2 U and limit + 2.5 U, either way; U as this kind of run has it."""
    u = study(run, noise, min(records, BLOCK), seed, LIMIT / 100.0).u_percent
    away = (LIMIT + np.where(np.arange(records) % 4 < 2, 2.0, 2.5) * K * float(np.quantile(u, 0.99))) / 100.0
    return study(run, noise, records, seed, np.where(np.arange(records) % 2, 1.0, -1.0) * away)


def with_measured_noise(run, noise, balances, each, seed=3):
    """Balances with a noise record each, fitted as a noise record is; so many runs on each."""
    parts = []
    time_s = np.arange(0.0, RECORD_S, noise.interval_s)
    for number in range(balances):
        rng = np.random.default_rng([seed, number])
        told = fit_noise(time_s, 53.0 + noise_g(noise, time_s, 1, rng)[0], seed=number)
        sign = np.where(np.arange(each) % 2, 1.0, -1.0)
        parts.append(study(run, noise, each, [seed, number, 1], sign * LIMIT / 100.0, told=told))
    return joined(parts)


def noise_at(run, noise):
    """The same noise of single readings, taken as often as a run does."""
    return replace(noise, interval_s=run.interval_s)


def row(name, made):
    share = made.shares[made.dominating]
    print(
        f"{name:36} U {K * made.u_percent.mean():6.3f} %  coverage {100 * coverage(made):6.2f} %  "
        f"pass at the limit {100 * passes(made) / made.z.size:6.3f} %  {made.dominating} {100 * share:.0f} %"
    )


def untold_row(name, made):
    rest = ~made.refused
    left = f"{100 * coverage(made, among=rest):6.2f} % of the rest" if rest.any() else "none left"
    print(
        f"{name:40} U {K * made.u_percent.mean():6.3f} %  coverage {100 * coverage(made):6.2f} %  "
        f"refused {100 * made.refused.mean():5.1f} %, coverage {left}, "
        f"released and wrong {100 * released_and_wrong(made):5.2f} %"
    )


def more_rows(records):
    """Walks and flicker of today, without a noise record and with one from a calm day."""
    for run in (DAY, SIX_HOURS, SHORT):
        noise = noise_at(run, QUIET)
        for told in (None, noise):
            print(f"\n{run.name}, {'no noise record' if told is None else 'a calm noise record'}, and today more:")
            for name, untold in MORE.items():
                untold_row(name, study(run, noise, records, 4, 0.0, told=told, untold=untold))


def declared_rows(records):
    """Evaporation between the legs that nobody saw, and what the protocol declares of it [mg/h]."""
    for run in (DAY, SIX_HOURS, SHORT):
        print(f"\n{run.name}, evaporation between the legs, declared:")
        for name, (untold, half_width_mg_h) in BETWEEN.items():
            made = study(run, noise_at(run, QUIET), records, 4, 0.0, untold=untold, unseen_mg_h=half_width_mg_h)
            untold_row(name, made)


def coarse_rows(records):
    for run, digit_g in COARSE:
        print(f"\n{run.name}, digit {1e3 * digit_g:g} mg")
        for digits in DIGITS_OF_NOISE:
            coarse, noise = on_its_digit(run, digit_g, digits)
            made = at_the_limit(coarse, noise, records)
            row(f"{digits:g} digits of noise, refused {100 * made.refused.mean():.1f} %", made)
        for digits in DIGITS_OF_NOISE[:2]:
            coarse, noise = on_its_digit(run, digit_g, digits)
            told = noise_record(run, digit_g, noise)
            error = np.where(np.arange(records) % 2, 1.0, -1.0) * LIMIT / 100.0
            row(f"{digits:g} digits, with a noise record", study(coarse, noise, records, 1, error, told=told))


def stepped(run, noise, records, size_mg, weighed=AS_HEAVY, seed=4):
    """A balance that steps half way, either way, with a check weight before and after; or without one."""
    return study(run, noise, records, seed, 0.0, untold=steps(size_mg), weighed=weighed)


def stepped_row(size_mg, alone, made):
    print(
        f"step {size_mg:4.2f} mg: without U {K * alone.u_percent.mean():6.3f} %, not refused and outside "
        f"{100 * released_and_wrong(alone):6.2f} %; with U {K * made.u_percent.mean():6.3f} %, coverage "
        f"{100 * coverage(made):6.2f} %, refused {100 * made.refused.mean():5.1f} %, not refused and outside "
        f"{100 * released_and_wrong(made):5.2f} %"
    )


def main():
    records = int(sys.argv[1]) if sys.argv[1:] else 100_000
    begin = HOST.now()
    print(f"{records:,} of each, half at +{LIMIT} %, half at -{LIMIT} %, rule guard-band-U, k = {K:g}")
    made = {run: at_the_limit(run, noise_at(run, noise), records) for run, noise in RUNS.items()}
    for run, one in made.items():
        row(run.name, one)
    print(f"\npass at the limit by rule [%], {SHORT.name}")
    print("  ".join(f"{rule} {100 * passes(made[SHORT], rule) / records:.3f}" for rule in RULES))
    print("\npass at limit + 2 U and more")
    for run, noise in list(RUNS.items())[:3]:
        count = passes(beyond(run, noise_at(run, noise), records))
        print(f"{run.name:36} {count} of {records:,}" + (f": at most {3.0 / records:.1g} (95 %)" if count == 0 else ""))
    print("\nnoise model from a record without flow of 40 h, another for each 500 runs")
    for run in (DAY, SIX_HOURS):
        found = with_measured_noise(run, noise_at(run, WALKS), max(2, records // 2500), 500)
        row(f"{run.name}, refused {100 * found.refused.mean():.2f} %", found)
    coarse_rows(max(1000, records // 20))
    for run in (DAY, SIX_HOURS, SHORT):
        print(f"\nnot told to the estimator, {run.name}")
        for name, untold in UNTOLD.items():
            untold_row(name, study(run, noise_at(run, QUIET), max(1000, records // 20), 4, 0.0, untold=untold))
    more_rows(max(1000, records // 20))
    declared_rows(max(1000, records // 20))
    for run in (DAY, SIX_HOURS, SHORT):
        print(f"\nthe balance steps, without and with a check weight as heavy as the load, {run.name}")
        for size_mg in STEPS_MG:
            each = (run, noise_at(run, QUIET), max(1000, records // 20), size_mg)
            stepped_row(size_mg, stepped(*each, weighed=None), stepped(*each))
    print(f"\n{HOST.now() - begin:.0f} s")


if __name__ == "__main__":
    main()
