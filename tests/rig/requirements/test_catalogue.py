"""Requirements and hazards as files: what is refused, and that every problem is told with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from rig.errors import FileError
from rig.requirements.catalogue import find_catalogue, load_catalogue
from rig.requirements.limit_text import checked_limit
from tests.rig.requirements.conftest import HAZARDS, REQUIREMENTS

OURS = Path(__file__).parents[2] / "acceptance"


def test_our_own_files_are_whole():
    catalogue = load_catalogue(OURS)
    assert len(catalogue.requirements) >= 30
    assert len({one.hazard_class for one in catalogue.hazards.values()}) == 8, "a class of hazards is missing"


def test_every_hazard_of_ours_is_controlled_by_a_requirement():
    catalogue = load_catalogue(OURS)
    controlled = {hazard for one in catalogue.requirements.values() for hazard in one.hazards}
    assert set(catalogue.hazards) == controlled


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('"14.5 %"', '"14.5"', 8, "limit with its unit"),
        ('"14.5 %"', '"about right"', 8, "limit with its unit"),
        ('["HAZ-OVER"]', '["HAZ-NEW"]', 10, "expected a hazard of hazards.toml, found HAZ-NEW"),
        ('["HAZ-OVER"]', "[]", 10, "1 value or more"),
        ('"REQ-STOP"', '"REQ-FLOW"', 12, "found REQ-FLOW again"),
        ('"REQ-FLOW"', '"FLOW"', 4, "expected a text of the form ^REQ-"),
        ('text = "It flows."', "", 3, "text"),
        ('"It flows."', '""', 5, "expected a text, found ''; say it in words"),
        ('"It flows."', '"  "', 5, "expected a text, found '  '; say it in words"),
    ],
)
def test_a_wrong_requirement_is_told_with_its_line(suites, old, new, line, told):
    folder = suites(REQUIREMENTS.replace(old, new, 1))
    with pytest.raises(FileError) as refused:
        load_catalogue(folder)
    assert told in str(refused.value)
    assert f"requirements.toml:{line}: " in str(refused.value)


def test_a_class_that_is_none_of_the_eight(suites):
    folder = suites(hazards=HAZARDS.replace('"mechanical"', '"magic"'))
    with pytest.raises(FileError, match=r"hazards.toml:11: .*operational"):
        load_catalogue(folder)


def test_problems_of_both_files_at_once(suites):
    folder = suites(REQUIREMENTS.replace('["HAZ-OVER"]', '["HAZ-NEW"]'), HAZARDS.replace("HAZ-FREE-FLOW", "HAZ-OVER"))
    with pytest.raises(FileError) as refused:
        load_catalogue(folder)
    assert {problem.file.rpartition("/")[2] for problem in refused.value.problems} == {
        "requirements.toml",
        "hazards.toml",
    }


def test_the_nearest_folder_upwards_counts(suites, tmp_path):
    below = suites() / "more"
    below.mkdir()
    assert find_catalogue(below) == below.parent
    assert find_catalogue(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    ["14.5 %", "-10 % to +14.5 %", "at most 5 min", "at least 90 days", "the larger of 5 % and 0.5 uL", "yes or no"],
)
def test_limits_that_are_read(text):
    assert checked_limit(text) == text


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_no_bare_number_is_a_limit(number):
    with pytest.raises(PydanticCustomError, match="with its unit"):
        checked_limit(repr(number))
