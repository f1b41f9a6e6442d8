"""The database behind a store: which one, how it is opened, and its tables brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from rig.store.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

#: Option of a connection that is going to write.
WRITING = "doseproof_writing"
#: How long another writer may take [s].
_PATIENCE_S = 30
_MIGRATIONS = Path(__file__).parent / "migrations"
#: Any number; who migrates a database at the same time waits for it.
_MIGRATION_LOCK = 71_000_001


def open_engine(where: str) -> Engine:
    """Open the database, make its tables if it has none, and bring older ones up to date.

    Args:
        where: path of an SQLite file, or a URL of SQLite or PostgreSQL.

    Raises:
        StoreError: it cannot be opened, is of another kind, or of a newer version.
    """
    engine = _engine(where)
    try:
        with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            _upgrade(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreError(f"{shown(where)}: the store could not be opened: {_cause(error)}") from error
    except StoreError:
        engine.dispose()
        raise
    return engine


def shown(where: str) -> str:
    """Name of a store without its password."""
    return make_url(where).render_as_string(hide_password=True) if "://" in where else where


def sqlite_path(where: str) -> Path | None:
    """File of an SQLite store; None for another database."""
    if "://" not in where:
        return Path(where)
    url = make_url(where)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _engine(where: str) -> Engine:
    try:
        url = make_url(where if "://" in where else f"sqlite:///{where}")
    except ArgumentError as error:
        raise StoreError(
            f"expected a file or a URL such as 'postgresql+psycopg://user@host/name', found {where!r}"
        ) from (error)
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(f"expected SQLite or PostgreSQL, found {url.get_backend_name()!r}; change 'store'")
    if url.get_backend_name() == "sqlite":
        return _sqlite(where)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        return create_engine(url, isolation_level="READ COMMITTED")
    except ModuleNotFoundError as error:
        raise StoreError(
            f"PostgreSQL needs the Python package {error.name!r}, which is not installed; install it with\n"
            "    pip install 'doseproof[postgresql]'"
        ) from error


def _sqlite(where: str) -> Engine:
    path = sqlite_path(where)
    if path is None or not path.name:
        raise StoreError("expected a file for the store; one in memory would be lost with the program")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)  # it holds hashes of passwords; who shares it gives others the right
    except OSError as error:
        raise StoreError(f"{path}: the store could not be created: {error}") from error
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _PATIENCE_S})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions are ours: below
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _upgrade(connection: Connection) -> None:
    """Run the migrations that this database has not seen."""
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
    found = MigrationContext.configure(connection).get_current_revision()
    known = {one.revision for one in script.walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"expected a store of version {script.get_current_head()} or older, found {found}: it was made by a newer "
            "version of doseproof; use that one"
        )
    if found != script.get_current_head():
        command.upgrade(config, "head")


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
