from datetime import datetime, timedelta

import click
import pytest
from click.testing import CliRunner, Result

from app import clock
from app.db import Database
from app.deliveries.rules import State
from app.jobs.cli import group, worker_command
from app.jobs.table import JOBS
from app.site import Site
from app.wiring import Wiring
from config import Config
from tests.deliveries.outbox import get, put


@pytest.fixture
def wiring(config: Config, site: Site, database: Database) -> Wiring:
    return Wiring(config, site, database)


def run(wiring: Wiring, *words: str) -> Result:
    return CliRunner().invoke(group, list(words), obj=wiring)


def test_list_shows_every_job(wiring: Wiring) -> None:
    lines = run(wiring, "list").output.splitlines()
    assert len(lines) == len(JOBS)
    assert lines[0].startswith("deliveries.send")
    assert "every 1 s" in lines[0]
    assert "every 10 min" in lines[7]
    assert "every 1 h" in lines[9]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_runs_on_an_empty_site(wiring: Wiring, job: object) -> None:
    name = getattr(job, "name")  # noqa: B009
    result = run(wiring, "run", name)
    assert (result.exit_code, result.output) == (0, f"{name}: 0 done.\n"), result.exception


def test_job_runs_as_if_at_another_moment(wiring: Wiring, now: datetime) -> None:
    (delivery_id,) = put(wiring.database, wiring.site, now, due_at=now + timedelta(days=1))
    assert run(wiring, "run", "deliveries.send").output == "deliveries.send: 0 done.\n"
    assert run(wiring, "run", "deliveries.send", "--now", "2026-03-11T10:00").output == "deliveries.send: 1 done.\n"
    sent = get(wiring.database, delivery_id)
    assert sent.state == State.HANDED_OVER
    assert sent.state_at - (now + timedelta(days=1)) < timedelta(minutes=1)
    assert clock.now() > now + timedelta(hours=23)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["deliveries.sell"], "There is no job 'deliveries.sell'. There are: deliveries.send,"),
        (["letters.thank", "--now", "soon"], "--now is 'soon'"),
    ],
)
def test_what_cannot_be_run_is_said_plainly(wiring: Wiring, words: list[str], says: str) -> None:
    result = run(wiring, "run", *words)
    assert result.exit_code == 1
    assert says in result.output


def test_worker_is_a_command() -> None:
    assert isinstance(worker_command, click.Command)
    assert worker_command.name == "worker"
