"""The predicted U against the one that the run achieves, on a plant whose noise is that of the calibration record."""

from pathlib import Path

import numpy as np
import pytest

from rig.bench import calibrations_of, load_bench
from rig.delivery.levels import Noise, noise_of
from rig.predict import Allowance, predict
from rig.predict.pattern import noise_pattern
from rig.protocol import load_protocol
from rig.runner import run
from tests.rig.conftest import STILL

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"


@pytest.fixture
def predicted(station):
    """The prediction for a protocol of the station, and the files that it was made for."""

    def make(protocol_file=None, *, options=STILL, **how):
        bench = load_bench(station.bench(options))
        protocol = load_protocol(protocol_file or station.protocol(), bench.limits)
        records = calibrations_of(bench)
        return predict(protocol, bench, records, **how), protocol, bench

    return make


TRUMPET = '[findings.trumpet]\nwindows = ["1 h", "3 h"]\nlimit = "14.5 %"'
HALF = {"flow": "0.5 mL/day", "leg": "20 min", "stabilization": "18 min", "analysis": "54 min"}
RUNS = {
    "0.15 mL/day, six hours": lambda station: station.protocol(analysis="6 h", more=TRUMPET),
    "0.5 mL/day, three cycles": lambda station: station.protocol(**HALF, sample_interval="18 min"),
    "1 mL/h, short": lambda _: BENCHES / "protocols" / "short.toml",
}


@pytest.mark.parametrize("which", RUNS)
def test_the_achieved_u_is_the_predicted_one_within_ten_percent(station, predicted, tmp_path, which):
    made, protocol, bench = predicted(RUNS[which](station))
    achieved = {f.name: f for f in run(protocol, bench, tmp_path / "run").assessment.findings}
    assert [one.name for one in made.findings] == [f.name for f in achieved.values() if f.expanded is not None]
    for one in made.findings:
        assert one.expanded == pytest.approx(achieved[one.name].expanded, rel=0.10), one.name
    assert made.increment_mg == pytest.approx(achieved["mean_flow_error"].facts["delivered_ul"], rel=0.01)


def test_the_digit_on_which_a_balance_rests_is_planned_as_it_is_achieved(station, tmp_path):
    """A four-place balance with 0.3 digits of noise, on the wire."""
    text = station.bench(STILL).read_text()
    for one, other in {
        "mt-sics": "and-balance",
        "simulated/balance": "simulated/and-balance",
        "XPR205": "GX-124A",
        "BAL-0": "AND-0",
    }.items():
        text = text.replace(one, other)
    (tmp_path / "coarse.toml").write_text(text)
    bench = load_bench(tmp_path / "coarse.toml")
    protocol = load_protocol(station.protocol(), bench.limits)
    made = predict(protocol, bench, calibrations_of(bench)).findings[0]
    achieved = run(protocol, bench, tmp_path / "run").assessment.findings[0]
    assert made.dominating == "digit_ul"
    assert made.expanded == pytest.approx(achieved.expanded, rel=0.10)


@pytest.mark.parametrize(("serial", "dominates"), [("SIM-W-50", False), ("SIM-W-20", True)])
def test_what_a_check_weight_leaves_open_is_planned_as_it_is_achieved(station, predicted, tmp_path, serial, dominates):
    """A weight of 50 g beside 53 g of load leaves a fifth of the variance; one of 20 g would leave most of it."""
    more = f'[check_weight]\nserial = "{serial}"\n'
    made, protocol, bench = predicted(station.protocol(more=more), options=f"{STILL}\nseed = 3")
    (one,) = [one for one in made.findings if one.name == "mean_flow_error"]
    achieved = run(protocol, bench, tmp_path / "run").assessment.findings[0]
    assert one.expanded == pytest.approx(achieved.expanded, rel=0.10)
    assert (one.dominating == "held_ul") is dominates
    assert one.shares["held_ul"] > 0.2


def test_a_check_weight_that_no_book_knows_counts_as_heavy_as_the_load(station, predicted):
    """The run is refused, and so is `rig plan`; whoever predicts without a book has the least that U can be."""
    unknown, like_the_load = (
        predicted(station.protocol(more=f'[check_weight]\nserial = "{serial}"'))[0].findings[0].shares["held_ul"]
        for serial in ("W-77", "SIM-W-50")
    )
    assert unknown == pytest.approx(like_the_load * (50.0 / 52.9) ** 2, rel=0.05)


def test_the_noise_that_was_measured_goes_before_the_record(predicted, station):
    """Slow noise (five minutes of memory) is what makes a level uncertain, and no record states it."""
    stated, _, _ = predicted(station.protocol(leg="10 min"))
    measured, _, _ = predicted(station.protocol(leg="10 min"), noise=Noise(4e-5, 0.5, "zero flow"))
    assert measured.findings[0].expanded > 1.5 * stated.findings[0].expanded


def test_an_allowance_for_legs_that_differ_widens_u(predicted):
    """0.1 mg/h between the legs are 0.029 mg/h (GUM 4.3.7), over two hours 0.058 mg of 12.5 mg: U = 0.93 %."""
    calm, _, _ = predicted()
    wide, _, _ = predicted(allowance=Allowance(difference_mg_h=0.1))
    added = np.sqrt(wide.findings[0].expanded ** 2 - calm.findings[0].expanded ** 2)
    assert added == pytest.approx(0.93, abs=0.02)
    assert wide.findings[0].dominating == "evaporation_mg_h"


def test_a_leg_that_is_missing_makes_u_enormous(predicted, station):
    made, _, _ = predicted(station.protocol(leg=""))
    assert made.findings[0].expanded > 100
    assert made.findings[0].dominating == "evaporation_mg_h"


def test_a_window_that_may_not_decide_is_told_before_the_run(predicted, station):
    more = '[findings.trumpet]\nwindows = ["15 min"]\nlimit = "14.5 %"'
    made, _, _ = predicted(station.protocol(more=more))
    (trumpet,) = [one for one in made.findings if one.name == "trumpet"]
    assert (trumpet.expanded, trumpet.ratio) == (None, None)
    assert "no window may decide" in trumpet.statement


def test_forty_days_are_predicted_as_well_as_one(predicted, station):
    """Only legs and the ends of the analysis are made; evaporation takes over as the run gets longer."""
    day, _, _ = predicted(station.protocol(analysis="24 h"))
    long, _, _ = predicted(station.protocol(analysis="960 h"))
    assert long.findings[0].expanded < day.findings[0].expanded
    assert long.increment_mg == pytest.approx(40 * day.increment_mg, rel=1e-6)


@pytest.mark.parametrize("lag_one", [0.0, 0.1, 0.5, 0.8])
def test_the_pattern_reads_as_the_noise_it_stands_for(lag_one):
    values = noise_pattern(1200, 2e-5, lag_one)
    found = noise_of(values, "pattern")
    assert found.sd == pytest.approx(2e-5, rel=1e-3)
    assert found.lag_one == pytest.approx(lag_one, abs=0.03)
    assert np.polyfit(np.arange(1200), values, 1)[0] == pytest.approx(0.0, abs=1e-12)
