"""The chained stream: whatever happens to the file, what is read back is a prefix of what was written."""

import random

import numpy as np
import pytest

from drivers.interfaces import Balance
from rig.record.batches import Batches
from rig.record.stream import StreamWriter
from rig.record.stream_reader import as_arrays, read_stream, table_digest


def rows(count, start=0):
    return [(float(i), 53.0 + i * 1e-5, i % 3 == 0, "ok") for i in range(start, start + count)]


def write(path, batches, name="balance"):
    writer = StreamWriter(path, name, Balance.COLUMNS)
    for batch in batches:
        writer.append(Batches(writer.schema).of_rows(batch))
        writer.sync()
    writer.close()
    return path


@pytest.fixture
def stream(tmp_path):
    return write(tmp_path / "balance.arrows", [rows(20, start) for start in range(0, 600, 20)])


def test_what_was_written_is_read_back(stream):
    table, health = read_stream(stream, "balance")
    assert (health.rows, health.batches, health.damage) == (600, 30, "")
    assert as_arrays(table)["mass_g"][7] == 53.0 + 7e-5
    assert table.schema.field("mass_g").metadata[b"unit"] == b"g"


def test_the_digest_does_not_know_how_rows_were_batched(tmp_path, stream):
    other = write(tmp_path / "other.arrows", [rows(599), rows(1, 599)])
    (_, one), (table, two) = read_stream(stream, "balance"), read_stream(other, "balance")
    assert one.digest == two.digest == table_digest(table)


def test_one_changed_value_changes_the_digest(tmp_path, stream):
    changed = rows(600)
    changed[300] = (*changed[300][:3], "busy")
    other = write(tmp_path / "other.arrows", [changed])
    assert read_stream(stream, "balance")[1].digest != read_stream(other, "balance")[1].digest


def test_a_stream_of_another_channel_is_refused(tmp_path):
    path = write(tmp_path / "x.arrows", [rows(5)], name="scale-2")
    _, health = read_stream(path, "balance")
    assert health.rows == 0
    assert "another stream" in health.damage


def test_a_kill_before_the_first_batch_leaves_no_data_and_no_damage(tmp_path):
    StreamWriter(tmp_path / "balance.arrows", "balance", Balance.COLUMNS)._file.close()
    table, health = read_stream(tmp_path / "balance.arrows", "balance")
    assert table is None
    assert (health.rows, health.damage) == (0, "")


def truncated(data, rng):
    return data[: rng.randrange(len(data))]


def zeroed(data, rng):
    at = rng.randrange(len(data))
    return data[:at] + bytes(len(data) - at)


def garbage(data, rng):
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(len(data) - at)


def flipped(data, rng):
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


@pytest.mark.parametrize("more", [b"\0", b"other readings", bytes(4096)])
def test_what_follows_the_end_of_a_stream_is_damage(stream, more):
    stream.write_bytes(stream.read_bytes() + more)
    _, health = read_stream(stream, "balance")
    assert (health.rows, health.damage) == (600, "after batch 30: the file goes on after the end of the stream")


@pytest.mark.parametrize("damage", [truncated, zeroed, garbage, flipped])
def test_a_damaged_file_gives_a_prefix_of_the_truth(stream, damage):
    whole, _ = read_stream(stream, "balance")
    truth, data = as_arrays(whole), stream.read_bytes()
    rng = random.Random(20261123)
    for _ in range(60):
        stream.write_bytes(damage(data, rng))
        table, health = read_stream(stream, "balance")
        found = {} if table is None else as_arrays(table)
        assert all(np.array_equal(values, truth[name][: health.rows]) for name, values in found.items())
        assert health.rows < 600 or stream.read_bytes() == data or damage is flipped


def test_a_batch_taken_out_of_the_middle_breaks_the_chain(tmp_path):
    """Swapping two intact batches must not pass either."""
    import pyarrow as pa

    source = write(tmp_path / "balance.arrows", [rows(20, start) for start in range(0, 100, 20)])
    with source.open("rb") as file:
        reader = pa.ipc.open_stream(file)
        batches = [reader.read_next_batch_with_custom_metadata() for _ in range(5)]
        schema = reader.schema
    with (tmp_path / "cut.arrows").open("wb") as file, pa.ipc.new_stream(file, schema) as writer:
        for batch, metadata in [*batches[:2], *batches[3:]]:
            writer.write_batch(batch, custom_metadata=metadata)
    _, health = read_stream(tmp_path / "cut.arrows", "balance")
    assert health.rows == 40
    assert "chain" in health.damage
