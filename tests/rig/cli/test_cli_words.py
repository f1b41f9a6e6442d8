"""Numbers, tables and settings as people meet them."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from rig.cli.settings import find_settings
from rig.cli.show import cut_short
from rig.cli.tables import findings_table, verdict_panel
from rig.errors import FileError
from rig.execute.phases import End
from rig.finding import Finding
from rig.record.segments import SegmentLimits
from rig.verdict import Verdict
from rig.verify.rules import decide_numbers
from rig.words import event_text, extremes_text, percent_text, span_text, with_uncertainty


@pytest.mark.parametrize(
    ("value", "expanded", "text"),
    [(-0.03185, 0.0846, ("-0.032", "0.085")), (13.0, 3.0, ("+13.0", "3.0")), (412.3, 48.1, ("+412", "48"))],
)
def test_a_value_has_the_digits_that_its_uncertainty_allows(value, expanded, text):
    assert with_uncertainty(value, expanded) == text


def test_extremes_keep_three_digits_of_the_larger_one():
    assert extremes_text(19.92, 19.97) == "+19.9 to +20.0"
    assert extremes_text(-0.1172, 0.0536) == "-0.117 to +0.054"


def test_times_and_chances_read_well():
    assert span_text(108000.0) == "1 d 06:00:00"
    assert span_text(2.04) == "2.0 s"
    assert percent_text(0.0) == "< 0.01 %"
    assert percent_text(1.0) == "> 99.99 %"


def test_an_unknown_event_is_shown_and_not_dropped():
    assert event_text("supernova", {"far": "away"}) == "supernova: far away"


def findings():
    decided = decide_numbers(16.2, 0.4, lower=-14.5, upper=14.5, rule="guard-band-U", k=2.0)
    facts = {"window_s": 900.0, "ep_min_percent": -22.0, "ep_max_percent": 21.0, "commensurate": False}
    return [
        Finding("trumpet_15min", "informative", "", value=-22.0, facts=facts),
        Finding.decided("mean_flow_error", decided),
        Finding.undetermined("claim_agreement", "the device claimed nothing"),
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_and_puts_decided_findings_first(width):
    page = io.StringIO()
    Console(file=page, width=width).print(findings_table(findings(), width))
    text = page.getvalue()
    assert max(map(len, text.splitlines())) <= width
    assert text.index("mean flow error") < text.index("error in any 15 min *")
    assert "* no whole multiple of the pump's cycle" in text
    assert "the device claimed nothing" in text
    assert "guard-band-U" in text


def test_the_panel_says_what_the_word_means_and_what_keeps_it_from_release():
    page = io.StringIO()
    verdict = Verdict("inconclusive", ("why",), "simulated", ("the evidence is simulated",))
    Console(file=page, width=80).print(verdict_panel(verdict))
    for part in ("INCONCLUSIVE", "this is no pass", "- why", "Not to be released:", "simulated, not device evidence"):
        assert part in page.getvalue()


@pytest.mark.parametrize(
    ("end_s", "text"),
    [
        (None, "the run ended before the analysis did: delivery never began"),
        (150.0, "the run ended before the analysis began"),
        (200.0, "the run ended before the analysis did: 00:00:40 of 00:01:40 were seen"),
        (300.0, "the run ended after the analysis, before the rest of the protocol was done"),
    ],
)
def test_a_run_that_was_cut_short_says_what_it_did_not_reach(end_s, text):
    phases = {} if end_s is None else {"delivery": (100.0, end_s)}
    timing = SimpleNamespace(stabilization_s=60.0, analysis_s=100.0)
    ended = End("aborted", "Ctrl-C", end_s or 0.0)
    protocol = SimpleNamespace(timing=timing)
    assert cut_short(SimpleNamespace(end=ended, phases=phases, protocol=protocol, analysed_s=160.0)) == [text]


def test_a_flag_goes_before_the_project_file_and_that_before_the_default(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "doseproof.toml").write_text('schema = 1\nout = "kept"\noperator = "A. Weber"\n')
    found = find_settings(None, None, default_out=tmp_path, start=tmp_path / "deep")
    assert (found.out, found.operator) == (tmp_path / "kept", "A. Weber")
    asked = find_settings(tmp_path / "flag", "B. Kurz", default_out=tmp_path, start=tmp_path)
    assert (asked.out, asked.operator) == (tmp_path / "flag", "B. Kurz")


def test_the_environment_goes_before_the_project_file(rig, short, simulated, tmp_path, monkeypatch, start_of):
    (tmp_path / "doseproof.toml").write_text('schema = 1\nout = "project"\noperator = "A. Weber"\n')
    monkeypatch.setenv("DOSEPROOF_OUT", str(tmp_path / "environment"))
    assert rig("run", short, "--bench", simulated).code == 0
    assert start_of(tmp_path / "environment")["operator"] == "A. Weber"


def test_an_unknown_setting_is_a_mistake(tmp_path):
    (tmp_path / "doseproof.toml").write_text('schema = 1\nopperator = "A. Weber"\n')
    with pytest.raises(FileError, match="did you mean 'operator'"):
        find_settings(None, None, default_out=tmp_path, start=tmp_path)


def test_the_size_and_the_length_of_a_segment_are_settings(tmp_path):
    assert find_settings(None, None, start=tmp_path).segments == SegmentLimits(64 * 2**20, 48 * 3600.0)
    (tmp_path / "doseproof.toml").write_text('schema = 1\nsegment_size = "8 MiB"\nsegment_duration = "6 h"\n')
    assert find_settings(None, None, start=tmp_path).segments == SegmentLimits(8 * 2**20, 6 * 3600.0)


def test_the_project_file_says_how_long_a_segment_is(rig, short, simulated, tmp_path):
    (tmp_path / "doseproof.toml").write_text('schema = 1\nout = "kept"\nsegment_duration = "2 min"\n')
    assert rig("run", short, "--bench", simulated).code == 0
    (folder,) = (tmp_path / "kept").glob("*/streams")
    assert (folder / "balance.0002.parquet").is_file()
    assert rig("record", "check", folder.parent).code == 0
    assert rig("verify", folder.parent).code == 0
