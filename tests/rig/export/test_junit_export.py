"""Findings as JUnit: valid by the schema of the Jenkins plug-in, and with the verdicts kept apart."""

from pathlib import Path

import pytest
from lxml import etree

from rig.nightly.junit import suite_outcome
from rig.record import Record
from tests.rig.export.conftest import SHELF, result

SCHEMA = Path(__file__).with_name("junit.xsd")


@pytest.mark.parametrize("outcome", ["pass", "fail", "inconclusive", "invalid"])
def test_the_outcome_of_the_file_is_the_verdict(hard, exported, outcome):
    findings = [("one", "pass"), ("two", "informative"), ("three", outcome if outcome != "invalid" else "fail")]
    folder = exported(hard(result(outcome, *findings)), "junit")
    assert suite_outcome(folder / "findings.xml", 0)[0] == outcome


@pytest.mark.parametrize("outcome", ["pass", "fail", "inconclusive", "invalid"])
def test_it_is_valid_by_the_schema(hard, exported, outcome):
    folder = exported(hard(result(outcome, ("one", "fail"), ("two", "inconclusive"), ("three", "pass"))), "junit")
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    schema.assertValid(etree.parse(folder / "findings.xml"))


def test_an_invalid_run_says_nothing_about_the_pump(hard, exported):
    suite = etree.parse(exported(hard(result("invalid", ("one", "fail"))), "junit") / "findings.xml").find("testsuite")
    assert dict(suite.attrib) | {"failures": "0", "errors": "1", "skipped": "1", "tests": "2"} == dict(suite.attrib)


def test_findings_of_one_name_stay_apart(hard, exported):
    folder = exported(hard(result("fail", ("bolus", "pass"), ("bolus", "fail"), ("rate", "pass"))), "junit")
    names = [case.get("name") for case in etree.parse(folder / "findings.xml").iter("testcase")]
    assert names == ["verdict", "bolus[1]", "bolus[2]", "rate"]


def test_hash_class_and_numbers_with_units_are_in_it(exported):
    suite = etree.parse(exported(Record.open(SHELF), "junit") / "findings.xml").find("testsuite")
    facts = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert facts["record_sha256"] == Record.open(SHELF).manifest["record_sha256"]
    assert suite.get("name") == "EMU-15MIN (simulated evidence)"
    told = suite.find("testcase[@name='mean_flow_error']/system-out").text.splitlines()
    assert "upper_limit [%]: 14.5" in told
    assert any(line.startswith("U [%]: 0.106") for line in told)


def test_what_passed_says_its_statement_too(hard, exported):
    """Why an informative finding has no value stands nowhere else."""
    folder = exported(hard(result("pass", ("one", "pass"), ("two", "informative"))), "junit")
    told = [one.text.splitlines()[-1] for one in etree.parse(folder / "findings.xml").iter("system-out")]
    assert told == ["statement: said\\x07"] * 2


def test_what_xml_cannot_hold_is_spelled_out(hard, exported):
    folder = exported(hard(result("fail", ("one", "fail"))), "junit")
    assert etree.parse(folder / "findings.xml").find(".//testcase[@name='one']/failure").get("message") == "said\\x07"
