"""The list of functions against the tests that exist; and a run says what it tested."""

from pathlib import Path

import pytest

from rig.requirements.suites import read_suites
from rig.validation.functions import load_functions
from rig.validation.run import Case, read_run

ROOT = Path(__file__).parents[3]
FUNCTIONS = load_functions(ROOT / "tests" / "functions.toml")
PREFIXES = sorted({prefix for function in FUNCTIONS for prefix in function.tests})


@pytest.fixture(scope="module")
def tests():
    """Every test of this checkout, as a run would name it."""
    found = []
    for test in read_suites(ROOT / "tests"):
        file, _, names = test.place.partition("::")
        *classes, name = names.split("::")
        found.append(Case(".".join(["tests", *file.removesuffix(".py").split("/"), *classes]), name, "passed"))
    return found


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_function_names_only_tests_that_exist(tests, prefix):
    assert any(test.begins_with(prefix) for test in tests), f"functions.toml names {prefix}, and there is no such test"


def test_every_test_belongs_to_a_function(tests):
    alone = {test.dotted for test in tests if not any(map(test.begins_with, PREFIXES))}
    assert not alone, f"tests/functions.toml says of none what they are for: {', '.join(sorted(alone))}"


def test_a_run_says_which_software_it_tested(pytester):
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text())
    pytester.makepyfile("def test_one(): ...")
    pytester.runpytest_subprocess("--junitxml=results.xml", "-p", "no:cacheprovider", "-n", "1").assert_outcomes(
        passed=1
    )
    run = read_run(pytester.path / "results.xml")
    assert {"version", "revision", "modified", "Python", "numpy"} <= run.software.keys()
    assert run.cases[0].name == "test_one"
    assert run.started
