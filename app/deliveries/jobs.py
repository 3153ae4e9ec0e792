"""What the ticker does for the outbox. Each may run twice, anywhere, and die between any two lines."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from socket import gethostname
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.db import Database
from app.deliveries import actions, moves
from app.deliveries.models import HELD, WAITS, Delivery
from app.deliveries.moves import Claim
from app.deliveries.queries import database_time
from app.deliveries.rules import Kind, State
from app.deliveries.sending import Run, is_resting
from app.mail import file
from app.site import Site

CHUNK = 200
"""Rows moved in one transaction: it must not hold the writer for long."""


def send_due(database: Database, site: Site, now: datetime) -> int:
    """Send the mails that are due; returns how many attempts ended, well or badly."""
    if is_resting(site.route) or not _anything_due(database, now):
        return 0
    return Run(database, site, now).send()


def watch(database: Database, site: Site, now: datetime) -> int:
    """Free what workers held too long, put into doubt what was on the line too long, and end what nobody waits for any more."""
    with database.reading() as session:
        clock = database_time(session)
    freed = _in_chunks(database, lambda session: _free(session, Delivery.lease_until < clock, reason="no word from the worker in time", now=now))
    return freed + _in_chunks(database, lambda session: _expire(session, now=now))


def free_dead_claims(database: Database, site: Site, now: datetime) -> int:
    """Free at once what a process of this machine held that is no more. Called when a worker starts."""
    with database.reading() as session:
        holders = session.scalars(select(Delivery.claimed_by).where(HELD).distinct()).all()
    dead = [boot for boot in holders if boot and is_dead(boot, site.boot)]
    if not dead:
        return 0
    return _in_chunks(database, lambda session: _free(session, Delivery.claimed_by.in_(dead), reason="its worker died", now=now))


def retain(database: Database, site: Site, now: datetime) -> int:
    """Delete the contents of mails that ended longer ago than texts are kept, and captured mails as old."""
    before = now - timedelta(days=site.text_days)
    gone = _in_chunks(database, lambda session: actions.forget_contents(session, before=before, limit=CHUNK))
    if site.route.path is not None:
        gone += file.forget(site.route.path, before=before)
    return gone


def is_dead(boot: str, own: str) -> bool:
    """Whether the process with this boot id (host:pid:random) is certainly no more. One on another machine never is, for all we know."""
    host, pid, _ = boot.rsplit(":", 2)
    if host != gethostname() or boot == own:
        return False
    if pid == own.rsplit(":", 2)[1]:
        return True  # its number is ours now
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _anything_due(database: Database, now: datetime) -> bool:
    with database.reading() as session:
        due = select(Delivery.id).where(WAITS, Delivery.due_at <= now, Delivery.expires_at > now).limit(1)
        return session.execute(due).first() is not None


def _in_chunks(database: Database, work: Callable[[Session], int]) -> int:
    done = 0
    while True:
        with database.transaction() as session:
            some = work(session)
        done += some
        if some < CHUNK:
            return done


def _free(session: Session, which: ColumnElement[bool], *, reason: str, now: datetime) -> int:
    """Give back claims, and put into doubt what was on the line. Returns the rows looked at."""
    rows = _rows(session, HELD, which, by=Delivery.lease_until)
    for claim, state, worker in rows:
        if state is State.CLAIMED:
            moves.release(session, [claim], now=now)
        else:
            moves.doubt(session, claim, worker=worker, reason=reason, now=now)
    return len(rows)


def _expire(session: Session, *, now: datetime) -> int:
    rows = _rows(session, WAITS, Delivery.expires_at <= now, by=Delivery.expires_at)
    for claim, state, _ in rows:
        moves.move(session, claim.id, claim.attempt, state, State.EXPIRED, now=now)
    return len(rows)


def _rows(session: Session, *which: Any, by: Any) -> Sequence[tuple[Claim, State, str]]:
    row = Delivery
    columns = (row.id, row.attempt, row.kind, row.tries, row.due_at, row.expires_at, row.state, row.claimed_by)
    found = session.execute(select(*columns).where(*which).order_by(by).limit(CHUNK).with_for_update(skip_locked=True))
    return [(Claim(r.id, r.attempt, Kind(r.kind), r.tries, r.due_at, r.expires_at), State(r.state), r.claimed_by or "nobody") for r in found]
