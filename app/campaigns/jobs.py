"""Telling people of new actions."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, exists, update
from sqlalchemy.orm import Session

from app.campaigns import emails, queries
from app.campaigns.models import Announcement, Campaign
from app.campaigns.rules import Standing
from app.db import Database
from app.deliveries.actions import Prepared, prepare, queue_all
from app.deliveries.rules import Kind
from app.site import Site
from app.supporters.models import Supporter

BATCHES = 50
"""Most batches for one campaign in one run, so that a run has an end."""


def announce(database: Database, site: Site, now: datetime) -> int:
    """Mail the announcements that wait, while their campaign is open; a pause holds them, its end drops them. Returns how many went out."""
    with database.reading() as session:
        standings = [(campaign.id, campaign.standing(now)) for campaign in queries.campaigns_to_announce(session)]
    told = 0
    for campaign_id, standing in standings:
        if standing is Standing.OPEN:
            told += _tell(database, site, campaign_id, now)
        elif standing in {Standing.EXPIRED, Standing.CLOSED}:
            _drop(database, campaign_id)
    return told


def _tell(database: Database, site: Site, campaign_id: int, now: datetime) -> int:
    told = 0
    for _ in range(BATCHES):
        with database.reading() as session:
            campaign = queries.find_open(session, campaign_id, now)
            people = queries.people_to_tell(session, campaign_id, limit=site.batch) if campaign else []
            mails = {person.id: _prepare(person, campaign, site=site, now=now) for person in people if campaign}
        if not mails:
            break
        with database.transaction() as session:
            told += _into_outbox(session, campaign_id, mails, now=now)
    return told


def _into_outbox(session: Session, campaign_id: int, mails: Mapping[int, Prepared], *, now: datetime) -> int:
    """Queue the mails of those who still are to be told; of two processes with the same mail one gets the row."""
    if queries.find_open(session, campaign_id, now, lock=True) is None:
        return 0
    still_wants = exists().where(Supporter.id == Announcement.supporter_id, Supporter.tell_new)
    claimed = session.scalars(
        update(Announcement)
        .where(Announcement.campaign_id == campaign_id, Announcement.supporter_id.in_(mails), Announcement.sent_at.is_(None), still_wants)
        .values(sent_at=now)
        .returning(Announcement.supporter_id)
        .execution_options(synchronize_session=False)
    ).all()
    deliveries = queue_all(session, [mails[supporter_id] for supporter_id in claimed])
    links = [
        {"campaign_id": campaign_id, "supporter_id": supporter_id, "delivery_id": delivery.id}
        for supporter_id, delivery in zip(claimed, deliveries, strict=True)
    ]
    if links:
        session.execute(update(Announcement), links)
    return len(claimed)


def _prepare(person: Supporter, campaign: Campaign, *, site: Site, now: datetime) -> Prepared:
    message = emails.announcement(site, person, campaign, now)
    return prepare(message, kind=Kind.NOTICE, mail="announcement", site=site, now=now, expires_at=campaign.deadline_at)


def _drop(database: Database, campaign_id: int) -> None:
    with database.transaction() as session:
        session.execute(delete(Announcement).where(Announcement.campaign_id == campaign_id, Announcement.sent_at.is_(None)))
