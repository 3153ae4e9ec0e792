"""Planning reminders ahead, and sending those whose time has come. Both may run twice, anywhere, and stop between any two lines."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.deliveries.actions import Prepared, prepare
from app.deliveries.rules import Kind
from app.errors import Refused
from app.reminders import actions, emails, queries
from app.reminders.actions import MAIL
from app.reminders.queries import Due, Place
from app.reminders.rules import Reason, Send, may_send
from app.site import Site
from app.supporters.models import Supporter

AT_ONCE_ON_SQLITE = 4_000
"""People planned in one transaction where one writer serves all."""
AT_ONCE = 1_000_000

DROPPED_AT_ONCE = 1_000

BATCH = 25
"""Reminders put into the outbox in one transaction."""
MOST = 5_000
"""Reminders looked at in one run, so that a run ends."""


def plan(database: Database, site: Site, now: datetime) -> int:
    """Plan the reminders of the next two days, and drop those of campaigns that were closed.

    Returns how many were planned, or moved with a deadline.
    """
    size = AT_ONCE_ON_SQLITE if database.on_sqlite else AT_ONCE
    with database.reading() as session:
        found = [actions.prepare(session, step, size=size, now=now) for step in queries.list_steps(session, now)]
    planned = 0
    for planning in filter(None, found):
        for stretch in planning.stretches:
            with database.transaction() as session:
                planned += actions.plan(session, planning, stretch)
    _drop_closed(database, now)
    return planned


def _drop_closed(database: Database, now: datetime) -> None:
    with database.reading() as session:
        left = queries.list_left_planned(session, now)
    for start in range(0, len(left), DROPPED_AT_ONCE):
        with database.transaction() as session:
            actions.drop(session, left[start : start + DROPPED_AT_ONCE], Reason.CLOSED, now=now)


def send(database: Database, site: Site, now: datetime) -> int:
    """Put the reminders whose time has come into the outbox.

    Returns how many.
    """
    sent = 0
    after: Place | None = None
    for _ in range(MOST // BATCH):
        with database.reading() as session:
            found = queries.list_due(session, now, after=after, limit=BATCH)
            ready = _render(session, found, site, now)
        if not found:
            break
        after = Place(found[-1].due_at, found[-1].id)
        with database.transaction() as session:
            sent += actions.settle(session, [due.id for due in found], ready, now=now)
    return sent


def _render(session: Session, found: list[Due], site: Site, now: datetime) -> dict[int, Prepared | None]:
    """The mails of those that may go, encrypted, before anything is written; None where none can be made."""
    going = [due for due in found if isinstance(may_send(due.case, now), Send)]
    people = {one.id: one for one in session.scalars(select(Supporter).where(Supporter.id.in_([due.supporter_id for due in going])))}
    campaigns = queries.get_campaigns(session, {due.campaign_id for due in going})
    ready: dict[int, Prepared | None] = {}
    for due in going:
        campaign = campaigns[due.campaign_id]
        try:
            message = emails.reminder(site, campaign, people[due.supporter_id], due.appeal_key, now)
            ready[due.id] = prepare(message, kind=Kind.NOTICE, mail=MAIL, site=site, now=now, expires_at=campaign.deadline_at)
        except Refused:
            ready[due.id] = None
    return ready
