"""A disk that is full, or gone: told to the loop, survived to the last flush, and never a sealed record by itself.

The run is a process of its own under RLIMIT_FSIZE, for which every file is a disk of that size.
"""

import shutil
import subprocess
import sys

import pytest

from rig.errors import EvidenceError
from rig.record import Record
from rig.record.check import check_record
from tests.rig.record.conftest import rows

#: Records until it is told that the disk is full; ends with what it was told.
RECORD = """
import resource, signal, sys
from pathlib import Path
from drivers.interfaces import Balance
from rig.errors import EvidenceError
from rig.record import RecordWriter
from rig.record.segments import SegmentLimits
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the limit then is an error of the write, as ENOSPC is
writer = RecordWriter(Path(sys.argv[1]), start={"schema": 1}, inputs={}, channels={"balance": Balance.COLUMNS},
                      limits=SegmentLimits(size_bytes=int(sys.argv[2])))
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    for number in range(100_000):
        writer.rows("balance").append((float(number), 53.0 + number, True, "ok"))
        writer.settle()
except EvidenceError as error:
    print(number)
    sys.exit(str(error))
"""


@pytest.fixture
def until_full(tmp_path):
    def record(segment_bytes):
        command = [sys.executable, "-c", RECORD, str(tmp_path / "run"), str(segment_bytes)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return record


@pytest.mark.parametrize("segment_bytes", [64 << 20, 100_000])
def test_a_full_disk_ends_the_recording_and_spares_what_was_written(until_full, tmp_path, segment_bytes):
    done = until_full(segment_bytes)
    assert "could not be written any further" in done.stderr
    assert "what was written before stays readable" in done.stderr
    found = Record.open(tmp_path / "run").stream("balance")["mass_g"]
    assert found.tolist() == [53.0 + number for number in range(len(found))]
    assert int(done.stdout) - len(found) <= 2


def test_a_record_of_a_full_disk_is_never_sealed(until_full, tmp_path):
    until_full(64 << 20)
    assert check_record(tmp_path / "run").state == "never sealed"
    assert not Record.open(tmp_path / "run").sealed


@pytest.mark.parametrize("goes", [shutil.rmtree, lambda folder: folder.rename(folder.with_name("elsewhere"))])
def test_a_folder_that_is_taken_away_while_it_is_written(new_writer, goes):
    """Removed: every file is told to be gone. Renamed: the files go on where they are, until a new one is begun."""
    writer = new_writer()
    writer.rows("balance").extend(rows(5))
    writer.settle()
    goes(writer.folder)
    writer.rows("balance").extend(rows(30, 5))
    with pytest.raises(EvidenceError, match="could not be written any further"):
        writer.close()


def test_what_was_written_to_a_folder_that_was_renamed_is_readable_there(new_writer, tmp_path):
    writer = new_writer()
    writer.rows("balance").extend(rows(5))
    writer.settle()
    writer.folder.rename(tmp_path / "elsewhere")
    writer.rows("balance").extend(rows(30, 5))
    with pytest.raises(EvidenceError):
        writer.close()
    assert Record.open(tmp_path / "elsewhere").stream("balance")["t_s"].tolist() == [float(i) for i in range(10)]
