"""Only one process ticks. Its lock dies with it: an OS lock on the one machine of SQLite, a session's advisory lock on PostgreSQL."""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from app.wiring import Wiring

ADVISORY_KEY = 8_390_042_714
"""Any number, the same for all workers on a database."""


class TickerLock(Protocol):
    def hold(self) -> bool:
        """Whether we hold it now; takes it if it is free."""

    def release(self) -> None:
        """Let it go; never raises."""


class FileLock:
    """An OS lock on a file (flock)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def hold(self) -> bool:
        if self._handle is not None:
            return True
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class AdvisoryLock:
    """A lock that belongs to one database connection; when that dies it is free, and we must take it again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None

    def hold(self) -> bool:
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            return self._take()
        except DBAPIError:
            self.release()
            return False

    def release(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # closes it for good: back in the pool it would go on holding the lock
            self._connection.close()
            self._connection = None

    def _take(self) -> bool:
        connection = self._engine.connect()
        if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_KEY}):
            self._connection = connection
            return True
        connection.close()
        return False


def lock_of(wiring: Wiring) -> TickerLock:
    """The lock this site's ticker must hold."""
    if wiring.database.on_sqlite:
        return FileLock(wiring.config.instance / "jobs.lock")
    return AdvisoryLock(wiring.database.engine)
