"""A suite's JUnit file as one of the four verdicts."""

import pytest

from rig.nightly.junit import suite_outcome

PASSED = '<testcase name="a"/>'
FAILED = '<testcase name="b"><failure message="FAIL mean_flow_error: too much"/></testcase>'
UNDECIDED = '<testcase name="c"><failure message="INCONCLUSIVE mean_flow_error: too little known"/></testcase>'
BY_PYTEST = UNDECIDED.replace("INCONCLUSIVE", "Failed: INCONCLUSIVE")
COMPARED = "<testcase name=\"f\"><failure message=\"AssertionError: assert 'INCONCLUSIVE' == 'PASS'\"/></testcase>"
BROKEN = '<testcase name="d"><error message="invalid: the balance fell silent"/></testcase>'
BLOCKED = '<testcase name="e"><skipped message="blocked: name a bench"/></testcase>'


@pytest.mark.parametrize(
    ("cases", "code", "verdict"),
    [
        (PASSED, 0, "pass"),
        (PASSED + BLOCKED, 0, "pass"),
        (PASSED + UNDECIDED, 1, "inconclusive"),
        (PASSED + BY_PYTEST, 1, "inconclusive"),
        (PASSED + COMPARED, 1, "fail"),
        (PASSED + UNDECIDED + BROKEN, 1, "invalid"),
        (PASSED + UNDECIDED + BROKEN + FAILED, 1, "fail"),
        (BLOCKED, 0, "blocked"),
        ("", 5, "blocked"),
        (PASSED, 3, "unusable"),
    ],
)
def test_the_worst_counts(tmp_path, cases, code, verdict):
    path = tmp_path / "junit.xml"
    path.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", encoding="utf-8")
    assert suite_outcome(path, code)[0] == verdict


def test_no_file_is_no_pass(tmp_path):
    verdict, reasons = suite_outcome(tmp_path / "junit.xml", 0)
    assert verdict == "unusable"
    assert "left no JUnit file" in reasons[0]
