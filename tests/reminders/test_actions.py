import pytest
from sqlalchemy import select, update

from app.campaigns.models import Campaign
from app.campaigns.queries import get_campaign
from app.campaigns.rules import State
from app.db import Database
from app.deliveries.models import Delivery
from app.letters.models import Appeal
from app.reminders import actions, jobs, queries
from app.reminders.models import Reminder
from app.reminders.rules import State as ReminderState
from app.site import Site
from app.supporters.models import Supporter
from tests import make
from tests.reminders.world import DEADLINE, asker, at, fates, mailed

EVE, DUE, LATER = at("2026-03-16T09:00"), at("2026-03-17T11:00"), at("2026-03-17T11:01")


@pytest.fixture
def campaign(database: Database, site: Site) -> Campaign:
    """Three people planned, two of them already due, in the outbox and not gone."""
    with database.transaction() as session:
        campaign = make.campaign(session, slug="lopez", deadline_on=DEADLINE)
        for name in ("ana", "eva"):
            asker(session, campaign, email=f"{name}@mail.example")
        asker(session, campaign, email="tom@mail.example", timezone="America/New_York")
    assert jobs.plan(database, site, EVE) == 3
    assert jobs.send(database, site, DUE) == 2
    return campaign


def supporter_id(database: Database, email: str) -> int:
    with database.reading() as session:
        return next(one.id for one in session.scalars(select(Supporter)) if one.email == email)


def delivery_states(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))


def close(database: Database, campaign: Campaign) -> int:
    with database.transaction() as session:
        here = session.get_one(Campaign, campaign.id)
        here.state, here.closed_at = State.CLOSED, LATER
        return actions.stop(session, campaign.id, now=LATER)


def test_closing_takes_back_what_has_not_left(database: Database, campaign: Campaign) -> None:
    assert close(database, campaign) == 2
    assert delivery_states(database) == ["cancelled", "cancelled"]
    assert fates(database) == {(7, "skipped", "closed"): 2, (7, "planned", None): 1}


def test_closing_leaves_alone_what_has_left(database: Database, campaign: Campaign) -> None:
    with database.transaction() as session:
        session.execute(update(Delivery).values(state="handed_over"))
    assert close(database, campaign) == 0
    assert fates(database)[7, "sent", None] == 2


def test_what_is_planned_never_goes_out_after_closing(database: Database, site: Site, campaign: Campaign) -> None:
    close(database, campaign)
    assert jobs.send(database, site, at("2026-03-17T18:00")) == 0
    assert fates(database) == {(7, "skipped", "closed"): 3}


def test_planning_drops_what_is_planned_of_closed_campaigns_alone(
    database: Database, site: Site, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "DROPPED_AT_ONCE", 2)
    with database.transaction() as session:
        asker(session, make.campaign(session, deadline_on=DEADLINE), timezone="America/New_York")
        for _ in range(4):
            asker(session, get_campaign(session, "lopez"), timezone="America/New_York")
    jobs.plan(database, site, LATER)
    close(database, campaign)
    jobs.plan(database, site, LATER)
    assert fates(database) == {(7, "skipped", "closed"): 7, (7, "planned", None): 1}


def test_pausing_takes_mails_back_and_they_go_out_after_it(database: Database, site: Site, campaign: Campaign) -> None:
    with database.transaction() as session:
        get_campaign(session, "lopez").state = State.PAUSED
        assert actions.hold(session, campaign.id, now=LATER) == 2
    assert delivery_states(database) == ["cancelled", "cancelled"]
    assert jobs.send(database, site, at("2026-03-17T18:00")) == 0
    with database.transaction() as session:
        get_campaign(session, "lopez").state = State.PUBLISHED
    assert jobs.send(database, site, at("2026-03-17T18:00")) == 3
    assert sorted(mailed(database)) == ["ana@mail.example", "eva@mail.example", "tom@mail.example"]


def test_unsubscribing_stops_every_reminder_of_a_person(database: Database, site: Site, campaign: Campaign) -> None:
    ana, tom = supporter_id(database, "ana@mail.example"), supporter_id(database, "tom@mail.example")
    with database.transaction() as session:
        assert actions.stop_for(session, tom, now=LATER) == 1
        assert actions.stop_for(session, tom, now=LATER) == 0
        assert actions.stop_for(session, ana, now=LATER) == 1
    assert fates(database) == {(7, "skipped", "not wanted"): 2, (7, "sent", None): 1}
    assert mailed(database) == ["eva@mail.example"]
    with database.reading() as session:
        assert dict(session.execute(select(Appeal.supporter_id, Appeal.remind)).all())[ana] is False
    assert jobs.plan(database, site, at("2026-03-20T12:00")) == 1


def test_who_wants_reminders_after_all_gets_those_still_ahead(database: Database, site: Site, campaign: Campaign) -> None:
    ana, tom = supporter_id(database, "ana@mail.example"), supporter_id(database, "tom@mail.example")
    with database.transaction() as session:
        for person in (ana, tom):
            actions.stop_for(session, person, now=LATER)
    with database.transaction() as session:
        assert (actions.want_again(session, ana, now=LATER), actions.want_again(session, tom, now=LATER)) == (0, 1)
    assert fates(database) == {(7, "skipped", "not wanted"): 1, (7, "planned", None): 1, (7, "sent", None): 1}
    assert jobs.plan(database, site, at("2026-03-20T12:00")) == 3


def test_erasing_forgets_the_reminders_of_one_person(database: Database, campaign: Campaign) -> None:
    with database.transaction() as session:
        assert actions.erase(session, supporter_id(database, "ana@mail.example")) == 1
    with database.reading() as session:
        assert len(session.scalars(select(Reminder)).all()) == 2


def test_reminders_are_counted_by_state(database: Database, campaign: Campaign) -> None:
    with database.reading() as session:
        assert queries.count_by_state(session, campaign.id) == {ReminderState.PLANNED: 1, ReminderState.SENT: 2}
