"""How often a load has the disk written through, a second: beside every figure, since durable commits are what it pays for."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from app.db import Database

ATTACHED_SECONDS = 1.0
"""What strace is given to attach and to let go."""


def syncs_per_second(database: Database, load: Callable[[], object]) -> float | None:
    """Syncs a second while `load` runs in this process; None where they cannot be counted. A run of its own: counting slows it."""
    if database.on_sqlite:
        return _syncs_of_this_process(load)
    return syncs_by_server(database.engine.url.render_as_string(hide_password=False), load)


def _syncs_of_this_process(load: Callable[[], object]) -> float | None:
    strace = shutil.which("strace")
    if strace is None:
        return None
    with tempfile.NamedTemporaryFile() as log:
        tracing = [strace, "-f", "-qq", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-o", log.name, "-p", str(os.getpid())]
        with subprocess.Popen(tracing, stderr=subprocess.DEVNULL) as process:
            time.sleep(ATTACHED_SECONDS)
            attached = process.poll() is None
            began = time.perf_counter()
            load()
            seconds = time.perf_counter() - began
            process.terminate()
        calls = len(Path(log.name).read_bytes().splitlines())
    return calls / seconds if attached else None


def syncs_by_server(url: str, load: Callable[[], object]) -> float | None:
    """Syncs of the write-ahead log per second while `load` runs, as the database server counts them for all it does; None where it does not."""
    database = Database(url)

    def counted() -> int | None:
        time.sleep(1.5)  # the server writes its counts down once a second
        with database.reading() as session:
            found = session.execute(text("SELECT to_regclass('pg_catalog.pg_stat_wal') IS NOT NULL AND current_setting('fsync') = 'on'")).scalar_one()
            return session.execute(text("SELECT wal_sync FROM pg_stat_wal")).scalar_one() if found else None

    before = counted()
    began = time.perf_counter()
    load()
    seconds = time.perf_counter() - began
    after = counted()
    database.close()
    return None if before is None or after is None else (after - before) / seconds
