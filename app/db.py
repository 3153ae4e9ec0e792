"""The database: base class, column types, and the only owners of a transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from threading import RLock
from time import sleep
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Integer, LargeBinary, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from app import secrets

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

WAL_ATTEMPTS = 100

# SQLite counts rows by itself only in an INTEGER primary key.
Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONVENTION)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite forgets zones, so it is given back its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[str]):
    """Personal text, encrypted under DATA_KEY. Not searchable: look people up by `secrets.lookup`."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else secrets.seal(value.encode("utf-8", "replace"))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else secrets.unseal(value).decode()


class SealedBytes(TypeDecorator[bytes]):
    """Personal bytes, encrypted under DATA_KEY."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else secrets.seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else secrets.unseal(value)


class Database:
    """One engine and the two ways to use it."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._turn: AbstractContextManager[object] = RLock() if self.on_sqlite else nullcontext()
        """SQLite lets waiting writers only try again and again; the threads of one process take turns here instead."""
        reader = self.engine if self.on_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._read = sessionmaker(reader, expire_on_commit=False)
        self._write = sessionmaker(self.engine.execution_options(begin="IMMEDIATE"), expire_on_commit=False)

    @property
    def on_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to read with; what was loaded stays readable afterwards.

        On SQLite it sees one state of the data. On PostgreSQL each statement sees the newest, as it would at its default level, and so
        there is nothing to begin and to end: two round trips fewer.
        """
        with self._read() as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that may write; commits at the end, or nothing happened. On SQLite it holds the writer: keep it short."""
        with self._turn, self._write() as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def insert(session: Session, table: type[Base]) -> Any:
    """An INSERT of the session's own dialect, which knows ON CONFLICT."""
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(dialect: str, table: type[Base]) -> Any:
    """An INSERT of a dialect by name, to be built once and kept."""
    return (sqlite_insert if dialect == "sqlite" else postgresql_insert)(table)


def make_engine(url: str) -> Engine:
    """An engine with the settings Vigil relies on: foreign keys, WAL and durable commits on SQLite."""
    if not url.startswith("sqlite"):
        # Compiling a statement to machine code takes a second and gains nothing for statements as short as ours.
        return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True, hide_parameters=True, connect_args={"options": "-c jit=off"})
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: sqlite3 begins too late to be of use
        _use_wal(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")

    return engine


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn a new file to WAL; SQLite does not wait its timeout when two processes turn one at the same moment, so this waits here."""
    for _attempt in range(WAL_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            sleep(0.05)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")
