"""The bytes of a column for its digest: what its values say one after another, wherever a batch was cut."""

import pyarrow as pa
import pytest

from rig.record.columns import ContentDigest, column_bytes

TEXTS = ["", "a", "µ", 'I4 A "SIM"', "", "é€"] * 20


@pytest.mark.parametrize("kind", [pa.string(), pa.binary()])
@pytest.mark.parametrize(("begin", "end"), [(0, 120), (1, 77), (6, 6), (119, 120)])
def test_texts_are_their_lengths_and_their_contents(kind, begin, end):
    values = TEXTS if kind == pa.string() else [text.encode() for text in TEXTS]
    lengths, contents = column_bytes(pa.array(values, kind)[begin:end])
    said = [text.encode() for text in TEXTS[begin:end]]
    assert bytes(contents) == b"".join(said)
    assert [int.from_bytes(lengths[i : i + 8], "little") for i in range(0, len(lengths), 8)] == [len(x) for x in said]


def test_the_digest_does_not_know_where_batches_were_cut():
    whole, parts = ContentDigest(["data"]), ContentDigest(["data"])
    column = pa.array(TEXTS)
    whole.update([column_bytes(column)])
    for begin, end in [(0, 7), (7, 7), (7, 120)]:
        parts.update([column_bytes(column[begin:end])])
    assert parts.hexdigest() == whole.hexdigest()
