"""The audit trail: only added to, by anybody; and whatever was changed behind its back is found."""

import subprocess
import sys
import threading

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from rig.store.audit import Entry, entry_hash
from rig.store.errors import StoreError
from rig.store.store import Store
from rig.store.tables import AUDIT, BENCHES, DEVICES, METADATA
from tests.rig.store.owner import without_triggers

NAMED = Entry("A. Weber", "bench.named", "bench", "one", "it is new", None, {"name": "one"})


def named(name):
    return {BENCHES: [{"name": name}]}


@pytest.fixture
def filled(store):
    """Three entries, each with a row."""
    with store.writing() as writer:
        for name in ("one", "two", "three"):
            writer.record(NAMED, named(name))
    return store


def test_who_when_what_why_and_the_values_are_kept(filled):
    with filled.reading() as connection:
        first = connection.execute(select(AUDIT).order_by(AUDIT.c.seq)).mappings().first()
    assert (first["who"], first["why"], first["old"], first["new"]) == (
        "A. Weber",
        "it is new",
        "null",
        '{"name":"one"}',
    )
    assert first["at_utc"] == "2026-11-28T08:00:00.000000+00:00"
    assert filled.problems() == []


def test_no_row_of_any_table_is_changed_or_removed(filled):
    with filled.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            row = {column.name: 1 if column.type.python_type is not str else "x" for column in table.columns}
            if table.name != "audit":
                connection.execute(insert(table), row | {"modified": True} if "modified" in row else row)
            for statement in (update(table).values(row), delete(table)):
                with pytest.raises(DBAPIError, match="insert only"), connection.begin_nested():
                    connection.execute(statement)


def test_no_row_is_replaced_either(filled):
    verb = "OR REPLACE" if filled.engine.dialect.name == "sqlite" else ""
    with filled.engine.connect() as connection, pytest.raises(DBAPIError, match=r"insert only|duplicate key"):
        connection.execute(insert(BENCHES).prefix_with(verb), {"name": "one", "audit_seq": 3})


def test_a_write_that_the_database_refuses_says_so_and_leaves_nothing(filled):
    with pytest.raises(StoreError, match="could not be written"), filled.writing() as writer:
        writer.record(NAMED, named("one"))
    assert filled.problems() == []


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_tables_are_not_emptied_either(filled):
    """SQLite has no such statement."""
    with filled.engine.connect() as connection, pytest.raises(DBAPIError, match="insert only"):
        connection.execute(text("TRUNCATE benches"))


@pytest.mark.parametrize("change", [{"seq": 9}, {"previous": "0" * 64}], ids=["gap", "fork"])
def test_the_database_takes_no_entry_that_does_not_follow_the_last(filled, change):
    with filled.reading() as connection:
        last = dict(connection.execute(select(AUDIT).order_by(AUDIT.c.seq.desc())).mappings().first())
    entry = last | {"seq": last["seq"] + 1, "previous": last["hash"]} | change
    with filled.engine.connect() as connection, pytest.raises(DBAPIError, match="must follow the last one"):
        connection.execute(insert(AUDIT), entry)


def test_any_field_of_an_entry_that_was_changed_is_found(filled):
    without_triggers(filled)
    for column in [column.name for column in AUDIT.columns if column.name != "seq"]:
        with filled.engine.connect() as connection:
            old = connection.execute(select(AUDIT.c[column]).where(AUDIT.c.seq == 2)).scalar()
            connection.execute(update(AUDIT).where(AUDIT.c.seq == 2).values({column: '{"x":1}'}))
            connection.commit()
            assert any(problem.startswith("audit 2: ") for problem in filled.problems()), column
            connection.execute(update(AUDIT).where(AUDIT.c.seq == 2).values({column: old}))
            connection.commit()
    assert all("trigger" in problem for problem in filled.problems())


def test_triggers_that_are_switched_off_are_named(filled):
    without_triggers(filled)
    named = {problem.split()[1].rstrip(":") for problem in filled.problems()}
    refused = {"sqlite": ("no_update", "no_delete", "no_replace"), "postgresql": ("insert_only", "no_truncate")}
    names = refused[filled.engine.dialect.name]
    assert named >= {"audit_chain", *(f"{table}_{name}" for table in ("audit", "benches") for name in names)}


DAMAGE = {
    "an entry in the middle is gone": (
        ("DELETE FROM benches WHERE audit_seq = 2", "DELETE FROM audit WHERE seq = 2"),
        "audit 2: expected this entry, found 3",
    ),
    "a row was changed": (("UPDATE benches SET name = 'other' WHERE name = 'two'",), "rows of audit 2 were changed"),
    "a row is gone": (("DELETE FROM benches WHERE name = 'two'",), "rows of audit 2 are missing"),
    "a row was slipped in": (
        ("INSERT INTO benches (name, audit_seq) VALUES ('x', 2)",),
        "rows of audit 2 were changed",
    ),
}


@pytest.mark.parametrize(("statements", "said"), DAMAGE.values(), ids=DAMAGE)
def test_what_is_done_behind_the_triggers_is_found(filled, statements, said):
    without_triggers(filled, *statements)
    assert any(said in problem for problem in filled.problems())


def test_every_byte_of_an_entry_counts(filled):
    with filled.reading() as connection:
        entry = dict(connection.execute(select(AUDIT)).mappings().first())
    for name, value in entry.items():
        for position in range(len(str(value))):
            changed = str(value)[:position] + chr(ord(str(value)[position]) ^ 1) + str(value)[position + 1 :]
            altered = entry | {name: int(changed) if name == "seq" and changed.isdigit() else changed}
            assert entry_hash(altered) != altered["hash"]


def test_a_transaction_that_fails_leaves_nothing(filled):
    with pytest.raises(ZeroDivisionError), filled.writing() as writer:
        writer.record(NAMED, named("four"))
        raise ZeroDivisionError
    with filled.reading() as connection:
        assert connection.execute(select(BENCHES.c.name).order_by(BENCHES.c.name)).scalars().all() == [
            "one",
            "three",
            "two",
        ]


KILLED = """
import os, sys
from rig.store.audit import Entry
from rig.store.store import Store
from rig.store.tables import BENCHES
with Store.open(sys.argv[1]) as store, store.writing() as writer:
    writer.record(Entry("A", "bench.named", "bench", "x"), {BENCHES: [{"name": "x"}]})
    os._exit(9)
"""


def test_a_kill_before_the_end_leaves_nothing(filled, where):
    done = subprocess.run([sys.executable, "-c", KILLED, where], check=False, timeout=60)
    assert done.returncode == 9
    assert filled.problems() == []
    with filled.writing() as writer:
        assert writer.record(NAMED, named("x"))["seq"] == 4


def test_numbers_come_back_as_they_were_hashed(store):
    from rig.store.tables import FINDINGS

    row = {"record_sha256": "a", "name": "n", "verdict": "pass", "statement": "µ", "unit": "%", "rule": ""}
    with store.writing() as writer:
        numbers = {
            "number": 0,
            "value": -0.0,
            "u": 0.1 + 0.2,
            "expanded": 1e-300,
            "k": 2,
            "nu": None,
            "upper": 1e17 / 3,
        }
        writer.record(NAMED, {FINDINGS: [row | numbers]})
    assert store.problems() == []


def test_writers_at_the_same_time_wait_for_each_other(where):
    def write(name):
        with Store.open(where) as store:
            for number in range(5):
                with store.writing() as writer:
                    device = {"serial_number": f"{name}-{number}", "model": "M", "manufacturer": ""}
                    writer.record(NAMED, {DEVICES: [device]})

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store.open(where) as store:
        assert store.problems() == []
        with store.reading() as connection:
            assert len(connection.execute(select(AUDIT)).all()) == 15


def test_an_account_that_may_only_insert_is_enough(create_database):
    url = create_database()
    with Store.open(url) as store, store.engine.connect() as connection:
        connection.execute(text("DROP ROLE IF EXISTS bench_writer"))
        connection.execute(text("CREATE ROLE bench_writer LOGIN"))
        connection.execute(text("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO bench_writer"))
        connection.commit()
    with Store.open(url.replace("//rig@", "//bench_writer@")) as store:
        with store.writing() as writer:
            writer.record(NAMED, named("one"))
        assert store.problems() == []
        with store.engine.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text("UPDATE benches SET name = 'x'"))


def test_a_store_on_a_file_is_for_its_owner(tmp_path):
    Store.open(tmp_path / "new.sqlite").close()
    assert (tmp_path / "new.sqlite").stat().st_mode & 0o077 == 0
