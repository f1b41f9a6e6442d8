"""A record made once, copies of it that say something else, and a certificate of a test laboratory."""

import json
import re
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


def without_simulation(folder, start, evidence_class):
    """Bench file, calibration records and identities as if real instruments had answered; the readings stay."""
    pump = "EX-1" if evidence_class == "device" else "DP-MP1"
    for path in (folder / "inputs").rglob("*.toml"):
        text = path.read_text().replace("SIM-", "SN-").replace("sim://simulated/", "/dev/serial/")
        text = re.sub(r"^world = .*$|^\[world_options\].*(?:\n.+)*", "", text, flags=re.MULTILINE)
        path.write_text(text.replace('"DP-MP1"', f'"{pump}"'))
    for one in start["identities"].values():
        one["serial_number"] = one["serial_number"].replace("SIM-", "SN-")
    start["identities"]["device"]["model"] = pump


@pytest.fixture(scope="session")
def reseal():
    """Copies a record, changes what its start says, and seals the copy: a run that was never made.

    What follows of another evidence class is changed with it, or the record would be refused.
    """

    def make(source, folder, **changed):
        shutil.copytree(source, folder)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(path.stat().st_mode | stat.S_IWUSR)
        start = json.loads((folder / "start.json").read_text())
        if serial := changed.pop("serial", None):
            start["identities"]["device"]["serial_number"] = serial
        start |= changed
        if changed.get("evidence_class", "simulated") != "simulated":
            without_simulation(folder, start, changed["evidence_class"])
        (folder / "start.json").write_text(json.dumps(start))
        old = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").unlink()
        health = Record.open(source).health
        provisional = Record(folder, sealed=True, start=start, manifest={"end": old["end"]}, health=health)
        write_manifest(folder, health, assess(provisional).as_json(), old["end"])
        return Record.open(folder)

    return make
