"""What a plan says of benches that cannot, of windows that are too short, and of what it does not know."""

import pytest

from rig.errors import EvidenceError, FileError
from rig.planning import Asked, Coverage, Lengths, Wanted, make
from rig.planning.decidable import decidable
from rig.planning.helps import ANALYSIS, LEGS
from rig.planning.rationale import finding_text, run_text, zero_flow_text
from rig.planning.run_plan import plan_run
from rig.planning.shortest import Shortest
from rig.planning.why_longer import why_longer
from tests.rig.planning.conftest import COARSE, TODAY

WINDOW = '[findings.rate_windows]\nlengths = ["1 h"]\nlimit = "14.5 %"'


def test_a_bench_that_cannot_decide_at_any_length_says_so_and_why(case_of, station, balance):
    """5 % of slope are 10 % with k = 2 of what the balance sees: all but 0.3 mg/h of 6.24, which evaporate."""
    case = case_of(station.protocol(), station.bench(calibration=balance(sensitivity="5 %")))
    found = plan_run(case, Asked()).findings[0]
    assert (found.outcome, found.shortest, found.dominating) == ("never", None, "slope")
    assert found.floor == pytest.approx(10.0 * (1.0 - 0.3 / 6.24), rel=1e-3)
    text = finding_text(case, found, Wanted())
    assert "cannot be decided on this bench at any length" in text
    assert "a better calibration of the balance" in text


def test_a_window_is_no_better_in_a_longer_run_but_a_longer_window_is(case_of, station, balance):
    case = case_of(station.protocol(more=WINDOW), station.bench(calibration=balance(**COARSE)))
    found = plan_run(case, Asked()).findings[1]
    assert (found.name, found.outcome, found.shortest) == ("rate_windows_1h", "longer", None)
    assert found.window_s > 3600.0
    assert found.window_s / 3600.0 == pytest.approx(round(found.window_s / 3600.0))


def test_one_cycle_less_than_that_window_would_not_do(case_of, station, balance):
    bench = station.bench(calibration=balance(**COARSE))
    hours = round(plan_run(case_of(station.protocol(more=WINDOW), bench), Asked()).findings[1].window_s / 3600.0)
    for length, ok in ((hours, True), (hours - 1, False)):
        more = WINDOW.replace("1 h", f"{length} h")
        found = case_of(station.protocol(analysis=f"{length} h", more=more), bench).predict(Lengths()).findings[1]
        assert decidable(found, Wanted()).ok is ok


def test_noise_of_the_legs_is_helped_by_longer_legs_and_that_of_levels_by_a_longer_analysis(case_of, station, balance):
    noisy = station.bench(calibration=balance(repeatability="1 mg"))
    short_legs = plan_run(case_of(station.protocol(leg="10 min", analysis="24 h"), noisy), Asked()).findings[0]
    assert (short_legs.dominating, short_legs.help.what) == ("evaporation_mg_h", LEGS)
    assert short_legs.help.expanded < 0.6 * short_legs.predicted.expanded
    coarse = station.bench(calibration=balance(linearity_increment="0.5 mg"))
    levels = plan_run(case_of(station.protocol(leg="5 h", analysis="4 h"), coarse), Asked()).findings[0]
    assert (levels.dominating, levels.help.what) == ("linearity_g", ANALYSIS)


def test_shares_of_the_variance_add_to_one(case_of, station):
    made = plan_run(case_of(station.protocol(analysis="3 h", more=WINDOW), station.bench()), Asked())
    for one in made.findings:
        assert sum(one.predicted.shares.values()) == pytest.approx(1.0)
        assert one.predicted.shares[one.dominating] == max(one.predicted.shares.values())


def test_a_plan_without_a_noise_record_says_what_it_does_not_know(case_of, station):
    made = make(case_of(station.protocol(), station.bench()), TODAY)
    assert made.zero_flow.length_s == 5 * 3600.0  # three would do for the run, but no record under four is fitted
    assert "NOT in this plan" in zero_flow_text(made.zero_flow)
    assert '--for "5 h"' in zero_flow_text(made.zero_flow)


def test_bench_time_is_that_of_the_plan_of_the_run(case_of, station):
    weight = '[check_weight]\nserial = "SIM-W-50"'
    made = make(case_of(station.protocol(leg="1 h", more=weight), station.bench()), TODAY)
    assert made.parts_s["evaporation leg before"] == made.parts_s["evaporation leg after"] == 3720.0
    assert made.parts_s["check weight before"] == made.parts_s["check weight after"] == 7 * 60.0
    assert sum(made.parts_s.values()) == pytest.approx(made.case.plan(Lengths()).duration_s)


def test_what_stands_on_events_is_named_and_not_planned(case_of, benches):
    made = make(case_of(benches / "protocols" / "findings_catheter.toml", benches / "simulated.toml"), TODAY)
    assert "occlusion" in made.unplanned


def test_a_record_without_flow_has_no_plan(case_of, station, tmp_path):
    still = tmp_path / "still.toml"
    still.write_text('schema = 1\nid = "STILL"\nkind = "zero-flow"\n[timing]\nanalysis = "1 h"\n')
    with pytest.raises(EvidenceError, match="decides nothing"):
        make(case_of(still, station.bench()), TODAY)


def test_a_rule_that_nobody_offers_is_refused(case_of, station):
    path = station.protocol()
    path.write_text(path.read_text().replace('limit = "14.5 %"', 'limit = "14.5 %"\nrule = "hope"', 1))
    with pytest.raises(FileError, match="hope"):
        make(case_of(path, station.bench()), TODAY)


def test_a_claim_about_all_pumps_comes_with_its_reason(case_of, station):
    made = make(case_of(station.protocol(), station.bench()), TODAY, coverage=Coverage(0.95, 0.95))
    assert (made.samples.n, made.samples.method) == (59, "zero failures")
    for part in ("59 pumps drawn at random", "95 % confidence", "Clopper-Pearson", "n counts pumps"):
        assert part in made.samples.rationale


def test_a_series_of_boluses_says_how_much_they_may_scatter(case_of, station, with_boluses):
    """Two boluses: k = 36.5 for 95/95 two-sided [ISO 16269-6]."""
    limit = '[findings.bolus]\nlimit = { content = "95 %", confidence = "95 %", within = "50 %" }'
    (series,) = make(case_of(with_boluses(limit), station.bench()), TODAY).series
    assert series.n == 2
    assert series.factor == pytest.approx(36.52, abs=0.01)
    assert series.largest_sd == pytest.approx(50.0 / 36.52, rel=0.05)


def test_the_least_of_a_finding_says_what_it_was_looked_for_among(case_of, benches):
    """Of the minimum rate only legs were varied: 18 h as planned is not the shortest run that decides it."""
    protocol = benches.parents[1] / "tests" / "acceptance" / "protocols" / "minimum_rate.toml"
    case = case_of(protocol, benches / "simulated.toml")
    made = plan_run(case, Asked())
    mean, minimum = (finding_text(case, one, made.wanted) for one in made.findings)
    assert "The shortest run that decides it: analysis 17.25 h" in mean
    assert "The shortest legs that decide it, with the analysis as planned: analysis 18 h" in minimum
    assert "The shortest run" not in minimum
    assert "The shortest run that decides all of them: analysis 17.25 h" in run_text(case, made)
    assert made.because == ""


def test_a_run_for_all_that_is_longer_than_for_any_says_why(case_of, benches):
    """The demo is decided in an hour but for its trumpet, which has a window of 12 h."""
    case = case_of(benches / "protocols" / "demo.toml", benches / "simulated.toml")
    made = plan_run(case, Asked())
    assert [one.shortest.analysis_s for one in made.findings] == [3600.0, 3600.0]
    assert made.shortest.analysis_s == 12 * 3600.0
    text = run_text(case, made)
    assert "It is longer than any of them alone asks for: an analysis of 11.75 h would not do: " in text
    assert "findings.trumpet.windows[4]: the window is longer than timing.analysis" in text


def test_what_a_shorter_analysis_would_leave_open_is_named(case_of, station, balance):
    coarse = case_of(station.protocol(), station.bench(calibration=balance(**COARSE)))
    sharp = case_of(station.protocol(), station.bench())
    least = Shortest(1800.0, 2 * 3600.0, 1e9)
    said = why_longer(coarse, least, (), Wanted())
    assert said.startswith("an analysis of 1.75 h would not do: mean flow error")
    assert said.endswith("cannot be decided then")
    assert "long enough for each finding at once" in why_longer(sharp, least, (), Wanted())
    assert why_longer(coarse, None, (), Wanted()) == ""
