"""A list of two functions and a run of five tests."""

import pytest

FUNCTIONS = """
schema = 1
[[function]]
id = "FN-ONE"
title = "One"
intended_use = "Does one."
failure = "Does two."
risk = "high"
assurance = "counted"
tests = ["tests/one/", "tests/test_more.py::test_named"]
[[function]]
id = "FN-TWO"
title = "Two"
intended_use = "Does two."
failure = "Does one."
risk = "not high"
assurance = "counted"
tests = ["tests/test_two.py"]
"""
RUN = """<testsuites><testsuite name="pytest" timestamp="2026-03-01T10:00:00.5+00:00">
<properties>
  <property name="doseproof.version" value="1.0"/><property name="doseproof.revision" value="5a1e"/>
  <property name="doseproof.modified" value="no"/><property name="other" value="x"/>
</properties>
<testcase classname="tests.one.test_a" name="test_a[1]"/>
<testcase classname="tests.one.test_a.TestB" name="test_b"/>
<testcase classname="tests.test_more" name="test_named[x]"/>
<testcase classname="tests.test_two" name="test_two"/>
</testsuite></testsuites>
"""
FAILED = '<testcase classname="tests.test_two" name="test_two"><failure message="1 is 2"/></testcase>'
SKIPPED = '<testcase classname="tests.test_two" name="test_two"><skipped message="no screen"/></testcase>'
STRANGER = '<testcase classname="tests.test_new" name="test_new"/>'
TWO = '<testcase classname="tests.test_two" name="test_two"/>'


@pytest.fixture
def files(tmp_path):
    """Writes both files, with what a test changes in them."""

    def make(old="", new="", functions=FUNCTIONS):
        (tmp_path / "functions.toml").write_text(functions)
        (tmp_path / "results.xml").write_text(RUN.replace(old, new) if old else RUN)
        return tmp_path

    return make
