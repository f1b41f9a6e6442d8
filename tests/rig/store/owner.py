"""What nobody who uses a store can do, but who owns its database can."""

from sqlalchemy import text


def without_triggers(store, *statements):
    """Switch off what guards the tables, and carry out statements."""
    tables = ["audit", "benches"]
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "postgresql":
            for table in tables:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement) if isinstance(statement, str) else statement)
        connection.commit()
