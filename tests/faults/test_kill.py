"""A worker that dies at any moment loses nothing, doubles nothing, and leaves at most one letter a connection in doubt."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app import clock
from app.db import Database
from app.deliveries import actions
from app.deliveries.cli import group
from app.deliveries.models import Delivery, DeliveryAttempt
from app.deliveries.rules import State
from app.site import Site
from app.wiring import Wiring
from bench import sink
from config import ROOT, Config
from tests.conftest import KEYS
from tests.deliveries.outbox import put, states

UNFINISHED = {State.QUEUED, State.CLAIMED, State.INFLIGHT, State.RETRY_WAIT}


@dataclass
class Taken:
    """What the sink has taken, one Message-ID a line."""

    path: Path

    def ids(self) -> Counter[str]:
        return Counter(self.path.read_text().split())

    def wait_for_more(self, number: int, seconds: float = 30) -> None:
        """Until so many more were taken, or no more come."""
        wanted = self.path.read_bytes().count(b"\n") + number
        end = time.monotonic() + seconds
        while self.path.read_bytes().count(b"\n") < wanted:
            assert time.monotonic() < end, "the worker sends nothing"
            time.sleep(0.001)


@pytest.fixture
def taken(tmp_path: Path) -> Taken:
    path = tmp_path / "taken"
    path.touch()
    return Taken(path)


@pytest.fixture
def relay(taken: Taken) -> Iterator[int]:
    with sink.running(taken.path) as port:
        yield port


@contextmanager
def working(database_url: str, folder: Path, port: int, connections: int) -> Iterator["subprocess.Popen[bytes]"]:
    env = {
        **os.environ,
        **KEYS,
        "VIGIL_ENV": "test",
        "DATABASE_URL": database_url,
        "INSTANCE_PATH": str(folder),
        "MAIL_URL": f"smtp://127.0.0.1:{port}",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.faults.worker", str(connections)]
    with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_nothing_waits(database: Database, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while set(states(database)) & UNFINISHED:
        assert time.monotonic() < end, states(database)
        time.sleep(0.05)


@pytest.mark.parametrize(("letters", "kills", "connections"), [(1000, 20, 1), (400, 4, 4)])
def test_killed_workers_lose_nothing_and_double_nothing(
    database: Database,
    database_url: str,
    config: Config,
    site: Site,
    tmp_path: Path,
    taken: Taken,
    relay: int,
    letters: int,
    kills: int,
    connections: int,
) -> None:
    dice = random.Random(4711)
    put(database, site, clock.machine() - timedelta(minutes=1), number=letters)

    for _ in range(kills):
        with working(database_url, tmp_path, relay, connections) as worker:
            taken.wait_for_more(dice.randint(1, 40))
            worker.send_signal(signal.SIGKILL)
    with working(database_url, tmp_path, relay, connections) as worker:
        wait_until_nothing_waits(database)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(40) == 0

    ended = states(database)
    assert sum(ended.values()) == letters
    assert set(ended) <= {State.HANDED_OVER, State.IN_DOUBT}
    assert ended.get(State.IN_DOUBT, 0) <= kills * connections
    at_sink = taken.ids()
    assert max(at_sink.values()) == 1, "doubled"
    with database.reading() as session:
        rows = session.execute(select(Delivery.id, Delivery.message_id, Delivery.state)).all()
        yeses = session.scalars(select(DeliveryAttempt.delivery_id).where(DeliveryAttempt.outcome == State.HANDED_OVER)).all()
    handed_over = {row.message_id for row in rows if row.state == State.HANDED_OVER}
    doubtful = {row.id: row.message_id for row in rows if row.state == State.IN_DOUBT}
    assert handed_over <= set(at_sink), "lost"
    assert set(at_sink) - handed_over <= set(doubtful.values())
    assert sorted(yeses) == sorted(row.id for row in rows if row.state == State.HANDED_OVER)

    listed = CliRunner().invoke(group, ["list", "--state", "in_doubt"], obj=Wiring(config, site, database)).output
    assert all(message_id in listed for message_id in doubtful.values())
    for delivery_id, message_id in doubtful.items():
        verdict = actions.Verdict.SENT if message_id in at_sink else actions.Verdict.AGAIN
        with database.transaction() as session:
            actions.resolve(session, delivery_id, verdict, actor="a human", now=clock.machine())
    with working(database_url, tmp_path, relay, connections):
        wait_until_nothing_waits(database)
    assert states(database) == {State.HANDED_OVER: letters}
    assert len(taken.ids()) == sum(taken.ids().values()) == letters


def test_worker_told_to_stop_leaves_no_doubt(database: Database, database_url: str, site: Site, tmp_path: Path, taken: Taken, relay: int) -> None:
    put(database, site, clock.machine() - timedelta(minutes=1), number=300)
    for _ in range(3):
        with working(database_url, tmp_path, relay, connections=2) as worker:
            taken.wait_for_more(30)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(40) == 0
        ended = states(database)
        assert set(ended) <= {State.HANDED_OVER, State.QUEUED}
        assert ended[State.HANDED_OVER] == sum(taken.ids().values())
