"""Which ids the tests of a folder name, read without running them."""

import pytest

from rig.errors import FileError
from rig.requirements.suites import read_suites

NESTED = '''
import pytest
pytestmark = [pytest.mark.hazard("HAZ-OVER")]

@pytest.mark.requirement("REQ-FLOW", "REQ-STOP")
class TestFlow:
    @pytest.mark.requirement("REQ-FLOW")
    @pytest.mark.hazard("HAZ-FREE-FLOW")
    def test_stop(self):
        """It stops.

        And stays so.
        """

    def helper(self):
        pass

async def test_alone():
    pass
'''


def test_marks_of_function_class_and_module_count(suites):
    stop, alone = read_suites(suites(suite=NESTED))
    assert stop.place == "test_flow.py::TestFlow::test_stop"
    assert (stop.requirements, stop.hazards) == (("REQ-FLOW", "REQ-STOP"), ("HAZ-OVER", "HAZ-FREE-FLOW"))
    assert (stop.title, alone.title, alone.requirements) == ("It stops.", "", ())


def test_an_id_that_is_computed_is_told(suites):
    folder = suites(suite='import pytest\n@pytest.mark.requirement("REQ-" + NAME)\ndef test_it():\n    pass\n')
    with pytest.raises(FileError, match=r"test_flow.py:2: expected an id in quotes in the mark, found 'REQ-' \+ NAME"):
        read_suites(folder)


def test_a_module_that_is_no_python_is_told(suites):
    with pytest.raises(FileError, match=r"test_flow.py:2: expected a Python module"):
        read_suites(suites(suite="import pytest\ndef test_(:\n"))
