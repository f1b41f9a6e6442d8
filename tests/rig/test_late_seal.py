"""A record that a kill left is sealed later with what was saved of it; it never passes, and says who did it and why."""

import hashlib
import json
import shutil
import signal
import struct
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest

from drivers.clock import WallClock
from rig import runner
from rig.cli.app import run_app
from rig.errors import EvidenceError
from rig.late_seal import finish_later, seal_later
from rig.record import Record
from rig.record.bench_chain import chain_problems
from rig.record.check import check_record
from rig.record.manifest import manifest_bytes, record_hash
from rig.record.segments import sealed_path
from rig.record.stream_sealer import StreamSealer
from rig.runner import run
from rig.running import going_on
from rig.verify_record import recomputed
from tests.printed import printed_commands, printed_in_a_line

RUN = "import sys; from pathlib import Path; from rig.runner import run; run(*map(Path, sys.argv[1:4]))"
LIMITS = "from rig.record.segments import SegmentLimits as Limits; "
IN_SEGMENTS = LIMITS + RUN.replace("[1:4])", "[1:4]), limits=Limits(1 << 30, 1800.0)")
SHORT = {"flow": "2.4 mL/day", "leg": "5 min", "stabilization": "15 min", "analysis": "30 min"}
#: Names as of segments, and of none that this run writes.
MORE_STREAMS = ["streams/room.parquet", "streams/room.0001.parquet", "streams/a/balance.arrows", "streams/x.y.z.part"]
WHY = "the power of the building failed"
CLOCK = WallClock()


class Noon:
    """A clock that stands still."""

    def utc(self):
        return datetime(2026, 11, 28, 12, tzinfo=UTC)


def run_and_kill(station, code, ready, meanwhile=lambda _: None):
    """What a SIGKILL in the middle of a long run leaves, once ``ready`` is true of its folder."""
    folder = station.folder / "killed"
    files = (station.protocol(leg="3 h", analysis="72 h"), station.bench(), folder)
    with subprocess.Popen([sys.executable, "-c", code, *map(str, files)]) as process:
        try:
            assert CLOCK.wait(CLOCK.now() + 60.0, lambda: ready(folder))
            meanwhile(folder)
        finally:
            process.send_signal(signal.SIGKILL)
    return folder


@pytest.fixture(scope="module")
def left(station_in, tmp_path_factory):
    """What a kill leaves, and that nobody may seal it while the run goes on."""

    def has_readings(folder):
        balance = folder / "streams" / "balance.arrows"
        return balance.exists() and balance.stat().st_size > 100_000

    def refused(folder):
        with pytest.raises(EvidenceError, match="its run is still going on"):
            seal_later(folder, "A. Weber", WHY, Noon())

    return run_and_kill(station_in(tmp_path_factory.mktemp("station")), RUN, has_readings, refused)


@pytest.fixture
def killed(left, tmp_path):
    return shutil.copytree(left, tmp_path / "records" / "killed")


@pytest.fixture
def unsealed(station, tmp_path, monkeypatch):
    """Makes what is left of a run that was killed between its end and its seal."""

    def make(options="", name="unsealed"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(runner, "seal", Mock(side_effect=KeyboardInterrupt))
            run(station.protocol(**SHORT), station.bench(options), tmp_path / "records" / name)
        return tmp_path / "records" / name

    return make


def tree(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_rows_up_to_the_last_flush_are_sealed_and_verify_again(killed):
    before = {name: health.rows for name, health in Record.open(killed).health.items()}
    outcome = seal_later(killed, "A. Weber", WHY, Noon())
    record = Record.open(killed)
    assert {name: health.rows for name, health in record.health.items()} == before
    assert before["balance"] > 1000
    assert outcome.assessment.verdict.outcome == "inconclusive"
    assert recomputed(record).differences == ()


def test_evidence_says_why_who_and_when(killed, capsys):
    seal_later(killed, "A. Weber", WHY, Noon())
    told = f"interrupted ({WHY}); sealed later by A. Weber, 2026-11-28T12:00:00+00:00"
    assert check_record(killed).later == told
    for command in ("check", "show"):
        assert run_app(["record", command, str(killed)]) == 0
        assert told in capsys.readouterr().out
    verdict = Record.open(killed).result["verdict"]
    assert f"the run ended early (interrupted): the host stopped, or was killed: {WHY}" in verdict["reasons"][0]
    assert any("its record was sealed later by A. Weber" in block for block in verdict["release_blocks"])


def test_a_run_that_had_all_its_readings_does_not_pass_either(unsealed):
    """The same run, not killed, passes."""
    assert seal_later(unsealed(), "A. Weber", WHY, Noon()).assessment.verdict.outcome == "inconclusive"


def test_what_the_data_show_stays_a_fail(unsealed):
    assert seal_later(unsealed("gain = 1.3"), "A. Weber", WHY, Noon()).assessment.verdict.outcome == "fail"


def test_what_the_run_had_settled_stays_its_end(unsealed):
    """The pump gives so much more that the rig stops it; a kill afterwards takes nothing from that."""
    outcome = seal_later(unsealed("gain = 3.0"), "A. Weber", WHY, Noon())
    assert outcome.end.kind == "safety-stop"
    assert outcome.end.cause.startswith("over-volume: ")
    assert "over_volume" in {one.name for one in outcome.assessment.findings if one.verdict == "fail"}


def test_the_chain_of_the_bench_goes_on(station, unsealed, tmp_path):
    late = unsealed()
    other = run(station.protocol(**SHORT), station.bench(), tmp_path / "records" / "next").folder
    seal_later(late, "A. Weber", WHY, Noon())
    chain = [Record.open(folder).manifest["chain"] for folder in (other, late)]
    assert [link["number"] for link in chain] == [1, 2]
    assert chain[1]["previous"] == Record.open(other).manifest["record_sha256"]
    assert chain_problems([other, late]) == []


def test_a_torn_tail_is_cut_off_and_told(killed):
    path = killed / "streams" / "balance.arrows"
    path.write_bytes(path.read_bytes()[:-40])
    assert seal_later(killed, "A. Weber", WHY, Noon()).assessment.verdict.outcome == "inconclusive"
    record = Record.open(killed)
    assert "after batch" in record.manifest["end"]["sealed_later"]["streams"]["balance"]
    assert "after batch" in record.result["damage"]["balance"]


@pytest.mark.parametrize("part", [0.02, 0.5])
def test_a_chain_that_is_broken_within_is_not_what_a_kill_leaves(killed, part):
    path = killed / "streams" / "balance.arrows"
    data, times_s = bytearray(path.read_bytes()), Record.open(killed).stream("balance")["t_s"]
    data[data.index(struct.pack("<d", times_s[int(part * len(times_s))]))] ^= 1  # a value, not what fills up a buffer
    path.write_bytes(data)
    refused(killed, r"balance\.arrows: the hash chain is broken after batch \d+, and batch \d+ stands behind it")


def refused(folder, why, who="A. Weber", reason=WHY):
    before = tree(folder)
    with pytest.raises(EvidenceError, match=why):
        seal_later(folder, who, reason, Noon())
    assert tree(folder) == before


def test_nobody_and_nothing_said_is_refused(killed):
    refused(killed, "name of who seals it", who=" ")
    refused(killed, "reason of the interruption in words", reason="power")


def test_a_run_is_sealed_once(killed):
    copy = shutil.copytree(killed, killed.with_name("copy"))
    seal_later(killed, "A. Weber", WHY, Noon())
    refused(killed, r"expected a record that was never sealed, found manifest\.json")
    refused(copy, "killed beside it is a record of the same run, and is sealed")


def test_a_seal_that_was_taken_off_is_no_interrupted_run(killed):
    seal_later(killed, "A. Weber", WHY, Noon())
    (killed / "manifest.json").unlink()
    refused(killed, r"streams/balance\.arrows: missing; no kill takes a file away")


def test_a_stream_that_was_taken_away_was_not_taken_by_a_kill(killed):
    (killed / "streams" / "balance.arrows").unlink()
    refused(killed, r"streams/balance\.arrows: missing; no kill takes a file away")


@pytest.mark.parametrize("name", ["more.txt", "streams/more.csv", "inputs/link", *MORE_STREAMS])
def test_what_no_run_writes_does_not_get_into_the_seal(killed, name):
    path = killed / name
    path.parent.mkdir(exist_ok=True)
    path.symlink_to("/etc/hosts") if name.endswith("link") else path.write_text("x")
    refused(killed, f"{name}: no run writes it")


def test_a_run_that_goes_on_elsewhere_under_another_name_is_refused(killed):
    with going_on(Record.start_of(killed)["run"]):
        refused(killed.rename(killed.with_name("renamed")), "its run is still going on")


@pytest.mark.parametrize("where", ["write_manifest", "assess"])
def test_a_seal_that_fails_leaves_the_streams_alone(killed, monkeypatch, where):
    for begun in killed.glob("streams/*.part"):  # sealing beside the run had begun, if the kill came late enough
        begun.unlink()
    monkeypatch.setattr(runner, where, Mock(side_effect=OSError(28, "No space left on device")))
    refused(killed, "could not be sealed, and is as it was: .*No space left")


def test_what_a_seal_left_that_was_cut_off_itself_is_made_anew(killed):
    """A full disk at the end of the run: some streams were written already, and the result."""
    for name in ("streams/balance.parquet", "streams/wire.parquet.part", "result.json"):
        (killed / name).write_bytes(b"half")
    seal_later(killed, "A. Weber", WHY, Noon())
    assert check_record(killed).state == "sealed"


def test_an_interrupted_run_that_says_pass_is_no_seal_of_ours(killed):
    seal_later(killed, "A. Weber", WHY, Noon())
    result = killed / "result.json"
    lying = result.read_bytes().replace(b'"outcome": "inconclusive"', b'"outcome": "pass"')
    seal_anew(killed, "result.json", lying)
    assert "expected no pass of a run that was interrupted" in check_record(killed).problems[0]


def seal_anew(folder, name, data):
    """Change a file of a sealed record with every hash that follows."""
    for path in (folder / name, folder / "manifest.json"):
        path.chmod(0o644)
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    (folder / "manifest.json").write_bytes(manifest_bytes(manifest | {"record_sha256": record_hash(manifest)}))


def test_the_command_seals_and_refuses_with_two(killed, capsys):
    command = ["record", "seal", str(killed), "--operator", "A. Weber", "--reason"]
    assert run_app([*command, "short"]) == 2
    assert run_app([*command, WHY]) == 0
    assert "INCONCLUSIVE" in capsys.readouterr().out
    assert run_app([*command, WHY]) == 2


PRINTED = [
    *(words for _, words in printed_commands() if words[:2] == ["record", "seal"]),
    *(words for _, words in printed_in_a_line("rig record seal RECORD --")),
]


@pytest.mark.parametrize("words", PRINTED, ids=" ".join)
def test_the_command_is_printed_with_all_that_it_needs(unsealed, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOSEPROOF_OPERATOR", raising=False)
    typed = {"RECORD": str(unsealed()), "...": WHY}  # long enough for a reason, and for a name
    assert run_app([typed.get(word, word) for word in words]) == 0


def test_a_store_that_does_not_take_the_record_is_told_and_ends_with_two(killed, tmp_path, capsys):
    (tmp_path / "lab.sqlite").write_text("no database")
    command = ["record", "seal", str(killed), "--operator", "A. Weber", "--reason", WHY]
    assert run_app([*command, "--store", str(tmp_path / "lab.sqlite")]) == 2
    assert f"record and verdict stand; later: rig store index {killed}" in capsys.readouterr().err
    assert check_record(killed).state == "sealed"


@pytest.fixture
def half_finished(killed, monkeypatch):
    """A torn stream, and a kill between the manifest and the removal of the Arrow files."""
    path, unlink = killed / "streams" / "balance.arrows", Path.unlink
    path.write_bytes(path.read_bytes()[:-40])

    def interrupted(path, missing_ok=False):
        if path.suffix == ".arrows":
            raise KeyboardInterrupt
        unlink(path, missing_ok)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "unlink", interrupted)
        seal_later(killed, "A. Weber", WHY, Noon())
    return killed


def test_a_seal_that_was_cut_off_after_its_manifest_is_finished(half_finished, capsys):
    sealed = (half_finished / "manifest.json").read_bytes()
    (problem,) = check_record(half_finished).problems
    assert problem.startswith("streams/balance.arrows: left by a seal that was cut off, torn as the manifest says")
    assert run_app(["record", "seal", str(half_finished), "--reason", WHY]) == 0
    assert "what it left was taken away: streams/balance.arrows, " in capsys.readouterr().out
    assert check_record(half_finished).state == "sealed"
    assert (half_finished / "manifest.json").read_bytes() == sealed
    assert [*half_finished.glob("streams/*.arrows")] == []


@pytest.mark.parametrize("name", ["result.json", "streams/balance.arrows", "streams/room.arrows"])
def test_and_not_where_anything_else_is_not_what_was_sealed(half_finished, name):
    before = (half_finished / name).read_bytes() if (half_finished / name).exists() else b""
    (half_finished / name).write_bytes(b"x" + before)
    left = tree(half_finished)
    with pytest.raises(EvidenceError, match=rf"nothing was taken away:\n  {name}: (changed|added after sealing)"):
        finish_later(half_finished)
    assert tree(half_finished) == left


def test_nor_while_its_run_goes_on(half_finished):
    with going_on(Record.start_of(half_finished)["run"]), pytest.raises(EvidenceError, match="still going on"):
        finish_later(half_finished)


@pytest.fixture(scope="module")
def cut_in_segments(station_in, tmp_path_factory):
    """What a kill leaves of a long run whose streams are in segments, some of them sealed."""
    station = station_in(tmp_path_factory.mktemp("segments"))
    return run_and_kill(station, IN_SEGMENTS, lambda folder: (folder / "streams" / "balance.0003.arrows").exists())


def test_a_record_in_segments_is_sealed_with_all_of_them(cut_in_segments, tmp_path):
    killed = shutil.copytree(cut_in_segments, tmp_path / "killed")
    before = {name: health.rows for name, health in Record.open(killed).health.items()}
    seal_later(killed, "A. Weber", WHY, Noon())
    assert check_record(killed).state == "sealed"
    assert {name: health.rows for name, health in Record.open(killed).health.items()} == before
    assert len(Record.open(killed).health["balance"].segments) >= 2


def parquet_only(folder):
    """The balance of which the first segment is left, as Parquet, and nothing else."""
    sealer = StreamSealer(folder, "balance")
    while not sealed_path(folder, "balance", 1).exists():
        sealer.step(2, 0)
    for path in (folder / "streams").glob("balance.*arrows"):
        path.unlink()
    for path in (folder / "streams").glob("balance.000[2-9].*"):
        path.unlink()
    return folder


def test_the_file_that_is_missing_is_the_one_behind_the_segments(cut_in_segments, tmp_path):
    refused(
        parquet_only(shutil.copytree(cut_in_segments, tmp_path / "killed")), r"streams/balance\.0002\.arrows: missing"
    )


def test_rows_that_are_there_only_as_parquet_are_never_dropped(cut_in_segments, tmp_path):
    """Somebody puts an empty file in the place of a missing one; sealing took the Parquet away and kept nothing."""
    killed = parquet_only(shutil.copytree(cut_in_segments, tmp_path / "killed"))
    (killed / "streams" / "balance.arrows").touch()
    refused(killed, r"balance\.arrows: holds 0 rows, and balance\.0001\.parquet beside it 1\d+; it is not the file")


def test_a_record_that_lacks_a_segment_is_not_sealed(cut_in_segments, tmp_path):
    killed = shutil.copytree(cut_in_segments, tmp_path / "killed")
    for path in (killed / "streams").glob("balance.0002.*"):
        path.unlink()
    before = tree(killed)
    with pytest.raises(EvidenceError, match=r"segment 2 of \d: it is missing"):
        seal_later(killed, "A. Weber", WHY, Noon())
    assert tree(killed) == before
