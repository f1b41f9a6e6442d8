"""A small folder of suites: two requirements, two hazards, one module of tests."""

import json

import pytest

REQUIREMENTS = """
schema = 1
[[requirement]]
id = "REQ-FLOW"
text = "It flows."
source = "the label"
rationale = "it must"
limit = "14.5 %"
rule = "guard-band-U"
hazards = ["HAZ-OVER"]
[[requirement]]
id = "REQ-STOP"
text = "It stops."
source = "the label"
rationale = "it must"
limit = "at most 0.5 uL/h"
rule = "guard-band-U"
hazards = ["HAZ-FREE-FLOW"]
"""

HAZARDS = """
schema = 1
[[hazard]]
id = "HAZ-OVER"
class = "operational"
text = "too much"
harm = "overdose"
evidence = "a recall"
[[hazard]]
id = "HAZ-FREE-FLOW"
class = "mechanical"
text = "it does not stop"
harm = "overdose"
evidence = "a recall"
"""

SUITE = '''
"""Flow: the procedure."""
import pytest

@pytest.mark.requirement("REQ-FLOW")
def test_flow():
    """It flows."""
'''


@pytest.fixture
def suites(tmp_path):
    """Writes the folder, with what a test changes in it."""

    def make(requirements=REQUIREMENTS, hazards=HAZARDS, suite=SUITE):
        folder = tmp_path / "acceptance"
        folder.mkdir(exist_ok=True)
        for name, text in (("requirements.toml", requirements), ("hazards.toml", hazards), ("test_flow.py", suite)):
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def run_of(tmp_path):
    """Writes what a run leaves behind, as far as a matrix looks at it."""

    def make(name, requirement, verdict, started="2026-03-01T10:00:00+00:00", evidence_class="device"):
        folder = tmp_path / "runs" / name
        (folder / "inputs").mkdir(parents=True)
        (folder / "inputs" / "protocol.toml").write_text(f'requirements = ["{requirement}"]\n', encoding="utf-8")
        identity = {"device": {"model": "P", "serial_number": "7"}}
        start = {"started_utc": started, "evidence_class": evidence_class, "identities": identity}
        (folder / "start.json").write_text(json.dumps(start), encoding="utf-8")
        if verdict:
            (folder / "result.json").write_text(json.dumps({"verdict": {"outcome": verdict}}), encoding="utf-8")
        return folder.parent

    return make
