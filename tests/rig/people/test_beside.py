"""``rig store check`` misses statements that were taken away from beside a record, and names those it never saw."""

import shutil

import pytest

from rig.cli.app import run_app
from rig.people.sign import sign
from rig.people.statements import statements_folder
from rig.store import checkpoint
from rig.store.beside import statement_differences
from rig.store.rebuild import rebuild
from rig.store.store import Store


@pytest.fixture
def rejected(store, people, made_record):
    folder = made_record("01")
    sign(store, folder, people["op"], "performed")
    sign(store, folder, people["rev"], "rejected", "the balance stood in the sun")
    return folder


def test_what_is_beside_its_record_has_no_problem(store, rejected):
    assert statement_differences(store) == []


def test_a_rejection_that_was_taken_away_is_named(store, rejected):
    (statements_folder(rejected) / "0002-signature.json").unlink()
    (line,) = statement_differences(store)
    assert line.startswith(f"{rejected}: 0002-signature.json (rejected, The rev, ")
    assert "not beside the record" in line


def test_all_of_them_taken_away_are_named_by_the_command(rejected, where, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checkpoint, "key_path", lambda _: tmp_path / "store.key")
    assert run_app(["store", "check", "--store", where]) == 0
    assert "the records and statements in their folders hold" in capsys.readouterr().out
    shutil.rmtree(statements_folder(rejected))
    assert run_app(["store", "check", "--store", where]) == 2
    said = capsys.readouterr().err
    assert "0001-signature.json (performed" in said
    assert "0002-signature.json (rejected" in said


def test_a_hole_and_a_changed_one_are_named(store, rejected):
    (statements_folder(rejected) / "0001-signature.json").unlink()
    (line,) = statement_differences(store)
    assert "taken away" in line


def test_of_a_record_that_is_gone_nothing_more_is_said(store, rejected):
    shutil.rmtree(rejected)
    assert statement_differences(store) == []


def test_one_that_another_store_wrote_is_named(rejected, store, tmp_path, people):
    with Store.open(tmp_path / "other" / "other.sqlite", key=tmp_path / "store.key") as other:
        rebuild(other, [rejected.parent], "tester")
        assert statement_differences(other) == []
        sign(store, rejected, people["rev"], "withdrawn", "rejection 2: the shade is on the photograph")
        (line,) = statement_differences(other)
    assert f"0003-signature.json (withdrawn) is not in the store; take it in: rig store index {rejected}" in line
