"""Records whose streams are cut into small segments."""

import numpy as np
import pytest

from drivers.interfaces import Balance
from rig.record import Record, RecordWriter
from rig.record.seal import seal_streams, write_manifest
from rig.record.segments import SegmentLimits

#: A row of a balance is 8 + 8 + 1 bytes of numbers, and a text of two letters with its length.
ROW_BYTES = 27
TEN_ROWS = SegmentLimits(size_bytes=10 * ROW_BYTES)


def rows(count, start=0):
    return [(float(i), 53.0 + i * 1e-5, i % 3 == 0, "ok") for i in range(start, start + count)]


TRUTH = [row[1] for row in rows(35)]


@pytest.fixture
def new_writer(tmp_path):
    """A record with a balance whose segments take ten rows."""

    def make(name="run", limits=TEN_ROWS):
        channels = {"balance": Balance.COLUMNS}
        return RecordWriter(tmp_path / name, start={"schema": 1}, inputs={}, channels=channels, limits=limits)

    return make


@pytest.fixture
def rolled(new_writer):
    """Writes 35 rows into segments of ten, as an interrupted run leaves them."""

    def write(name="run", batches=(4, 6, 13, 12), limits=TEN_ROWS):
        writer = new_writer(name, limits)
        for start, count in zip(np.cumsum([0, *batches]), batches, strict=False):
            writer.rows("balance").extend(rows(count, int(start)))
            writer.settle()
        writer.close()
        return writer.folder

    return write


def seal(folder, sealers=None):
    write_manifest(folder, seal_streams(folder, sealers), {"verdict": "pass"}, {"kind": "completed"})
    return folder


def streams_of(folder):
    return sorted(path.name for path in (folder / "streams").iterdir() if path.name.startswith("balance"))


def masses(folder):
    return Record.open(folder).stream("balance")["mass_g"].tolist()


def follow(sealer, number, batches):
    while sealer.step(number, batches):
        pass
