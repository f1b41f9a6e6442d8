"""Records that were damaged, thinned out or left half way: an error that names the file, and never a traceback."""

import json
import shutil

import pytest

from rig.errors import EvidenceError
from rig.record import Record
from rig.record.manifest import manifest_bytes, record_hash
from rig.runner import run
from rig.verify_record import recomputed


@pytest.fixture(scope="module")
def sound(station_in, tmp_path_factory):
    """A short sealed record."""
    folder = tmp_path_factory.mktemp("sound")
    station = station_in(folder)
    protocol = station.protocol(flow="2.4 mL/day", leg="5 min", stabilization="15 min", analysis="15 min")
    return run(protocol, station.bench(), folder / "run").folder


@pytest.fixture
def copied(sound, tmp_path):
    """A copy of it that may be written to."""
    folder = tmp_path / "copy"
    shutil.copytree(sound, folder)
    for path in folder.rglob("*"):
        path.chmod(0o755)
    return folder


def rewrite(folder, change):
    """Change the manifest and give it a hash that holds."""
    manifest = json.loads((folder / "manifest.json").read_text())
    change(manifest)
    manifest["record_sha256"] = record_hash(manifest)
    (folder / "manifest.json").write_bytes(manifest_bytes(manifest))


MANIFESTS = {"thin": '{"schema": 1}', "no number": '{"schema": 1, "x": NaN}', "lists": '{"schema": 1, "files": [1]}'}


@pytest.mark.parametrize("text", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_that_is_none_is_named(copied, text):
    (copied / "manifest.json").write_text(text)
    with pytest.raises(EvidenceError, match=r"manifest\.json"):
        Record.open(copied)


def test_a_sealed_record_without_its_manifest_is_no_interrupted_one(copied):
    (copied / "manifest.json").unlink()
    with pytest.raises(EvidenceError, match=r"expected manifest\.json, or the stream files"):
        Record.open(copied)


@pytest.mark.parametrize("gone", ["result.json", "start.json"])
def test_a_manifest_that_leaves_out_what_every_seal_has_is_refused(copied, gone):
    rewrite(copied, lambda manifest: manifest["files"].pop(gone))
    if gone == "result.json":
        (copied / gone).unlink()
    with pytest.raises(EvidenceError, match=f"{gone}: "):
        Record.open(copied)


def test_a_manifest_that_hides_the_end_gives_no_verdict(copied):
    rewrite(copied, lambda manifest: manifest.update(end={}))
    with pytest.raises(EvidenceError, match="does not say how the run ended"):
        recomputed(Record.open(copied))


def test_an_interrupted_record_with_an_empty_start_gives_no_verdict(copied):
    from rig.delivery.from_record import Evidence

    record = Record.open(copied)
    record.start.pop("evidence_class")
    with pytest.raises(EvidenceError, match=r"start\.json: expected evidence_class"):
        Evidence.of(record)


def test_a_kill_between_manifest_and_tidying_up_leaves_a_sealed_record(station, tmp_path, monkeypatch):
    """The streams are still there, with the rows that were sealed."""
    protocol = station.protocol(flow="2.4 mL/day", leg="5 min", stabilization="15 min", analysis="15 min")

    def no_unlink(_path):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", no_unlink)
        with pytest.raises(KeyboardInterrupt):
            run(protocol, station.bench(), tmp_path / "run")
    found = recomputed(Record.open(tmp_path / "run"))
    assert found.compared
    assert found.differences == ()


def test_a_stream_that_was_put_beside_the_sealed_one_is_refused(copied):
    (copied / "streams" / "balance.arrows").write_bytes(b"other readings")
    with pytest.raises(EvidenceError, match=r"balance\.arrows: added after sealing"):
        Record.open(copied)


def test_a_record_whose_disk_damaged_a_stream_before_sealing_does_not_pass(station, tmp_path, monkeypatch):
    """Events that were lost may have told of a pump that reset."""
    from rig import runner

    def damage_first(folder, sealers):
        path = folder / "streams" / "wire.arrows"
        path.write_bytes(path.read_bytes()[:-1000])
        return seal(folder, sealers)

    seal = runner.seal_streams
    monkeypatch.setattr(runner, "seal_streams", damage_first)
    protocol = station.protocol(flow="2.4 mL/day", leg="5 min", stabilization="15 min", analysis="15 min")
    verdict = run(protocol, station.bench(), tmp_path / "run").assessment.verdict
    assert verdict.outcome == "inconclusive"
    assert any("wire is damaged" in reason for reason in verdict.reasons)
