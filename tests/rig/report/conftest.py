"""A record made once, copies of it that say something else, and a certificate of a test laboratory."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from rig.assessment import assess
from rig.record import Record
from rig.record.seal import write_manifest
from rig.runner import run

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"

DETAILS = """
schema = 1
[laboratory]
name = "Pump laboratory"
address = "1 Example Road"
[plan]
conclusion = "no action needed"
[[hazard]]
id = "HAZ-OCCLUSION"
[[requirement]]
id = "REQ-FLOW-MEAN"
[[requirement]]
id = "REQ-OCCLUSION-TIME"
text = "an occlusion is told in time"
hazards = ["HAZ-OCCLUSION"]
"""


@pytest.fixture(scope="session")
def details():
    return DETAILS


@pytest.fixture(scope="session")
def quick(tmp_path_factory):
    """The folder of a sealed record: two minutes of a sound pump."""
    folder = tmp_path_factory.mktemp("quick") / "run"
    run(BENCHES / "protocols" / "quick.toml", BENCHES / "simulated.toml", folder, operator="A. Weber")
    return folder


@pytest.fixture(scope="session")
def record(quick):
    return Record.open(quick)


@pytest.fixture(scope="session")
def reseal():
    """Copies a record, changes what its start says, and seals the copy: a run that was never made."""

    def make(source, folder, **changed):
        shutil.copytree(source, folder)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(path.stat().st_mode | stat.S_IWUSR)
        start = json.loads((folder / "start.json").read_text())
        if serial := changed.pop("serial", None):
            start["identities"]["device"]["serial_number"] = serial
        (folder / "start.json").write_text(json.dumps(start | changed))
        old = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").unlink()
        health = Record.open(source).health
        provisional = Record(folder, sealed=True, start=start | changed, manifest={"end": old["end"]}, health=health)
        write_manifest(folder, health, assess(provisional).as_json(), old["end"])
        return Record.open(folder)

    return make
