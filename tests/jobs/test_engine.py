import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from app import clock
from app.db import Database
from app.deliveries.rules import State
from app.jobs import engine
from app.jobs.engine import Ticker, start
from app.jobs.table import Job
from app.site import Site
from app.stopping import stopping
from app.wiring import Wiring
from config import ROOT, Config
from tests.conftest import KEYS
from tests.deliveries.outbox import change, get, put

OFTEN = timedelta(seconds=0.05)


@pytest.fixture
def wiring(config: Config, site: Site, database: Database) -> Wiring:
    return Wiring(config, site, database)


@pytest.fixture(autouse=True)
def quick_heartbeat(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(engine, "HEARTBEAT", timedelta(seconds=0.1))
    yield
    stopping.clear()


class Noted:
    """A job that notes when it was called."""

    def __init__(self, work: Callable[[], None] = lambda: None) -> None:
        self.calls: list[datetime] = []
        self.work = work

    def __call__(self, database: Database, site: Site, now: datetime) -> int:
        self.calls.append(now)
        self.work()
        return 1

    def job(self, every: timedelta = OFTEN, name: str = "noted") -> Job:
        return Job(name, self, every)


def wait_until(what: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def stop(*tickers: Ticker) -> None:
    for ticker in tickers:
        assert ticker.stop(10)


def test_jobs_run_at_once_and_again_and_again_with_the_time_of_our_clock(wiring: Wiring, now: datetime) -> None:
    often, seldom = Noted(), Noted()
    ticker = start(wiring, [often.job(), seldom.job(timedelta(hours=1), "seldom")])
    wait_until(lambda: len(often.calls) >= 3)
    stop(ticker)
    assert len(seldom.calls) == 1
    assert all(now <= at < now + timedelta(minutes=1) for at in often.calls)


def test_job_that_breaks_is_told_of_without_anybodys_data_and_the_others_go_on(wiring: Wiring) -> None:
    def break_down() -> None:
        raise ValueError("ana@mail.example")

    broken, sound = Noted(break_down), Noted()
    with capture_logs() as logs:
        ticker = start(wiring, [broken.job(name="broken"), sound.job(name="sound")])
        wait_until(lambda: len(broken.calls) >= 2 and len(sound.calls) >= 2)
        stop(ticker)
    told = [line for line in logs if line["event"] == "a job failed"]
    assert len(told) >= 2
    assert (told[0]["job"], told[0]["error"]) == ("broken", "ValueError")
    assert told[0]["where"].startswith("tests/jobs/test_engine.py:")
    assert "ana@mail.example" not in str(logs)


def test_slow_job_does_not_overlap_itself_or_hold_up_others(wiring: Wiring) -> None:
    go_on = Event()
    slow, quick = Noted(lambda: bool(go_on.wait(10)) and None), Noted()
    ticker = start(wiring, [slow.job(name="slow"), quick.job(name="quick")])
    wait_until(lambda: len(quick.calls) >= 4)
    assert len(slow.calls) == 1
    go_on.set()
    stop(ticker)


def test_stopping_waits_for_a_running_job_and_starts_none(wiring: Wiring) -> None:
    running, ended = Event(), Event()

    def work() -> None:
        running.set()
        stopping.wait(10)
        time.sleep(0.2)
        ended.set()

    noted = Noted(work)
    ticker = start(wiring, [noted.job()])
    running.wait(10)
    assert ticker.stop(10)
    assert ended.is_set()
    assert len(noted.calls) == 1


def test_stopping_gives_up_on_a_job_that_does_not_end(wiring: Wiring) -> None:
    go_on = Event()
    noted = Noted(lambda: bool(go_on.wait(20)) and None)
    ticker = start(wiring, [noted.job()])
    wait_until(lambda: noted.calls)
    assert not ticker.stop(0.2)
    go_on.set()


def test_only_one_of_two_ticks_and_the_other_takes_over(wiring: Wiring) -> None:
    first, second = Noted(), Noted()
    one = start(wiring, [first.job()])
    two = start(wiring, [second.job()])
    wait_until(lambda: len(first.calls) >= 3)
    assert (one.holds, two.holds) == (True, False)
    assert second.calls == []
    stop(one)
    wait_until(lambda: second.calls)
    assert two.holds
    stop(two)


@pytest.mark.postgresql
def test_lock_that_died_with_its_connection_is_taken_again(wiring: Wiring) -> None:
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    noted = Noted()
    ticker = start(wiring, [noted.job()])
    wait_until(lambda: noted.calls)
    with wiring.database.transaction() as session:
        session.execute(text(ends))
    wait_until(lambda: not ticker.holds)
    wait_until(lambda: ticker.holds)
    noted.calls.clear()
    wait_until(lambda: noted.calls)
    stop(ticker)


def test_what_a_dead_process_held_is_free_as_soon_as_the_ticker_starts(wiring: Wiring, now: datetime) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (delivery_id,) = put(wiring.database, wiring.site, now)
    host, _, _ = wiring.site.boot.rsplit(":", 2)
    far = clock.machine() + timedelta(days=1)
    change(wiring.database, delivery_id, state=State.CLAIMED, claimed_by=f"{host}:{gone.pid}:ab", lease_until=far)
    ticker = start(wiring, [])
    assert get(wiring.database, delivery_id).state == State.QUEUED
    stop(ticker)


def test_worker_drains_when_it_is_told_to_stop(database_url: str, tmp_path: Path) -> None:
    env = {**os.environ, **KEYS, "VIGIL_ENV": "test", "DATABASE_URL": database_url, "INSTANCE_PATH": str(tmp_path), "PYTHONPATH": str(ROOT)}
    script = "from app.jobs.engine import worker; from app.wiring import wire; from config import Config; worker(wire(Config.from_env()))"
    with subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert "worker started" in worker.stdout.readline()
            worker.send_signal(signal.SIGTERM)
            said, _ = worker.communicate(timeout=40)
        finally:
            worker.kill()
    assert worker.returncode == 0
    assert "a job failed" not in said
    assert "worker stopped" in said
