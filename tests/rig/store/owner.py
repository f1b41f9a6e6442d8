"""What nobody who uses a store can do, but who owns its database can."""

from sqlalchemy import text

GUARDED = ("audit", "benches")


def without_triggers(store, *statements):
    """Switch off what guards the tables, and carry out statements."""
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "postgresql":
            off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in GUARDED]
        else:
            off = [f"DROP TRIGGER {name}" for name in _triggers(connection)]
        for statement in (*off, *statements):
            connection.execute(text(statement) if isinstance(statement, str) else statement)
        connection.commit()


def behind_triggers(store, *statements):
    """The same, and switch them on again: nothing in the database tells it."""
    on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in GUARDED]
    if store.engine.dialect.name != "postgresql":
        with store.engine.connect() as connection:
            on = [*_triggers(connection).values()]
    without_triggers(store, *statements)
    with store.engine.connect() as connection:
        for statement in on:
            connection.execute(text(statement))
        connection.commit()


def _triggers(connection):
    """Of SQLite: by name, how each was made."""
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {row.name: row.sql for row in rows}
