"""A record that is taken away while the run goes on: the run ends, and says what happened."""

import shutil

import pytest

from rig.errors import EvidenceError
from rig.record import Record
from rig.runner import run


@pytest.fixture
def taken_away(station, tmp_path):
    """Runs, and lets something happen to the record when delivery begins; gives the causes of faults."""

    def go(happens):
        faults = []

        def watch(event):
            if event.kind == "phase" and event.data["name"] == "delivery" and event.data["edge"] == "begin":
                happens(tmp_path / "run")
            faults.extend([event.data["cause"]] if event.kind == "fault" else [])

        protocol = station.protocol(leg="3 h", stabilization="2 h", analysis="12 h")
        with pytest.raises(EvidenceError, match=r"was removed or moved while the run.*nothing of it was sealed"):
            run(protocol, station.bench(), tmp_path / "run", observers=[watch])
        return faults

    return go


def test_a_run_whose_record_was_removed_ends_and_seals_nothing(taken_away, tmp_path):
    assert "the file was removed while it was written" in taken_away(shutil.rmtree)[0]
    assert not (tmp_path / "run").exists()


def test_a_record_that_was_moved_while_it_was_written_is_whole_where_it_is_and_not_sealed(taken_away, tmp_path):
    assert taken_away(lambda folder: folder.rename(tmp_path / "elsewhere")) == []
    record = Record.open(tmp_path / "elsewhere")
    assert not record.sealed
    assert record.events("phase")[-1][1]["edge"] == "end"
