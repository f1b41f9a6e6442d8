"""Arrays and rows are two ways into one record: the same values, the same digest, the same protection."""

import random

import numpy as np
import pytest

from drivers.arrays import rows_of
from drivers.interfaces import Column
from rig.errors import EvidenceError
from rig.record import Record, RecordWriter
from rig.record.rolling import RollingStream
from rig.record.seal import seal_streams, write_manifest
from rig.record.segments import growing_path
from rig.record.stream_reader import as_arrays, read_stream

COLUMNS = (
    Column("line_v", "float64", "V", ""),
    Column("count", "int64", "", ""),
    Column("good", "bool", "", ""),
    Column("status", "text", "", ""),
    Column("said", "bytes", "", ""),
)


def portion(count, start=0):
    number = np.arange(start, start + count)
    return {
        "t_s": number / 50e3,
        "line_v": np.where(number % 7 == 3, np.nan, 0.5 + 1e-6 * number),
        "count": number * 3,
        "good": number % 2 == 0,
        "status": np.array(["größer" if n % 5 == 0 else "ok" for n in number], dtype=object),
        "said": np.array([bytes([n % 256, 0]) for n in number], dtype=object),
    }


def cut(sizes):
    starts = np.cumsum([0, *sizes])
    return [portion(size, start) for size, start in zip(sizes, starts[:-1], strict=True)]


@pytest.fixture
def new_stream(tmp_path):
    """A stream in a folder of its own."""

    def make(name="run"):
        (tmp_path / name / "streams").mkdir(parents=True)
        return RollingStream(tmp_path / name, "daq", COLUMNS)

    return make


def write(stream, *batches):
    """Each batch is rows or a list of portions."""
    for batch in batches:
        (stream.write_arrays if isinstance(batch[0], dict) else stream.write)(batch)
    stream.close()
    return read_stream(growing_path(stream.folder, "daq"), "daq")


def test_arrays_are_the_rows_to_the_last_bit(new_stream):
    (one, by_arrays), (other, by_rows) = (
        write(new_stream("a"), [portion(600)]),
        write(new_stream("r"), rows_of(portion(600))),
    )
    assert by_arrays == by_rows
    assert one.column("line_v").null_count == 0  # NaN is a value
    assert rows_of(as_arrays(one))[4:10] == rows_of(as_arrays(other))[4:10] == rows_of(portion(600))[4:10]


def test_the_digest_does_not_know_how_arrays_were_cut(new_stream):
    _, one = write(new_stream("1"), [portion(600)])
    _, two = write(new_stream("2"), cut([100, 0, 1, 250]), cut([351, 249])[1:])
    _, three = write(new_stream("3"), rows_of(portion(20)), [portion(580, 20)])
    assert one.digest == two.digest == three.digest
    assert (one.batches, two.batches, three.batches) == (1, 2, 2)


def test_portions_without_a_reading_are_no_batch(new_stream):
    assert write(new_stream(), [portion(0), portion(0)])[1].batches == 0


WRONG = {
    "missing": ({"count": None}, r"expected the arrays t_s, line_v, count"),
    "too short": ({"count": np.arange(3)}, r"count: expected 5 values, found the shape \(3,\)"),
    "two-dimensional": ({"line_v": np.zeros((5, 1))}, r"line_v: expected 5 values"),
    "half as exact": ({"line_v": np.zeros(5, dtype=np.float32)}, r"line_v: expected values of type double, found fl"),
    "whole numbers": ({"line_v": np.arange(5)}, r"line_v: expected values of type double, found int64"),
    "cut text": ({"said": np.array([b"a\0"] * 5)}, r"said: expected values of type binary, found \|S2"),
}


@pytest.mark.parametrize(("change", "text"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused_and_not_made_to_fit(new_stream, change, text):
    spoilt = {name: values for name, values in {**portion(5), **change}.items() if values is not None}
    stream = new_stream()
    with pytest.raises(EvidenceError, match=text):
        write(stream, [portion(5)], [portion(5, 5), spoilt])
    assert write(stream)[1].rows == 5


def test_a_flipped_bit_ends_the_good_part(new_stream, tmp_path):
    whole, _ = write(new_stream(), *([one] for one in cut([40] * 20)))
    truth, data = as_arrays(whole), growing_path(tmp_path / "run", "daq").read_bytes()
    rng = random.Random(20261128)
    for _ in range(40):
        at = rng.randrange(len(data))
        (tmp_path / "x.arrows").write_bytes(data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :])
        table, health = read_stream(tmp_path / "x.arrows", "daq")
        found = {} if table is None else as_arrays(table)
        for name, values in found.items():
            assert np.array_equal(values, truth[name][: health.rows], equal_nan=name == "line_v")


@pytest.fixture
def writer(tmp_path):
    channels = {"daq": COLUMNS, "slow": COLUMNS[:1], "none": COLUMNS}
    writer = RecordWriter(tmp_path / "run", start={"schema": 1}, inputs={}, channels=channels)
    yield writer
    writer.close()


def filled(writer, sizes=(100,) * 12):
    """Both ways side by side, handed over portion by portion."""
    pieces, rows = writer.arrays("daq"), writer.rows("slow")
    for second, one in enumerate(cut(sizes)):
        pieces.append(one)
        rows.append((float(second), 20.0))
        writer.flush()
    writer.close()
    return writer.folder


def test_both_ways_in_one_sealed_record(writer, monkeypatch):
    monkeypatch.setattr("rig.record.parquet._GROUP", 250)  # five row groups
    folder = filled(writer)
    before = Record.open(folder).content_digest
    write_manifest(folder, seal_streams(folder), {}, {})
    record = Record.open(folder)
    assert record.content_digest == before
    assert record.stream("daq")["count"].tolist() == list(range(0, 3600, 3))
    assert record.stream("slow")["line_v"].tolist() == [20.0] * 12


def test_few_columns_of_a_long_channel(writer):
    folder = filled(writer)
    assert list(Record.open(folder).stream("daq", "t_s", "good")) == ["t_s", "good"]
    write_manifest(folder, seal_streams(folder), {}, {})
    assert list(Record.open(folder).stream("daq", "count")) == ["count"]


def test_each_channel_has_one_way(writer):
    writer.arrays("daq")
    writer.rows("slow")
    with pytest.raises(EvidenceError, match="this channel comes as arrays"):
        writer.rows("daq")
    with pytest.raises(EvidenceError, match="this channel comes as rows"):
        writer.arrays("slow")
    with pytest.raises(EvidenceError, match="expected a channel of this record"):
        writer.arrays("fast")


def test_the_loop_is_told_of_arrays_that_do_not_fit(tmp_path):
    writer = RecordWriter(tmp_path / "run", start={}, inputs={}, channels={"daq": COLUMNS})
    writer.arrays("daq").append({"t_s": np.zeros(1)})
    writer.flush()
    with pytest.raises(EvidenceError, match=r"could not be written any further: expected the arrays"):
        writer.close()
