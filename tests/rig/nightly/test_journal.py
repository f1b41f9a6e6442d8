"""The journal survives the end of the machine to the last line."""

from datetime import UTC, datetime

import pytest

from rig.errors import EvidenceError
from rig.nightly.journal import JOURNAL, Journal

NOW = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path):
    journal = Journal.create(tmp_path / "night")
    journal.write("began", NOW, plan_sha256="00")
    journal.write("started", NOW, item=0)
    return journal


def test_what_is_written_is_read_again(journal):
    again = Journal.open(journal.folder)
    assert again.events == journal.events
    assert not again.ended


def test_cut_anywhere_every_whole_line_is_there(journal):
    path = journal.folder / JOURNAL
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert len(Journal.open(journal.folder).events) == whole[:length].count(b"\n")
        assert path.read_bytes() == whole[: whole[:length].rfind(b"\n") + 1]


def test_after_a_torn_line_the_next_one_stands_alone(journal):
    with (journal.folder / JOURNAL).open("ab") as file:
        file.write(b'{"event": "fin')
    again = Journal.open(journal.folder)
    again.write("ended", NOW)
    assert Journal.open(journal.folder).ended


def test_a_line_that_was_changed_is_told(journal):
    path = journal.folder / JOURNAL
    path.write_bytes(path.read_bytes().replace(b'"event": "began"', b'"event: "began"'))
    with pytest.raises(EvidenceError, match="expected a JSON object in each line"):
        Journal.open(journal.folder)
