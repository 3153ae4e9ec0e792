"""The page of a campaign, and the sign-up, over HTTP, each against a bare Flask view on the same server settings in the same minute.

The page: the bare view answers the same bytes. The sign-up: the bare view does one durable insert in the same database. Jobs stand by
meanwhile, on SQLite as they do with PostgreSQL, where they are another process: what sending costs is measured in bench/letters.py.
Rounds alternate between the two; the one with the median ratio is reported.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import text

from app.db import Database
from app.jobs.locks import FileLock
from bench.load import Connection, get, per_second, post
from bench.servers import PAGE
from bench.syncs import syncs_by_server
from config import ROOT
from tests import postgresql
from tests.sink import free_port

ROUNDS, SECONDS, COUNTING_SECONDS = 9, 1.5, 3.0
PAGE_BAR, SIGN_UP_BAR = 0.4, 0.15
ACTION = "/en/actions/amaranta-quishpe/"
_numbers = count(1)


@dataclass(frozen=True)
class Running:
    """A server under measure and where its data lies."""

    port: int
    settings: dict[str, str]


def run() -> list[dict[str, object]]:
    """The measures, as every bench reports them."""
    with tempfile.TemporaryDirectory(prefix="vigil-bench-") as folder:
        figures = [*_on_sqlite(Path(folder))]
        if reason := postgresql.missing():
            print(f"not measured: sign-up on PostgreSQL ({reason})")
        else:
            with postgresql.scratch("bench") as url:
                figures += _on_postgresql(Path(folder), url)
    return figures


def _on_sqlite(folder: Path) -> Iterator[dict[str, object]]:
    settings = _settings(folder / "sqlite", f"sqlite:///{folder / 'sqlite' / 'vigil.sqlite3'}")
    jobs = FileLock(folder / "sqlite" / "jobs.lock")
    jobs.hold()
    with _serving("vigil", settings) as site:
        page = gzip.decompress(_ask(site, get(ACTION)))
        (folder / "sqlite" / PAGE).write_bytes(gzip.compress(page, 6, mtime=0))
        with _serving("bare", settings) as bare:
            yield _figure("campaign page", PAGE_BAR, *_alternating(site, lambda: get(ACTION), 200, bare, lambda: get("/page"), 200), None)
            form = _form(page.decode())
            values = _alternating(site, lambda: post(f"{ACTION}sign-up", form()), 303, bare, lambda: post("/insert", ""), 303)
    yield _figure("sign-up, SQLite", SIGN_UP_BAR, *values, _syncs_by_strace(settings, form))
    jobs.release()


def _on_postgresql(folder: Path, url: str) -> Iterator[dict[str, object]]:
    (folder / "postgresql").mkdir()
    (folder / "postgresql" / PAGE).write_bytes(b"")
    settings = _settings(folder / "postgresql", url)
    with _serving("vigil", settings) as site, _serving("bare", settings) as bare:
        form = _form(gzip.decompress(_ask(site, get(ACTION))).decode())
        values = _alternating(site, lambda: post(f"{ACTION}sign-up", form()), 303, bare, lambda: post("/insert", ""), 303)
        syncs = syncs_by_server(url, lambda: per_second(site.port, lambda: post(f"{ACTION}sign-up", form()), 303, seconds=COUNTING_SECONDS))
    yield _figure("sign-up, PostgreSQL", SIGN_UP_BAR, *values, syncs)


def _figure(name: str, bar: float, value: float, limit: float, syncs: float | None) -> dict[str, object]:
    ratio = value / limit
    figure = {"name": name, "value": round(value, 1), "unit": "requests/s", "limit": round(limit, 1), "ratio": round(ratio, 3), "bar": bar}
    return {**figure, "holds": ratio >= bar, "fsyncs_per_second": None if syncs is None else round(syncs, 1)}


def _alternating(
    site: Running, asked: Callable[[], bytes], status: int, bare: Running, bare_asked: Callable[[], bytes], bare_status: int
) -> tuple[float, float]:
    """Requests per second of both, in the round with the median ratio: they take turns, so that both meet the machine in the same mood."""
    rounds = []
    for at in range(ROUNDS + 1):
        limit = per_second(bare.port, bare_asked, bare_status, seconds=SECONDS)
        value = per_second(site.port, asked, status, seconds=SECONDS)
        _forget_caps(site)
        if at:  # the first round warms up
            rounds.append((value, limit))
    return sorted(rounds, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]


def _forget_caps(site: Running) -> None:
    """The breaker counts the last ten minutes' confirmations, and in life never sees thousands."""
    database = Database(site.settings["DATABASE_URL"])
    with database.transaction() as session:
        session.execute(text("DELETE FROM address_cap" if database.on_sqlite else "TRUNCATE address_cap"))
    database.close()


def _form(page: str) -> Callable[[], str]:
    """Sign-ups by people who differ, from the form as a browser got it."""
    hidden = dict(re.findall(r'<input type="?hidden"? name="?(\w+)"? value="?([^">]*)"?', page))

    def fill() -> str:
        n = next(_numbers)
        typed = {"name": f"Ana Pérez {n}", "email": f"ana{n}@mail.example", "country": "ES", "place": "Sevilla", "consent": "y", "remind": "y"}
        return urlencode(hidden | typed)

    return fill


def _ask(site: Running, request: bytes) -> bytes:
    with Connection(site.port) as connection:
        return connection.ask(request, 200)


def _settings(folder: Path, url: str) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    return {"VIGIL_ENV": "test", "INSTANCE_PATH": str(folder), "DATABASE_URL": url}


@contextmanager
def _serving(kind: str, settings: dict[str, str], *prefix: str) -> Iterator[Running]:
    port = free_port()
    environment = {**os.environ, **settings, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen([*prefix, sys.executable, "-m", "bench.servers", kind, str(port)], cwd=ROOT, env=environment)
    try:
        _wait_for(port, process)
        yield Running(port, settings)
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server did not start, see above")
        try:
            Connection(port).__exit__()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server did not start in 30 s")


def _syncs_by_strace(settings: dict[str, str], form: Callable[[], str]) -> float | None:
    """fsync and fdatasync calls per second of a server under sign-ups, counted by strace in a run of its own; None without strace."""
    strace = shutil.which("strace")
    if strace is None:
        return None
    with tempfile.NamedTemporaryFile() as log:
        tracing = [strace, "-D", "-f", "--seccomp-bpf", "-qq", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-o", log.name]
        try:
            with _serving("vigil", settings, *tracing) as site:
                before = len(Path(log.name).read_bytes().splitlines())
                began = time.perf_counter()
                per_second(site.port, lambda: post(f"{ACTION}sign-up", form()), 303, seconds=COUNTING_SECONDS)
                calls = len(Path(log.name).read_bytes().splitlines()) - before
                return calls / (time.perf_counter() - began)
        except RuntimeError:
            return None  # strace may not trace here
