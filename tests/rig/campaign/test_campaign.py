"""A small campaign from its files to its page: real runs on the simulated bench."""

import json

import pytest

from drivers.clock import WallClock
from rig.campaign.cells import Cell, Run
from rig.campaign.conduct import conduct
from rig.campaign.one_run import carry_out
from rig.campaign.pages import MARKDOWN, write_pages
from rig.campaign.report import campaign_report
from rig.errors import EvidenceError
from rig.nightly.journal import Journal


@pytest.fixture
def told():
    return []


def conducted(campaign, told):
    return conduct(campaign, WallClock(), workers=1, tell=lambda *what: told.append(what))


def test_a_campaign_ends_in_a_table_and_can_be_repeated_in_its_place(campaign_of, told):
    campaign = campaign_of(number=3)
    report = campaign_report(campaign, conducted(campaign, told))
    assert report.outcome == "right"
    assert report.confusion["device"]["fail"] == 1
    assert report.rows[0].all_found_from == 50
    page = write_pages(report, campaign.place.out)
    assert "50 %: 1/1" in page.read_text(encoding="utf-8")
    assert json.loads((page.parent / "campaign.json").read_text())["outcome"] == "right"
    conducted(campaign, told)
    assert [done for done, _of, _shown in told] == [1, 2, 3]


def test_a_campaign_cut_short_goes_on_and_another_is_refused(campaign_of, told):
    campaign = campaign_of(number=3)
    conducted(campaign, told)
    journal = campaign.place.out / "journal.jsonl"
    whole = journal.read_bytes().split(b"\n")
    journal.write_bytes(b"\n".join(whole[:2]) + b"\n" + whole[2][:20])  # the machine ended while the second was written
    for one in campaign.runs:  # and its record was begun
        (campaign.place.out / "runs" / f"{one.index:05d}").mkdir(parents=True)
    assert [one["verdict"] for one in conducted(campaign, told).of("run")].count("unusable") == 0
    assert len(told) == 5
    with pytest.raises(EvidenceError, match="another campaign"):
        conducted(campaign_of(number=4), told)


def test_truth_is_told_and_the_record_is_thrown_away(campaign_of):
    campaign = campaign_of()
    run = next(one for one in campaign.runs if one.cell.magnitude == 50)
    shown = carry_out(run, campaign.place)
    assert (shown.verdict, shown.judgement, shown.outside) == ("fail", "found", True)
    assert shown.error_percent == pytest.approx(50.0, abs=8.0)  # 3 % of the pump's own, and roller cycles
    assert not (campaign.place.out / "runs" / "00000").exists()


def test_a_wrong_verdict_keeps_its_record(folder, campaign_of):
    path = folder / "more.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("detectable = 50", "detectable = 2"), encoding="utf-8")
    campaign = campaign_of()
    run = next(one for one in campaign.runs if one.cell.magnitude == 2)
    shown = carry_out(run, campaign.place)
    assert shown.judgement == "missed"
    assert (campaign.place.out / "runs" / f"{run.index:05d}" / "manifest.json").is_file()


def test_what_the_rig_does_not_get_through_is_told(campaign_of):
    campaign = campaign_of()
    strange = Run(0, Cell("FLT-UNKNOWN", 1.0, "quick"), "abc")
    shown = carry_out(strange, campaign.place)
    assert (shown.verdict, shown.judgement) == ("unusable", "unusable")
    assert "FLT-UNKNOWN" in shown.reason


def test_the_page_names_what_is_wrong(campaign_of, tmp_path):
    campaign = campaign_of(number=1)
    journal = Journal.create(tmp_path / "made")
    cell = {"fault": "FLT-MORE", "magnitude": 50.0, "protocol": "quick", "seed": "a", "index": 0}
    facts = {"after_h": 1.0, "error_ul": 5.0, "error_percent": 50.0, "outside": True, "took_s": 1.0}
    journal.write("run", WallClock().utc(), **cell, **facts, verdict="pass", judgement="missed", reason="it | passed")
    report = campaign_report(campaign, journal)
    assert report.outcome == "wrong"
    assert report.outside == (1, 1)
    write_pages(report, tmp_path / "made")
    assert "| missed | it / passed |" in (tmp_path / "made" / MARKDOWN).read_text(encoding="utf-8")
