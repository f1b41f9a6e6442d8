"""The tables of the newest migration are those of the program, and a store of a newer version is refused."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from rig.store.errors import StoreError
from rig.store.migrations.versions import first_tables
from rig.store.store import Store
from rig.store.tables import METADATA


def test_the_migrations_lead_to_the_tables_of_the_program(store):
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_opening_again_changes_nothing(store, where):
    with Store.open(where) as again:
        assert again.problems() == []


def test_a_store_of_a_newer_version_is_refused(store, where):
    with store.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    with pytest.raises(StoreError, match="newer version of doseproof"):
        Store.open(where)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("mysql://host/x", "expected SQLite or PostgreSQL"),
        ("nonsense://", "expected SQLite or PostgreSQL|expected a file or a URL"),
        ("sqlite://", "would be lost"),
        ("postgresql://rig:secret@127.0.0.1:1/x", "could not be opened"),
    ],
)
def test_what_is_no_store_says_what_was_expected(where, said):
    with pytest.raises(StoreError, match=said) as found:
        Store.open(where)
    assert "secret" not in str(found.value)


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("not a database, just my notes" * 100)
    with pytest.raises(StoreError, match="could not be opened"):
        Store.open(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text().startswith("not a database")


def test_the_first_version_is_not_taken_back():
    with pytest.raises(StoreError, match="move the store away"):
        first_tables.downgrade()
