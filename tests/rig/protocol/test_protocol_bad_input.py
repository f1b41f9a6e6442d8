"""A bad protocol file: one clear line for each problem, with file, line, key and fix."""

from __future__ import annotations

import pytest

from rig.errors import FileError
from rig.protocol import load_protocol


def test_an_unknown_key_names_the_one_that_was_meant(edited, refusal):
    (line,) = refusal(edited('analysis = "24 h"', 'analysis = "24 h"\nsetle = "1 min"'))

    assert line.startswith("p.toml:17: timing.setle: unknown key; did you mean 'settle'?")
    assert "Known here: analysis, evaporation_after" in line


def test_a_missing_unit_is_asked_for(edited, refusal):
    assert refusal(edited('analysis = "24 h"', "analysis = 24")) == [
        "p.toml:16: timing.analysis: expected a duration such as '24 h', found the bare number 24; say the unit"
    ]
    (line,) = refusal(edited('"2000 ug/mL"', '"2000"'))
    assert line.startswith("p.toml:6: program.concentration: expected a drug concentration such as '2000 ug/mL'")


def test_a_unit_of_the_wrong_kind_lists_the_right_ones(edited, refusal):
    (line,) = refusal(edited('"300 ug/day"', '"0.15 mL/day"'))

    assert line.startswith("p.toml:11: program.segments[0].dose_rate: expected a dose rate such as '300 ug/day'")
    assert "found the unit 'mL/day'" in line
    assert "ug/day" in line.split("use one of")[1]


def test_megagrams_are_not_milligrams(edited, refusal):
    (line,) = refusal(edited('"300 ug/day"', '"0.3 Mg/day"'))

    assert "found the unit 'Mg/day'" in line


def test_an_impossible_rate_says_segment_reason_and_fix(edited, refusal):
    (line,) = refusal(edited('"300 ug/day"', '"22 ug/day"').replace("2000 ug", "500 ug"))

    assert line == (
        "p.toml:11: program.segments[0].dose_rate: 22 ug/day at 500 ug/mL is 0.044 mL/day (1.83333 uL/h), below the "
        "pump's minimum of 0.048 mL/day (2 uL/h); raise the dose or fill a lower concentration"
    )


def test_a_tenfold_entry_that_empties_the_reservoir_is_refused(edited, refusal):
    (line,) = refusal(edited('"300 ug/day"', '"30000 ug/day"').replace('"20 mL"', '"10 mL"'))

    assert line.startswith(
        "p.toml:9: program.segments[0]: the reservoir runs empty here: the program delivers 18.75 mL"
    )


def test_an_implausible_value_is_not_a_wrong_unit(edited, refusal):
    (line,) = refusal(edited('"2000 ug/mL"', '"2000 mg/mL"'))

    assert "drug concentration must lie between 1 and 100000" in line
    assert "check the unit and the prefix" in line


def test_all_problems_come_at_once_in_the_order_of_lines(edited, refusal):
    text = (
        edited('id = "CONT-015"', "title = 5")
        .replace('"14.5 %"', '"14.5"')
        .replace('kind = "continuous"', 'kind = "continous"')
    )
    lines = refusal(text)

    assert [line.split(": ")[:2] for line in lines] == [
        ["p.toml", "id"], ["p.toml:2", "title"], ["p.toml:9", "program.segments[0]"],
        ["p.toml:19", "findings.mean_flow_error.limit"],
    ]  # fmt: skip
    assert "did you mean 'continuous'?" in lines[2]


def test_a_missing_key_is_named_with_an_example(edited, refusal):
    (line,) = refusal(edited('analysis = "24 h"\n', ""))

    assert line == "p.toml:14: timing.analysis: required, and missing; add it, e.g. '24 h'"


def test_no_limit_means_no_verdict_and_is_refused(edited, refusal):
    (line,) = refusal(edited('mean_flow_error = {limit = "14.5 %"}\n', ""))

    assert line.startswith("p.toml:18: findings.mean_flow_error: required, and missing")


@pytest.mark.parametrize("both", ['dose_rate = "300 ug/day"\nflow = "1 mL/day"', ""])
def test_a_rate_is_a_dose_or_a_flow(edited, refusal, both):
    (line,) = refusal(edited('dose_rate = "300 ug/day"', both))

    assert line.startswith("p.toml:9: program.segments[0]: expected either dose_rate or flow, found ")


def test_a_window_that_is_no_multiple_of_the_sample_is_found(edited, refusal):
    lines = refusal(edited('["1 h", "6 h"]', '["1 h", "20 min", "25 h"]'))

    assert [line.split(": ")[1] for line in lines] == [f"findings.trumpet.windows[{index}]" for index in (1, 2)]
    assert "whole multiple of timing.sample_interval" in lines[0]
    assert "longer than timing.analysis" in lines[1]


def test_a_program_of_another_length_than_the_delivery_is_refused(edited, refusal):
    (line,) = refusal(edited('duration = "30 h"', 'duration = "24 h"'))

    assert "the program lasts 24 h, stabilization and analysis 30 h; make them equal" in line


def test_the_fourteenth_step_of_a_day_is_one_too_many(edited, refusal):
    steps = ", ".join(f'{{start = "{hour:02d}:00", flow = "1 mL/day"}}' for hour in range(14))
    day = f'kind = "day_schedule"\nsteps = [{steps}]'
    (line,) = refusal(edited('kind = "continuous"\ndose_rate = "300 ug/day"', day))

    assert "program.segments[0].steps" in line
    assert "at most 13 items" in line


@pytest.mark.parametrize("start", ['"24:00"', '"8:00"', "8", '"noon"'])
def test_a_time_of_day_has_one_form(edited, refusal, start):
    (line,) = refusal(edited('reservoir = "20 mL"', f'reservoir = "20 mL"\nstarts_at = {start}'))

    assert "expected a time of day such as '08:00'" in line


def test_steps_out_of_order_are_refused(edited, refusal):
    steps = '[{start = "20:00", flow = "1 mL/day"},\n{start = "08:00", flow = "1 mL/day"}]'
    (line,) = refusal(
        edited('kind = "continuous"\ndose_rate = "300 ug/day"', f'kind = "day_schedule"\nsteps = {steps}')
    )

    assert "steps must be in the order of the day" in line


def test_another_fluid_needs_its_density(good, refusal):
    (line,) = refusal(good + '\n[conditions.fluid]\nname = "saline"\n')

    assert "'saline' is not water; give its measured density and density_u" in line


def test_a_newer_schema_is_not_guessed_at(edited, refusal):
    (line,) = refusal(edited("schema = 1", "schema = 2"))

    assert line.startswith("p.toml:1: schema: expected schema = 1, found 2")


def test_text_that_is_no_toml_names_its_line(refusal):
    (line,) = refusal("schema = 1\nid = CONT-015\n")

    assert line.startswith("p.toml:2: is not valid TOML")


@pytest.mark.parametrize("content", [None, b"id = \xff"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "p.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileError, match=r"p\.toml: (could not be read|is not UTF-8)"):
        load_protocol(path)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('interval = "20 h"', "witnesses.interval: expected at most half of timing.analysis"),
        ('interval = "0 h"', "witnesses.interval: expected a duration above zero"),
        ('intervals = [{ start = "29 h", end = "31 h" }]', "from 0 h to 30 h, the length of the program"),
        ('intervals = [{ start = "2 h", end = "1 h" }]', "expected a stretch that ends after it starts"),
        ('interval = "6 h"\nintervals = [{ start = "0 h", end = "1 h" }]', "give one of them"),
    ],
)
def test_intervals_of_the_witnesses_that_cannot_be(edited, refusal, table, words):
    (line,) = refusal(edited("[timing]", f"[witnesses]\n{table}\n\n[timing]"))

    assert words in line
