"""``rig store``, ``rig user``, ``rig sign``, ``rig attempt``: what is said, what is asked, and the exit codes."""

import io
import json
import shutil
import subprocess
import sys

import pytest

from rig.people import passwords
from tests.rig.cli.conftest import SHORT, SIMULATED

WORD = "correct horse battery"


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("DOSEPROOF_STORE", raising=False)
    monkeypatch.setattr(passwords, "PARAMETERS", {"time_cost": 1, "memory_cost": 8, "parallelism": 1})


@pytest.fixture
def typed(monkeypatch):
    """What somebody types, a line each."""
    return lambda *lines: monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.fixture
def people(rig, typed):
    """An administrator, an operator and an approver."""
    typed(WORD)
    assert rig("user", "add", "root", "--name", "Root", "--role", "administrator").code == 0
    for name, role in (("op", "operator"), ("app", "approver")):
        typed(WORD, WORD)
        assert rig("user", "add", name, "--name", f"The {name}", "--role", role, "--by", "root").code == 0


@pytest.fixture
def mine(sealed, tmp_path):
    """Copies of the sealed records to sign: others sign and index theirs with other stores."""
    return shutil.copytree(sealed, tmp_path / "mine")


def test_a_record_is_indexed_and_found_again(rig, sealed):
    done = rig("store", "index", sealed, "--store", "lab.sqlite", "--operator", "A. Weber")
    assert (done.code, done.out) == (0, "lab.sqlite: 1 taken in, 0 known already, 0 of them never sealed, 0 refused\n")
    shown = rig("store", "history", "--bench", "simulated", "--store", "lab.sqlite").out
    assert "pass" in shown
    assert "SIM-MP-0001" in shown
    runs = json.loads(rig("store", "history", "--bench", "simulated", "--store", "lab.sqlite", "--json").out)["runs"]
    assert [run["operator"] for run in runs] == ["A. Weber"]
    compared = rig(
        "store", "compare", runs[0]["run"][:8], next(sealed.glob("*/start.json")).parent, "--store", "lab.sqlite"
    )
    assert "mean_flow_error" in compared.out


def test_a_run_goes_into_the_store_that_is_named(rig):
    ran = rig("run", SHORT, "--bench", SIMULATED, "--store", "lab.sqlite", "--yes")
    assert (ran.code, "Store:    lab.sqlite" in ran.out) == (0, True)
    assert "pass" in rig("store", "history", "--bench", "simulated", "--store", "lab.sqlite").out


def test_a_store_that_does_not_answer_changes_no_verdict(rig, tmp_path):
    (tmp_path / "lab.sqlite").write_text("no database")
    ran = rig("run", SHORT, "--bench", SIMULATED, "--store", "lab.sqlite", "--yes")
    assert (ran.code, "Store:" in ran.out) == (0, False)
    assert "record and verdict stand; later: rig store index" in ran.err


def test_the_store_of_the_project_is_taken(rig, sealed, tmp_path):
    (tmp_path / "doseproof.toml").write_text('schema = 1\nstore = "here/lab.sqlite"\n')
    assert rig("store", "rebuild", sealed).code == 0
    assert (tmp_path / "here" / "lab.sqlite").is_file()
    again = rig("store", "rebuild", sealed)
    assert (again.code, "expected an empty store" in again.err) == (2, True)


def test_a_checkpoint_is_kept_and_checked(rig, sealed, tmp_path):
    rig("store", "index", sealed)
    (tmp_path / "kept.json").write_text(rig("store", "checkpoint").out)
    assert rig("store", "check", "kept.json").out.endswith("hold and 1 checkpoint\n")
    (tmp_path / "kept.json").write_text((tmp_path / "kept.json").read_text().replace('"seq": 2', '"seq": 1'))
    assert rig("store", "check", "kept.json").code == 2


def test_a_session_asks_for_the_name_once(rig, typed, people, mine):
    typed(WORD)
    assert rig("sign", mine, "--meaning", "performed").code == 2  # nobody said who
    typed(WORD)
    done = rig("sign", mine, "--meaning", "performed", "--user", "op")
    assert done.out.startswith("performed, The op, ")
    typed(WORD)
    again = rig("sign", mine, "--meaning", "performed")
    assert (again.code, "op has signed this version" in again.err) == (4, True)


def test_a_simulated_record_is_not_approved(rig, typed, people, sealed):
    typed(WORD)
    done = rig("sign", sealed, "--meaning", "approved", "--user", "app")
    assert done.code == 4
    assert "the evidence is simulated" in done.err


def test_a_wrong_password_ends_with_four(rig, typed, people, sealed):
    typed("something else")
    done = rig("sign", sealed, "--meaning", "performed", "--user", "op")
    assert (done.code, "the try was noted" in done.err) == (4, True)


def test_users_are_listed_disabled_and_given_new_passwords(rig, typed, people):
    typed(WORD, "another long password")
    assert rig("user", "password", "op").code == 0
    typed(WORD)
    assert rig("user", "disable", "op", "--why", "has left", "--by", "root").code == 0
    users = json.loads(rig("user", "list", "--json").out)["users"]
    assert [(user["name"], user["active"]) for user in users] == [("app", True), ("op", False), ("root", True)]
    assert "disabled" in rig("user", "list").out


def test_an_invalid_attempt_is_replaced_by_two_people(rig, typed, people, made_record):
    record = made_record("01", outcome="invalid")
    typed(WORD)
    assert rig("attempt", "replace", record, "--cause", "the shield was open", "--user", "op").code == 0
    typed(WORD)
    assert rig("attempt", "approve", record, "--user", "app").out.startswith("replacement approved, The app")
    shown = rig("attempt", "list", "--protocol", "P-1", "--device", "SN-1").out
    assert "replaced" in shown
    assert "the shield was open" in shown


def test_a_correction_is_appended_and_stands_in_the_trail(rig, typed, people, made_record):
    typed(WORD)
    what = ("--what", "start.json: operator", "--old", "", "--new", "The op", "--why", "was left out")
    sha256 = rig("record", "correct", made_record("01"), *what, "--user", "op").out.split()[-1]
    (entry,) = json.loads(rig("store", "audit", sha256, "--json").out)["entries"]
    assert (entry["who"], entry["action"], entry["why"]) == ("op", "correction.made", "was left out")
    assert json.loads(entry["new"])["new"] == "The op"
    assert "password.right" in rig("store", "audit", "--limit", "50").out


def test_a_remark_is_given_alone_and_a_correction_whole(rig, typed, people, made_record):
    record, why = made_record("01"), ("--why", "was left out", "--user", "op")
    typed(WORD)
    assert rig("record", "correct", record, "--remark", "the light was on", *why).out.startswith("remark, The op, ")
    for wrong in (("--remark", "x", "--old", "y"), ("--what", "start.json: operator", "--new", "y"), ()):
        done = rig("record", "correct", record, *wrong, *why)
        assert (done.code, "--remark without them" in done.err) == (2, True)


def words(text):
    return set(text.replace(";", " ").replace(":", " ").split())


@pytest.mark.parametrize("columns", ["60", "80", "120", "200"])
def test_no_width_breaks_a_date_a_name_or_a_number(rig, typed, people, made_record, monkeypatch, columns):
    """Each token of the JSON stands on the terminal as it is."""
    typed(WORD)
    record = made_record("01", started_utc="2026-11-28T21:17:22+00:00")
    rig("sign", record, "--meaning", "performed", "--user", "op")
    (run,) = json.loads(rig("store", "history", "--bench", "station", "--json").out)["runs"]
    *_, last = json.loads(rig("store", "audit", "--json").out)["entries"]
    monkeypatch.setenv("COLUMNS", columns)
    history, trail = rig("store", "history", "--bench", "station").out, rig("store", "audit").out
    assert words(history) >= {run["run"][:12], run["started_utc"][:10], "station", "device", "SN-1", "P-1"}
    assert words(trail) >= {last["action"], last["at_utc"][:10], last["entity_id"][:12], "signature.performed"}
    assert max(map(len, history.splitlines())) <= int(columns)


def test_help_loads_no_database():
    code = "import sys; from rig.cli.app import run_app; run_app(['--help']); run_app(['store', '--help']); "
    code += "sys.exit(int(bool({'sqlalchemy', 'alembic', 'argon2', 'cryptography'} & set(sys.modules))))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60).returncode == 0
