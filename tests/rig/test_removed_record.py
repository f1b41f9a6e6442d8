"""A record that is taken away while the run goes on: the run ends, and says what happened."""

import shutil

import pytest

from rig.errors import EvidenceError
from rig.runner import run


def test_a_run_whose_record_was_removed_ends_and_seals_nothing(station, tmp_path):
    folder, faults = tmp_path / "run", []

    def remove(event):
        if event.kind == "phase" and event.data["name"] == "delivery" and event.data["edge"] == "begin":
            shutil.rmtree(folder)
        faults.extend([event.data["cause"]] if event.kind == "fault" else [])

    protocol = station.protocol(leg="3 h", stabilization="2 h", analysis="12 h")
    with pytest.raises(EvidenceError, match=r"was removed or moved while the run went on.*nothing of it was sealed"):
        run(protocol, station.bench(), folder, observers=[remove])
    assert "the file was removed while it was written" in faults[0]
    assert not folder.exists()
