"""Letters from waiting to handed over, against a bare loop: same MIME, one durable commit, smtplib over one kept connection, same sink.

Ours are composed from the campaign's text, paced, encrypted, stored, claimed, sent, absorbed and counted.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select

from app import secrets
from app.db import Database
from app.deliveries.jobs import send_due
from app.letters import jobs
from app.letters.models import Letter, Pace
from app.letters.rules import Channel, LetterState
from app.models import metadata
from app.site import Site
from bench.sending_limit import bare_rate, site_for
from bench.sink import running
from bench.syncs import syncs_per_second
from tests import make, postgresql

LETTERS, COUNTED, BAR = 1500, 300, 0.3
NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)


def run() -> list[dict[str, object]]:
    """Letters a second on each database there is, with the bare loop as the limit of the same run."""
    secrets.install(["dGVzdHMgdGVzdHMgdGVzdHMgdGVzdHMgdGVzdHMgdHM="], "l" * 40)
    return [_measure(kind, url) for kind, url in _databases()]


def _databases() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        yield "sqlite", f"sqlite:///{folder}/bench.sqlite3"
    if postgresql.missing() is None:
        with postgresql.scratch("bench") as url:
            yield "postgresql", url


def _measure(kind: str, url: str) -> dict[str, object]:
    database = Database(url)
    with database.engine.begin() as connection:
        metadata.create_all(connection)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "taken") as port:
        site = site_for(port)
        bare = bare_rate(database, port, LETTERS)
        ours = _rate(database, site, LETTERS)
        _let_wait(database, COUNTED)
        syncs = syncs_per_second(database, lambda: _send(database, site))
    database.close()
    ratio = ours / bare
    return {
        "name": f"letters_{kind}",
        "value": round(ours, 1),
        "unit": "letters/s",
        "limit": round(bare, 1),
        "ratio": round(ratio, 3),
        "bar": BAR,
        "holds": ratio >= BAR,
        "fsyncs_per_second": None if syncs is None else round(syncs, 1),
    }


def _rate(database: Database, site: Site, letters: int) -> float:
    _let_wait(database, letters)
    begun = perf_counter()
    _send(database, site)
    rate = letters / (perf_counter() - begun)
    with database.reading() as session:
        handed_over = session.scalar(select(func.count()).where(Letter.state == LetterState.HANDED_OVER))
    if handed_over != letters:
        raise RuntimeError(f"{handed_over} of {letters} letters were handed over")
    return rate


def _send(database: Database, site: Site) -> None:
    now = NOW
    while True:
        now += timedelta(seconds=1)
        moved = jobs.release(database, site, now) + send_due(database, replace(site, batch=200), now) + jobs.absorb(database, site, now)
        if not moved:
            return


def _let_wait(database: Database, letters: int) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session, cap_per_hour=3_600_000)
        for _ in range(letters):
            make.appeal(session, campaign, make.supporter(session), channels=[Channel.PLATFORM], letter_state=LetterState.WAITING)
        session.merge(Pace(campaign_id=campaign.id, target_id=campaign.targets[0].target_id, next_at=NOW))
