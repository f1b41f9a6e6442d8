"""Do runs over the whole wire say what the synthetic deliveries say? Short runs against their twin.

Each run goes through the real drivers, the loop, the sealed record and its assessment, on a simulated bench that was
drawn from the declared distributions: gain of the pump, evaporation, slope and adjustment of the balance, needle,
vessel, load, sensor of the air. The twin draws the same in a thousandth of the time. Compared are

    how far off, in u       two samples, Kolmogorov-Smirnov
    verdicts                pass, inconclusive, fail of pumps between 13 and 16 % at 14.5 %: chi-square of a 2 x 3 table
    u                       medians, which agree within 2 %

at a level of 1 % each. What the simulated bench cannot be wrong in is left true in the twin as well: linearity of
increments, density of fluid and weights, the clock; and an offset of its barometer is the same at both ends.

    python tests/benchmarks/wire_agreement.py 100
"""

import json
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from calibration.noise_model import NoiseModel
from drivers.clock import WallClock
from fixtures.simulated.world import opened
from fixtures.synthetic.bench import SETUP, Run, drawn
from fixtures.synthetic.study import LIMIT, K, study, verdicts_of
from rig.runner import run

HOST = WallClock()
BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"
LEAST, MOST = 0.13, 0.16
TWINS, LEVEL = 20_000, 0.01
WHITE = NoiseModel(3e-4, 0.0, 1.0, 0.0, 0.0, 0.0, float("inf"), 86400.0)
SHORT = Run(
    "1 mL/day, 18 min",
    1000.0 / 24.0,
    0.3,
    1.0 / 3.0,
    1.0,
    90.0,
    course_mg_h=0.0,
    apart_h=0.15,
    evaporation_sd_mg_h=0.05,
)
PROTOCOL = """
schema = 1
id = "WIRE"
for_release = false
[program]
drug = "baclofen"
concentration = "2000 ug/mL"
reservoir = "20 mL"
[[program.segments]]
kind = "continuous"
flow = "1 mL/day"
[timing]
evaporation_before = "20 min"
evaporation_after = "20 min"
settle = "5 min"
stabilization = "9 min"
analysis = "18 min"
sample_interval = "9 min"
[findings.mean_flow_error]
limit = "14.5 %"
rule = "guard-band-U"
k = 2
"""


def of_the_bench(run_, rng, records, error=0.0):
    """Truths that a simulated bench can have."""
    truth, part = drawn(run_, rng, records, error), run_.setup
    same = np.ones(records)
    return replace(
        truth,
        air_kg_m3=np.stack([truth.air_kg_m3[0]] * 2),
        weights_kg_m3=same * part.weights_kg_m3,
        fluid_kg_m3=same * part.fluid_kg_m3,
        linearity_g=0.0 * same,
        clock=same,
    )


def options(truth, row):
    """One truth as ``[world_options]``."""
    air = truth.air_kg_m3[0, row] / SHORT.air_kg_m3 - 1.0
    return {
        "gain": truth.rate_ul_h[row] / SHORT.rate_ul_h,
        "evaporation": f"{truth.evaporation_mg_h[1, row]} mg/h",
        "evaporation_modulation": 0.0,
        "sensitivity_error": 1.0 / truth.slope[row] - 1.0,
        "adjusted_pressure": f"{1013.25 * truth.air_0_kg_m3[row] / SETUP.air_0_kg_m3} hPa",
        "barometer_offset": f"{-1013.25 * air} hPa",
        "load_volume": f"{truth.load_volume_ml[row]} mL",
        "beaker_inner_diameter": f"{truth.vessel_mm[row]} mm",
        "needle_outer_diameter": f"{truth.needle_mm[row]} mm",
        "line_time_constant": "30 s",
        "temperature_wave": "0 K",
        "drift_walk_mg": 0.0,
        "slow_noise": "0 mg",
        "noise": f"{1e3 * WHITE.reading_g} mg",
    }


def bench_text(seed, chosen):
    """The simulated bench of the house, in another world."""
    text = (BENCHES / "simulated.toml").read_text().replace('shot_volume = "125 nL"\n', "")
    before, _, rest = text.partition("[world_options]")
    table = "\n".join(f"{key} = {json.dumps(value)}" for key, value in {"seed": seed, **chosen}.items())
    rest = rest[rest.index("[device]") :].replace('"calibration/', f'"{BENCHES}/calibration/')
    return f"{before}[world_options]\n{table}\n\n{rest}"


def one_run(folder, seed, chosen):
    """The assessment of one run, and what its pump really delivered [uL]."""
    planted = {}

    def keep(event):
        if event.kind == "phase":
            planted["plant"] = opened("simulated").plant

    (folder / "bench.toml").write_text(bench_text(seed, chosen))
    (folder / "protocol.toml").write_text(PROTOCOL)
    assessment = run(
        folder / "protocol.toml", folder / "bench.toml", folder / f"run-{seed}", observers=[keep]
    ).assessment
    span = assessment.span
    return assessment, float(np.diff(planted["plant"].delivered_ul(np.array([span.start_s, span.end_s])))[0])


def declared(folder):
    """What a bench file, a protocol and the calibration records declare, as a run finds it in them."""
    delivery = one_run(folder, 0, {})[0].delivery
    return replace(SHORT, setup=delivery.setup, u_air_kg_m3=delivery.air.u_kg_m3)


def over_the_wire(runs, seed=1):
    """How far off in u, u in percent, and the verdict of each run; and what was declared."""
    rng = np.random.default_rng(seed)
    z, u, said = [], [], Counter()
    with tempfile.TemporaryDirectory() as folder:
        at = declared(Path(folder))
        truth = of_the_bench(at, rng, runs, rng.uniform(LEAST, MOST, runs))
        for row in range(runs):
            assessment, true_ul = one_run(Path(folder), 1000 * seed + row, options(truth, row))
            found = next(one for one in assessment.findings if one.name == "mean_flow_error")
            z.append((found.facts["delivered_ul"] - true_ul) / found.facts["u_delivered_ul"])
            u.append(found.u)
            said[found.verdict] += 1
    return np.array(z), np.array(u), said, at


def twin(at, records=TWINS, seed=2):
    """The same drawn."""
    rng = np.random.default_rng(seed)
    return study(at, WHITE, records, seed, rng.uniform(LEAST, MOST, records), draw=of_the_bench)


def compared(z, u, said, made):
    """P of both tests, the ratio of the medians of u, and the table of verdicts."""
    from scipy.stats import chi2_contingency, ks_2samp

    codes, names = verdicts_of(made), ("pass", "inconclusive", "fail")
    table = np.array([[said[name] for name in names], [int((codes == code).sum()) for code in (1, 0, -1)]])
    p_verdicts = chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue
    return ks_2samp(z, made.z).pvalue, p_verdicts, float(np.median(u) / np.median(made.u_percent)), table


def main():
    runs = int(sys.argv[1]) if sys.argv[1:] else 100
    begin = HOST.now()
    z, u, said, at = over_the_wire(runs)
    took = HOST.now() - begin
    made = twin(at)
    p_off, p_verdicts, ratio, table = compared(z, u, said, made)
    print(f"{runs} runs over the wire in {took:.0f} s, {took / runs:.2f} s each; {TWINS:,} synthetic ones")
    for label, one in (("over the wire", z), ("synthetic", made.z)):
        inside = (np.abs(one) <= K).mean()
        print(f"{label:14} (value - truth) / u: mean {one.mean():+.3f}, sd {one.std():.3f}; within 2 u: {inside:.4f}")
    print(f"the same distribution: p = {p_off:.3f}; medians of u: ratio {ratio:.4f}")
    print(f"pass, inconclusive, fail at {LIMIT} %: {table.tolist()}, p = {p_verdicts:.3f}")


if __name__ == "__main__":
    main()
