"""``rig plan`` as somebody sees it who plans a first run."""

import json

import pytest

DEMO = "demo.toml"


@pytest.fixture
def plan(rig, simulated):
    """Plans a protocol of the benches on the simulated bench, or on another one."""
    return lambda name, *more, bench=None: rig(
        "plan", simulated.parent / "protocols" / name, "--bench", bench or simulated, *more
    )


@pytest.fixture
def coarse(simulated, tmp_path):
    """A bench whose balance has a slope that is known to so much, and noise of a milligram."""

    def write(sensitivity):
        record = (simulated.parent / "calibration" / "SIM-BAL-0001.toml").read_text()
        record = record.replace('repeatability = "0.02 mg"', 'repeatability = "2 mg"')
        (tmp_path / "balance.toml").write_text(record.replace('"0.0003 %"', f'"{sensitivity}"'))
        text = simulated.read_text().replace("calibration/SIM-BAL-0001.toml", str(tmp_path / "balance.toml"))
        bench = tmp_path / "coarse.toml"
        bench.write_text(text.replace('"calibration/', f'"{simulated.parent}/calibration/'))
        return bench

    return write


def test_a_plan_says_what_is_decided_how_long_it_takes_and_why(plan):
    done = plan(DEMO)
    assert done.code == 0
    for part in ("mean flow error", "Bench time", "1 d 16:15:02", "Decidable means", "24 whole cycles", "air density"):
        assert part in done.out
    assert "The run decides every finding as it is planned." in done.out


def test_it_says_that_the_noise_of_the_balance_is_not_known(plan):
    out = " ".join(plan(DEMO).out.split())
    assert "zero-flow record, once 1 d 06:00:00" in out
    assert 'rig zero-flow BENCH --for "30 h"' in out


def test_a_run_for_release_is_told_what_the_gate_would_refuse_it_for(plan, simulated, tmp_path):
    protocol = tmp_path / "release.toml"
    demo = (simulated.parent / "protocols" / DEMO).read_text()
    protocol.write_text(demo.replace('id = "', 'for_release = true\nid = "', 1))
    out = " ".join(plan(protocol).out.split())
    told = ("no check weight before and after", "its noise was never recorded", "nothing watches it between the legs")
    assert [one for one in told if one not in out] == []
    assert out.count("For release the gate would refuse it") == len(told)
    assert len(json.loads(plan(protocol, "--json").out)["release_needs"]) == len(told)
    assert json.loads(plan(DEMO, "--json").out)["release_needs"] == []


def test_a_run_that_is_too_short_ends_with_3_and_says_how_long(plan, coarse):
    done = plan("short.toml", bench=coarse("0.0003 %"))
    assert done.code == 3
    assert "As planned it is not decidable" in " ".join(done.out.split())
    assert "The shortest run that decides it: analysis" in " ".join(done.out.split())


def test_a_bench_that_cannot_ends_with_4_and_says_what_to_work_on(plan, coarse):
    done = plan(DEMO, bench=coarse("9 %"))
    assert done.code == 4
    assert "cannot be decided on this bench at any length" in " ".join(done.out.split())
    assert "a better calibration of the balance" in " ".join(done.out.split())


def test_a_claim_about_all_pumps_adds_how_many(plan):
    out = " ".join(plan(DEMO, "--coverage", "95", "--confidence", "95 %").out.split())
    assert "zero failures 59" in out
    assert "59 pumps drawn at random" in out
    scatter = " ".join(
        plan(DEMO, "--coverage", "95 %", "--between-pumps", "3 %", "--assumed-error", "2.5 %").out.split()
    )
    assert "tolerance interval 15" in scatter


def test_as_json_is_json_with_the_same_keys_every_time(plan):
    said = json.loads(plan(DEMO, "--json", "--coverage", "95").out)
    assert list(said) == [
        "schema", "protocol", "bench", "outcome", "problems", "release_needs", "wanted", "findings", "silent",
        "not_planned", "bench_time", "zero_flow", "sample_size", "series",
    ]  # fmt: skip
    assert (said["schema"], said["outcome"]) == (1, "decidable")
    assert list(said["findings"][0]) == [
        "name", "outcome", "unit", "U", "k", "limits", "rule", "ratio", "values", "accepts", "passes_up_to", "chance",
        "chance_at_the_limit", "problems", "dominating", "helps", "shortest", "U_at_the_shortest", "shortest_window_s",
        "U_at_the_longest", "rationale",
    ]  # fmt: skip
    assert said["sample_size"]["n"] == 59


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--assumed-error", "2.5"], "say the unit"),
        (["--chance", "100 %"], "between 0 and 100 %"),
        (["--coverage", "many"], "coverage"),
        (["--longest", "-1 h"], "longest"),
        (["--between-pumps", "3 %"], "add --coverage"),
        (["--coverage", "95", "--between-pumps", "0 %"], "a scatter above zero"),
    ],
)
def test_an_option_that_cannot_be_used_ends_with_2(plan, options, says):
    done = plan(DEMO, *options)
    assert done.code == 2
    assert says in done.err


def test_a_check_weight_that_the_book_does_not_have_ends_with_2(rig, simulated, tmp_path):
    protocol = tmp_path / "weighed.toml"
    text = (simulated.parent / "protocols" / DEMO).read_text()
    protocol.write_text(f'{text}\n[check_weight]\nserial = "W-77"\n')
    done = rig("plan", protocol, "--bench", simulated)
    assert done.code == 2
    assert "expected the standard 'W-77'" in done.err


def test_a_file_that_cannot_be_used_ends_with_2(plan, rig, simulated, tmp_path):
    assert plan("nothing.toml").code == 2
    wrong = tmp_path / "wrong.toml"
    wrong.write_text((simulated.parent / "protocols" / DEMO).read_text().replace("analysis =", "analisys ="))
    done = rig("plan", wrong, "--bench", simulated)
    assert done.code == 2
    assert "did you mean 'analysis'" in done.err
