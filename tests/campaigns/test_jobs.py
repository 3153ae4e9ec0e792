from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.campaigns import actions, queries
from app.campaigns.jobs import announce
from app.campaigns.models import Announcement
from app.campaigns.rules import Outcome, State
from app.db import Database
from app.deliveries.models import Delivery, DeliveryContent
from app.deliveries.rules import Kind
from app.site import Site
from app.supporters.actions import stop_mail
from app.supporters.queries import get_supporter
from tests import make


def publish(database: Database, now: datetime, *, people: int = 3, slug: str = "new", deadline_on: date = date(2026, 3, 24)) -> None:
    with database.transaction() as session:
        for _ in range(people):
            make.supporter(session, tell_new=True)
        campaign = make.campaign(session, slug=slug, state=State.DRAFT, deadline_on=deadline_on)
        actions.publish(session, campaign, actor="test", now=now)


def mails(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Delivery).where(Delivery.mail == "announcement")) or 0


def waiting(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Announcement).where(Announcement.sent_at.is_(None))) or 0


def test_each_who_asked_is_told_once_however_often_the_job_runs(database: Database, site: Site, now: datetime) -> None:
    publish(database, now)
    assert announce(database, site, now) == 3
    assert announce(database, site, now + timedelta(minutes=1)) == 0
    with database.reading() as session:
        told = session.scalars(select(Announcement)).all()
        assert {one.sent_at for one in told} == {now}
        assert len({one.delivery_id for one in told} - {None}) == 3
        deliveries = session.scalars(select(Delivery)).all()
        assert {(one.kind, one.mail) for one in deliveries} == {(Kind.NOTICE, "announcement")}


def test_each_delivery_is_linked_to_the_person_it_goes_to(database: Database, site: Site, now: datetime) -> None:
    publish(database, now)
    announce(database, site, now)
    with database.reading() as session:
        for told in session.scalars(select(Announcement)):
            content = session.get_one(DeliveryContent, told.delivery_id)
            assert content.recipients == get_supporter(session, told.supporter_id).email


def test_more_people_than_a_batch_are_told_in_one_run(database: Database, site: Site, now: datetime) -> None:
    publish(database, now, people=7)
    assert announce(database, replace(site, batch=3), now) == 7
    assert mails(database) == 7


def test_mail_is_worthless_after_the_deadline(database: Database, site: Site, now: datetime) -> None:
    publish(database, now, people=1, deadline_on=date(2026, 3, 11))
    announce(database, site, now)
    with database.reading() as session:
        deadline_at = queries.get_campaign(session, "new").deadline_at
        assert session.scalars(select(Delivery.expires_at)).all() == [deadline_at]


def test_pause_holds_announcements_until_it_ends(database: Database, site: Site, now: datetime) -> None:
    publish(database, now)
    with database.transaction() as session:
        actions.pause(session, queries.get_campaign(session, "new"), actor="test", now=now)
    assert announce(database, site, now) == 0
    assert waiting(database) == 3
    with database.transaction() as session:
        actions.resume(session, queries.get_campaign(session, "new"), actor="test", now=now)
    assert announce(database, site, now) == 3


def test_closing_drops_announcements_that_have_not_left(database: Database, site: Site, now: datetime) -> None:
    publish(database, now)
    with database.transaction() as session:
        campaign = queries.get_campaign(session, "new")
        actions.close(session, campaign, outcome=Outcome.UNKNOWN, outcome_on=None, story={}, actor="test", now=now)
    assert announce(database, site, now) == 0
    assert (mails(database), waiting(database)) == (0, 0)


def test_nobody_is_told_after_the_deadline(database: Database, site: Site, now: datetime) -> None:
    publish(database, now, deadline_on=date(2026, 3, 10))
    assert announce(database, site, now + timedelta(days=1)) == 0
    assert (mails(database), waiting(database)) == (0, 0)


def test_who_has_changed_their_mind_is_not_told(database: Database, site: Site, now: datetime) -> None:
    publish(database, now)
    with database.transaction() as session:
        stop_mail(session, session.scalars(select(Announcement.supporter_id)).first() or 0)
    assert announce(database, site, now) == 2
    assert announce(database, site, now) == 0


def test_every_campaign_is_announced_by_itself(database: Database, site: Site, now: datetime) -> None:
    publish(database, now, people=2, slug="first")
    publish(database, now, people=1, slug="second")
    assert announce(database, site, now) == 5


@pytest.mark.parametrize("run", range(3))
def test_two_jobs_at_once_tell_nobody_twice(database: Database, site: Site, now: datetime, run: int) -> None:
    publish(database, now, people=10)
    small = replace(site, batch=3)
    with ThreadPoolExecutor(2) as pool:
        told = sum(pool.map(lambda _: announce(database, small, now), range(2)))
    assert (told, mails(database), waiting(database)) == (10, 10, 0)
