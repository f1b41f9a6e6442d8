"""What a checkpoint shows that the trail's own hashes cannot."""

import json

import pytest
from sqlalchemy import select

from rig.store.audit import Entry, entry_hash
from rig.store.checkpoint import checkpoint_problems, make_checkpoint
from rig.store.errors import StoreError
from rig.store.store import Store
from rig.store.tables import AUDIT, BENCHES
from tests.rig.store.owner import behind_triggers


@pytest.fixture
def filled(store):
    for name in "abc":
        with store.writing() as writer:
            writer.record(Entry("A. Weber", "bench.named", "bench", name), {BENCHES: [{"name": name}]})
    return store


def rehashed(store):
    """Statements that rewrite who did it, and hash everything again."""
    with store.reading() as connection:
        rows = connection.execute(select(AUDIT).order_by(AUDIT.c.seq)).mappings().all()
    previous = "0" * 64
    for row in rows:
        entry = dict(row) | {"who": "nobody", "previous": previous}
        entry["hash"] = previous = entry_hash(entry)
        yield AUDIT.update().where(AUDIT.c.seq == row["seq"]).values(**entry)


def test_a_checkpoint_holds_while_the_trail_goes_on(filled):
    checkpoint = json.loads(json.dumps(make_checkpoint(filled)))
    with filled.writing() as writer:
        writer.record(Entry("B", "bench.named", "bench", "d"), {BENCHES: [{"name": "d"}]})
    assert checkpoint_problems(filled, checkpoint) == []
    assert checkpoint["seq"] == 4  # three, and that the key was made


def test_a_trail_that_was_hashed_again_is_found_by_the_checkpoint_alone(filled):
    checkpoint = make_checkpoint(filled)
    behind_triggers(filled, *rehashed(filled))
    assert filled.problems() == []
    assert "the trail was rewritten" in checkpoint_problems(filled, checkpoint)[0]


def test_a_trail_that_was_cut_is_found_by_the_checkpoint_alone(filled):
    checkpoint = make_checkpoint(filled)
    behind_triggers(filled, "DELETE FROM audit WHERE seq = 4")
    assert filled.problems() == []
    assert any("entries were removed" in problem for problem in checkpoint_problems(filled, checkpoint))


def test_every_field_of_a_checkpoint_counts(filled):
    checkpoint = make_checkpoint(filled)
    for name, value in checkpoint.items():
        other = value + 1 if isinstance(value, int) else value[:-1] + ("0" if value[-1] != "0" else "1")
        assert "signature does not hold" in checkpoint_problems(filled, checkpoint | {name: other})[0]


def test_the_checkpoint_of_another_store_does_not_fit(filled, tmp_path):
    with Store.open(tmp_path / "other.sqlite") as other:
        problems = checkpoint_problems(filled, make_checkpoint(other))
    assert any("none of this store's" in problem for problem in problems)


def test_the_key_is_for_its_owner_only_and_another_file_is_no_key(filled, tmp_path):
    make_checkpoint(filled)
    assert (tmp_path / "store.key").stat().st_mode & 0o077 == 0
    (tmp_path / "store.key").write_text("no key")
    with pytest.raises(StoreError, match="expected the key of the store"):
        make_checkpoint(filled)
