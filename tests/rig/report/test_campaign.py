"""Campaigns: many runs in one report, a tolerance interval over devices, and what does not belong together."""

import io
import json
import math
import shutil
from pathlib import Path

import pypdf
import pytest

from rig.assessment import assess
from rig.errors import EvidenceError
from rig.record import Record
from rig.report.before import make_procedure
from rig.report.check import check_report
from rig.report.content.case import Case
from rig.report.content.population import population
from rig.report.details import Details
from rig.report.made import make_campaign, remake
from rig.report.people import Annex
from rig.report.together import Several
from rig.runner import run
from tests.rig.report.conftest import BENCHES


@pytest.fixture(scope="module")
def pumps(quick, reseal, tmp_path_factory):
    folder = tmp_path_factory.mktemp("campaign")
    return [
        reseal(quick, folder / f"pump{i}", serial=f"SIM-MP-{i:04}", started_utc=f"2026-03-0{i}T08:00:00+00:00")
        for i in (1, 2)
    ]


def test_different_devices_are_refused_unless_said_so(pumps):
    with pytest.raises(EvidenceError, match=r"different devices \(SIM-MP-0001, SIM-MP-0002\).*--several-devices"):
        make_campaign(pumps)


def test_every_reason_is_told_at_once(pumps, quick, reseal, tmp_path):
    mixed = reseal(quick, tmp_path / "mixed", serial="SIM-MP-0003", evidence_class="surrogate")
    with pytest.raises(EvidenceError) as refused:
        make_campaign([pumps[0], pumps[0], mixed])
    assert "given twice" in str(refused.value)
    assert "evidence classes differ (simulated, surrogate)" in str(refused.value)
    assert "different devices" in str(refused.value)


def test_different_benches_are_refused_unless_said_so(pumps, quick, reseal, tmp_path):
    other = reseal(quick, tmp_path / "other", bench="station B", started_utc="2026-03-05T08:00:00+00:00")
    with pytest.raises(EvidenceError, match=r"different benches \(simulated, station B\).*--several-benches"):
        make_campaign([pumps[0], other])
    report = make_campaign([pumps[0], other], several=Several(benches=True))
    assert report.made_from["several_benches"]


def test_a_bench_whose_balance_was_changed_is_another_bench(pumps, quick, reseal, tmp_path):
    identities = json.loads((quick / "start.json").read_text())["identities"]
    identities["environment"]["serial_number"] = "SIM-ENV-0002"
    changed = reseal(quick, tmp_path / "changed", identities=identities, started_utc="2026-03-05T08:00:00+00:00")
    with pytest.raises(EvidenceError, match=r"were changed \(environment SIM-ENV-0001, SIM-ENV-0002\)"):
        make_campaign([pumps[0], changed])


def test_another_firmware_is_another_product_whatever_was_said(pumps, quick, reseal, tmp_path):
    identities = json.loads((quick / "start.json").read_text())["identities"]
    identities["device"]["firmware"] = "2.0.0"
    newer = reseal(quick, tmp_path / "newer", identities=identities, started_utc="2026-03-05T08:00:00+00:00")
    with pytest.raises(EvidenceError, match=r"different products \(DP-MP1 with firmware 1.1.0.*firmware 2.0.0\)"):
        make_campaign([pumps[0], newer], several=Several(devices=True, benches=True))


def test_two_versions_of_a_protocol_make_two_reports(pumps, quick, tmp_path):
    text = (BENCHES / "protocols" / "quick.toml").read_text()
    (tmp_path / "quick.toml").write_text(text.replace('limit = "14.5 %"', 'limit = "14 %"'))
    run(tmp_path / "quick.toml", BENCHES / "simulated.toml", tmp_path / "stricter")
    with pytest.raises(EvidenceError, match=r"their protocols differ \(2 versions of QUICK-1000\)"):
        make_campaign([pumps[0], Record.open(tmp_path / "stricter")], several=Several(devices=True))


def test_a_report_from_before_benches_were_looked_at_is_made_again(pumps, quick, reseal, tmp_path):
    other = reseal(quick, tmp_path / "other", bench="station B", started_utc="2026-03-05T08:00:00+00:00")
    both = [pumps[0], other]
    made_from = make_campaign(both, several=Several(benches=True)).made_from
    del made_from["several_benches"]
    assert remake(made_from, [assess(one) for one in both]).made_from["several_benches"]


def test_a_copy_of_a_run_under_another_name_is_no_second_run(pumps, tmp_path):
    copy = Record.open(Path(shutil.copytree(pumps[0].folder, tmp_path / "another")))
    with pytest.raises(EvidenceError, match="another, pump1: the same run twice"):
        make_campaign([pumps[0], copy])


def test_a_run_that_was_sealed_again_is_no_second_run(pumps, reseal, tmp_path):
    again = reseal(pumps[0].folder, tmp_path / "again", operator="B. Other")
    assert again.manifest["record_sha256"] != pumps[0].manifest["record_sha256"]
    with pytest.raises(EvidenceError, match="again, pump1: the same run twice"):
        make_campaign([pumps[0], again])


def test_a_campaign_is_recomputed_from_its_attachments_too(pumps, details):
    report = make_campaign(pumps, details, several=Several(devices=True))
    found = check_report(report.pdf())
    assert list(found.verdicts) == ["pump1", "pump2"]
    assert found.pages_compared
    text = "\n".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(report.pdf())).pages)
    for words in ("SIM-MP-0001", "SIM-MP-0002", "REQ-OCCLUSION-TIME", "95 % of such devices", "End of campaign report"):
        assert words in text


class Found:
    """An assessment as far as a population looks at it."""

    def __init__(self, value, outcome="pass"):
        self.findings = [type("F", (), {"name": "mean_flow_error", "value": value, "verdict": outcome})()]
        self.verdict = type("V", (), {"outcome": outcome})()
        self.delivery = None


class Run(Case):
    """A case of a serial number."""

    @property
    def device(self):
        return {"serial_number": self.details}


def runs(*of):
    return [Run(Found(value, outcome), serial, Annex()) for serial, value, outcome in of]


def test_the_interval_counts_devices_and_not_runs():
    """Five devices: k = 5.0769 for 95 % content and 95 % confidence (exact, as ISO 16269-6)."""
    found = population(runs(*((f"P{i}", float(i), "pass") for i in range(5) for _ in range(4))))
    assert (found.devices, found.runs, found.mean) == (5, 20, 2.0)
    reach = 5.0769 * math.sqrt(2.5)
    assert found.interval == pytest.approx((2 - reach, 2 + reach), abs=2e-4)


def test_invalid_runs_are_left_out_of_the_numbers_but_never_of_the_list():
    found = population(runs(("P1", 0.0, "pass"), ("P2", 50.0, "invalid"), ("P2", 2.0, "pass")))
    assert (found.devices, found.runs, found.mean) == (2, 2, 1.0)


def test_one_device_says_nothing_about_others():
    found = population(runs(("P1", 0.0, "pass"), ("P1", 1.0, "pass")))
    assert found.interval is None
    assert "nothing is said about others" in found.spread


def test_the_procedure_holds_no_results_and_is_the_same_each_time(details, tmp_path):
    files = (BENCHES / "protocols" / "quick.toml", BENCHES / "simulated.toml")
    report = make_procedure(*files, details)
    assert make_procedure(*files, details).pdf() == report.pdf()
    reader = pypdf.PdfReader(io.BytesIO(report.pdf()))
    text = "\n".join(one.extract_text() for one in reader.pages)
    for words in ("procedure: no results", "REQ-FLOW-MEAN", "to be run", "GAP: not tested", "±14.5 %", "predicted U"):
        assert words in text
    assert "PASS" not in text
    made_from = ["bench.toml", "calibration-balance.toml", "calibration-environment.toml", "protocol.toml"]
    assert sorted(reader.attachments) == [*made_from, "report.json"]
    assert Details(schema=1).plan.rationale == "not stated"


def test_the_procedure_says_what_is_done_while_it_runs(details):
    occlusion = BENCHES.parents[1] / "tests" / "acceptance" / "protocols" / "occlusion.toml"
    reader = pypdf.PdfReader(io.BytesIO(make_procedure(occlusion, BENCHES / "simulated.toml", details).pdf()))
    text = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    assert "done: Close the stopcock between pump and tip, 01:00:00 into the phase, noted as" in text
