"""A store that is open: reading, and the one way to write.

with Store.open("doseproof-store.sqlite") as store:
    with store.writing() as writer:
        writer.record(Entry("A. Weber", "bench.named", "bench", "station-1"), {BENCHES: [{"name": "station-1"}]})
    with store.reading() as connection:
        connection.execute(select(BENCHES))
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from drivers.clock import WallClock
from rig.store.audit import Entry, append, audit_problems
from rig.store.engine import WRITING, open_engine, shown
from rig.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from sqlalchemy import Connection, Engine, Table

    from drivers.clock import Clock


#: Any number; a lock that needs no right to a table, so that an account which may only insert can write.
_WRITER_LOCK = 71_000_002


class Writer:
    """A transaction that writes; everything in it is kept, or nothing."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.connection = connection
        self._clock = clock

    def record(self, entry: Entry, rows: Mapping[Table, Sequence[Mapping[str, Any]]] | None = None) -> dict[str, Any]:
        """Write an entry of the audit trail with the rows that it brings.

        Args:
            entry: who did what, to what, and why.
            rows: by table; none for something that only happened.

        Returns:
            The entry as it was stored.
        """
        return append(self.connection, entry, self.now_utc(), rows or {})

    def now_utc(self) -> str:
        """The present instant, as it is stored."""
        return utc_text(self._clock)


class Store:
    """The database of a laboratory.

    Args:
        engine: with the tables of this version.
        where: file or URL, as it was asked for.
        clock: for the times of the audit trail.
        key: file of the key that signs checkpoints and statements; None for the usual place.
    """

    def __init__(self, engine: Engine, where: str, clock: Clock, key: Path | None = None) -> None:
        self.engine = engine
        self.where = where
        self.clock = clock
        self.key = key

    @classmethod
    def open(cls, where: str | Path, *, clock: Clock | None = None, key: Path | None = None) -> Store:
        """Open a store; an empty or missing database becomes one.

        Args:
            where: path of an SQLite file, or a URL of SQLite or PostgreSQL.
            clock: that of the machine unless given.
            key: file of its key; beside an SQLite file, else in the user's settings, unless given.

        Raises:
            StoreError: it cannot be opened, or is of a newer version.
        """
        return cls(open_engine(str(where)), str(where), clock or WallClock(), key)

    @property
    def name(self) -> str:
        """For messages, without a password."""
        return shown(self.where)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection on which everything read is of one moment.

        Raises:
            StoreError: the database does not answer, or refuses it.
        """
        try:
            with self.engine.connect() as connection:
                if self.engine.dialect.name == "postgresql":
                    connection.execution_options(isolation_level="REPEATABLE READ")
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            raise StoreError(f"{self.name}: could not be read: {error.orig}") from error

    @contextlib.contextmanager
    def writing(self) -> Iterator[Writer]:
        """The only writer at this moment; what it wrote is kept when the context ends without an error.

        Raises:
            StoreError: another one did not end in time, the disk is full, or the database refuses it.
        """
        try:
            with self.engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
                if self.engine.dialect.name == "postgresql":
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})"))
                yield Writer(connection, self.clock)
        except DBAPIError as error:
            raise StoreError(f"{self.name}: could not be written: {error.orig}; nothing of it was kept") from error

    def problems(self) -> list[str]:
        """Everything in the store that is not what was written, a line each."""
        with self.reading() as connection:
            return audit_problems(connection)

    def close(self) -> None:
        """Give the database back."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def utc_text(clock: Clock) -> str:
    """The present instant of a clock as the store keeps it."""
    return clock.utc().isoformat(timespec="microseconds")
