"""The evidence class follows from what a record holds: one that claims more is refused wherever it is used."""

import json
import shutil
import stat

import pytest

from rig.cli.app import run_app
from rig.delivery.from_record import Evidence
from rig.errors import EvidenceError
from rig.evidence_class import claim_problem, class_that_follows
from rig.record import Record
from rig.record.seal import write_manifest
from rig.report.made import make_report

REAL = {"device": {"address": "COM3", "model": "EX-1", "serial_number": "7"}}
WHO = {"device": {"model": "EX-1", "serial_number": "7"}}

SIMULATED = {
    "a world": ({**REAL, "world": "simulated"}, WHO),
    "an address": ({**REAL, "witness": [{"address": "sim://simulated/balance"}]}, WHO),
    "a serial number in the bench file": ({**REAL, "environment": {"serial_number": "SIM-ENV-1"}}, WHO),
    "a serial number that answered": (REAL, {**WHO, "balance": {"serial_number": "SIM-BAL-1"}}),
}


@pytest.mark.parametrize(("tables", "identities"), SIMULATED.values(), ids=SIMULATED)
def test_anything_simulated_makes_it_simulated(tables, identities):
    assert class_that_follows(tables, identities) == "simulated"


def test_the_mock_pump_is_a_surrogate_in_the_file_or_by_its_answer():
    mock = {"device": {"model": "DP-MP1", "serial_number": "7"}}
    assert class_that_follows(REAL, WHO) == "device"
    assert class_that_follows(REAL, mock) == class_that_follows(mock, WHO) == "surrogate"


def test_less_may_be_claimed_and_more_may_not():
    for claimed in ("surrogate", "device"):
        assert claim_problem({"evidence_class": claimed, "identities": WHO}, REAL) == ""
    for claimed in ("device", "surrogate", "Simulated", 7):
        said = claim_problem({"evidence_class": claimed, "identities": WHO}, {**REAL, "world": "simulated"})
        assert f"claims the evidence class {claimed!r}" in said
        assert "follows 'simulated'" in said


@pytest.fixture
def claiming(quick, tmp_path):
    """A simulated run whose start was changed to say device; every hash was made again."""
    folder = tmp_path / "records" / "run"
    shutil.copytree(quick, folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | stat.S_IWUSR)
    start, result, manifest = (json.loads((folder / f"{n}.json").read_text()) for n in ("start", "result", "manifest"))
    (folder / "start.json").write_text(json.dumps(start | {"evidence_class": "device"}))
    result["verdict"] |= {"evidence_class": "device", "release_blocks": []}
    (folder / "manifest.json").unlink()
    write_manifest(folder, Record.open(quick).health, result, manifest["end"])
    return folder


COMMANDS = {"verify": ["verify"], "record check": ["record", "check"], "report": ["report"]}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_it_is_refused_naming_both(claiming, command, capsys):
    assert run_app([*command, str(claiming)]) == 2
    said = capsys.readouterr()
    assert "claims the evidence class 'device'" in " ".join((said.out + said.err).split())
    assert "follows 'simulated'" in " ".join((said.out + said.err).split())


def test_nor_does_one_pass_that_was_never_sealed(claiming):
    start = json.loads((claiming / "start.json").read_text())
    opened = Record(claiming, sealed=False, start=start, manifest={}, health={})
    with pytest.raises(EvidenceError, match="claims the evidence class 'device'"):
        Evidence.of(opened)


def test_what_does_follow_from_its_own_files_is_taken(quick, reseal, tmp_path):
    report = make_report(reseal(quick, tmp_path / "run", evidence_class="device"), attach=False)
    assert report.document.device_evidence
    assert report.not_to_sign == ()
