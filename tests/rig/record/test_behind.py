"""Writing beside the hashing: in order, and after a write that failed nothing more is written."""

import threading

import pytest

from drivers.interfaces import Balance
from rig.record.batches import batch_of_rows
from rig.record.behind import Behind
from rig.record.stream import StreamWriter
from rig.record.stream_reader import read_stream

ROW = (1.0, 53.1, True, "ok")


@pytest.fixture
def behind():
    thread = Behind()
    yield thread
    thread.close()


def test_what_is_given_is_done_in_its_order(behind):
    done = []
    for number in range(100):
        behind.soon(lambda number=number: done.append(number))
    behind.done()
    assert done == list(range(100))


def test_whoever_waits_waits_for_what_was_given_before(behind):
    gate, done = threading.Event(), []
    behind.soon(gate.wait)
    behind.soon(lambda: done.append("written"))
    assert behind.busy
    assert not done
    gate.set()
    behind.done()
    assert done == ["written"]


def test_a_stream_is_the_same_file_with_a_thread_or_without(behind, tmp_path):
    for name, thread in (("with", behind), ("without", None)):
        (tmp_path / name).mkdir()
        writer = StreamWriter(tmp_path / name / "balance.arrows", "balance", Balance.COLUMNS, behind=thread)
        for _ in range(20):
            writer.append(batch_of_rows([ROW] * 50, writer.schema))
        writer.close()
    assert (tmp_path / "with/balance.arrows").read_bytes() == (tmp_path / "without/balance.arrows").read_bytes()


def test_after_a_write_that_failed_the_file_ends_there_and_everybody_hears_of_it(behind, tmp_path):
    """A batch behind a torn one would be read by nobody; one that is told to be on the disk has to be there."""
    path = tmp_path / "balance.arrows"
    writer = StreamWriter(path, "balance", Balance.COLUMNS, behind=behind)
    append = lambda: writer.append(batch_of_rows([ROW], writer.schema))  # noqa: E731
    append()
    writer.sync()
    writer._soon(lambda: (_ for _ in ()).throw(OSError("no space left on device")))
    behind.done()
    for wait in (append, writer.flush, writer.sync, writer.close):
        with pytest.raises(OSError, match="no space left"):
            wait()
    assert writer.synced == 1
    table, _ = read_stream(path, "balance")
    assert table.num_rows == 1
