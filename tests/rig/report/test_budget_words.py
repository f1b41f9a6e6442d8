"""Every line of a budget says in a report what it is; a reviewer knows none of the names of our inputs."""

import re

import pytest

from rig.delivery import beside
from rig.report.content.page_one import line_name


@pytest.mark.parametrize("name", sorted(set(re.findall(r"``(\w+_ul)``", beside.__doc__))))
def test_what_adds_to_the_volume_has_words_of_its_own(name):
    assert len(line_name(name).split()) >= 4


@pytest.mark.parametrize(
    ("name", "said"),
    [("between_legs_ul", "nobody sees between the legs"), ("wander_ul", "walks beyond its noise record")],
)
def test_and_they_say_it(name, said):
    assert said in line_name(name)
