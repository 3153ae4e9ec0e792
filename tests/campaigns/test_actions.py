from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import AuditEntry
from app.campaigns import actions
from app.campaigns.actions import CountKey, count
from app.campaigns.models import Announcement, Campaign, Count, Total
from app.campaigns.queries import get_campaign
from app.campaigns.rules import Outcome, Standing, State
from app.db import Database
from app.errors import Refused
from tests import make


def draft(session: Session, **changes: object) -> Campaign:
    return make.campaign(session, slug="draft", state=State.DRAFT, **changes)  # type: ignore[arg-type]


def announced(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Announcement)) or 0


def last_entry(session: Session) -> AuditEntry:
    session.flush()
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first() or AuditEntry()


def test_published_campaign_is_open_and_changed(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        actions.publish(session, draft(session), actor="eva@desk.example", now=now)
    with database.reading() as session:
        campaign = get_campaign(session, "draft")
        assert (campaign.state, campaign.published_at, campaign.standing(now), campaign.version) == (State.PUBLISHED, now, Standing.OPEN, 2)
        entry = last_entry(session)
        assert (entry.verb, entry.actor, entry.subject, entry.details) == ("publish", "eva@desk.example", "campaign draft", {"announcements": 0})


def test_publishing_plans_one_announcement_for_each_who_asked(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = draft(session)
        for tell_new in (True, True, False):
            make.supporter(session, tell_new=tell_new)
        assert actions.count_announced(session, campaign) == 2
        assert actions.publish(session, campaign, actor="test", now=now) == 2
        assert announced(session) == 2
        assert actions.count_announced(session, campaign) == 0
        assert last_entry(session).details == {"announcements": 2}


def test_pause_and_resume_tell_nobody_again(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = draft(session)
        make.supporter(session, tell_new=True)
        actions.publish(session, campaign, actor="test", now=now)
        make.supporter(session, tell_new=True)
        actions.pause(session, campaign, actor="test", now=now)
        assert campaign.standing(now) is Standing.PAUSED
        actions.resume(session, campaign, actor="test", now=now)
        assert campaign.standing(now) is Standing.OPEN
        assert announced(session) == 1
        assert campaign.version == 4


@pytest.mark.parametrize("lacks", ["texts", "targets", "editions", "days"])
def test_unfinished_draft_is_not_published(database: Database, now: datetime, lacks: str) -> None:
    with database.transaction() as session:
        campaign = draft(session, deadline_on=date(2026, 3, 9) if lacks == "days" else date(2026, 3, 24))
        if lacks == "texts":
            campaign.edition.texts = []
        if lacks == "targets":
            campaign.targets[0].copy = True
        if lacks == "editions":
            campaign.editions = []
        session.flush()
        with pytest.raises(Refused):
            actions.publish(session, campaign, actor="test", now=now)
        assert campaign.state == State.DRAFT


def test_draft_is_not_resumed_into_the_public(database: Database, now: datetime) -> None:
    with database.transaction() as session, pytest.raises(Refused, match="It is a draft"):
        actions.resume(session, draft(session), actor="test", now=now)


def test_closing_keeps_the_outcome_and_its_stories(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session, slug="closed")
        story = {"en": " She is free. ", "es": "  "}
        actions.close(session, campaign, outcome=Outcome.GOOD, outcome_on=now.date(), story=story, actor="test", now=now)
    with database.reading() as session:
        campaign = get_campaign(session, "closed")
        assert (campaign.state, campaign.closed_at, campaign.standing(now)) == (State.CLOSED, now, Standing.CLOSED)
        assert (campaign.outcome_kind, campaign.outcome_on, campaign.outcome_story) == (Outcome.GOOD, now.date(), {"en": "She is free."})
        assert last_entry(session).details == {"outcome": "good"}


def test_outcome_of_tomorrow_is_refused_by_the_calendar_of_the_zone(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session, timezone="Pacific/Kiritimati")
        actions.close(session, campaign, outcome=Outcome.BAD, outcome_on=date(2026, 3, 11), story={}, actor="test", now=now)
        other = make.campaign(session)
        with pytest.raises(Refused, match="still to come"):
            actions.close(session, other, outcome=Outcome.BAD, outcome_on=date(2026, 3, 11), story={}, actor="test", now=now)


def test_extending_opens_an_expired_campaign_again(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session, deadline_on=date(2026, 3, 1))
        assert campaign.standing(now) is Standing.EXPIRED
        actions.extend(session, campaign, deadline_on=date(2026, 3, 20), actor="test", now=now)
        assert campaign.standing(now) is Standing.OPEN
        assert campaign.edition.deadline_on == date(2026, 3, 20)
        assert campaign.version == 2
        assert last_entry(session).details == {"deadline_on": "2026-03-20", "before": "2026-03-01"}


def test_closed_campaign_is_not_extended(database: Database, now: datetime) -> None:
    with database.transaction() as session, pytest.raises(Refused):
        actions.extend(session, make.campaign(session, state=State.CLOSED), deadline_on=date(2026, 5, 1), actor="test", now=now)


def test_counting_adds_up_lines_and_totals(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        spanish = CountKey(campaign.id, "people", "sent", now.date(), "es", "ES")
        english = spanish._replace(language="en", country="GB")
        tomorrow = spanish._replace(day=now.date() + timedelta(days=1))
        count(session, {spanish: 1, english: 2})
        count(session, {spanish: 3, tomorrow: 1, english: -1})
        lines = {(line.day, line.country): line.n for line in session.scalars(select(Count))}
        assert lines == {(now.date(), "ES"): 4, (now.date(), "GB"): 1, (tomorrow.day, "ES"): 1}
        assert session.scalars(select(Total.n)).all() == [6]


def test_counting_nothing_says_nothing(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        count(session, {})
        count(session, {CountKey(campaign.id, "people", "sent", now.date(), "es", "ES"): 0})
        assert session.scalar(select(func.count()).select_from(Count)) == 0


def test_many_lines_are_counted_at_once(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        key = CountKey(campaign.id, "letters", "handed_over", now.date(), "es", "ES")
        count(session, {key._replace(day=date(2020, 1, 1) + timedelta(days=n)): 1 for n in range(2500)})
        assert session.scalar(select(func.sum(Count.n))) == 2500
        assert session.scalars(select(Total.n)).all() == [2500]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.tuples(st.sampled_from(["sent", "reported"]), st.sampled_from(["es", "en"])), st.integers(-3, 3)), max_size=6))
def test_totals_are_always_the_sum_of_their_lines(database: Database, now: datetime, steps: list[dict[tuple[str, str], int]]) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        for step in steps:
            count(session, {CountKey(campaign.id, "people", evidence, now.date(), code, "ES"): n for (evidence, code), n in step.items()})
        sums = session.execute(select(Count.evidence, func.sum(Count.n)).where(Count.campaign_id == campaign.id).group_by(Count.evidence))
        totals = session.execute(select(Total.evidence, Total.n).where(Total.campaign_id == campaign.id))
        assert {evidence: n for evidence, n in sums if n} == {evidence: n for evidence, n in totals if n}


def test_counts_of_many_at_the_same_time_are_all_kept(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        campaign_id = make.campaign(session).id
    keys = [CountKey(campaign_id, "people", "sent", now.date(), code, "ES") for code in ("es", "en")]

    def add(turn: int) -> None:
        with database.transaction() as session:
            count(session, dict.fromkeys(keys if turn % 2 else reversed(keys), 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))
    with database.reading() as session:
        assert session.scalars(select(Total.n)).all() == [40]


def test_of_two_who_publish_at_once_one_is_refused(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        draft(session)
        make.supporter(session, tell_new=True)

    def publish(_: int) -> bool:
        try:
            with database.transaction() as session:
                actions.publish(session, get_campaign(session, "draft"), actor="test", now=now)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(publish, range(2))) == [False, True]
    with database.reading() as session:
        assert (announced(session), get_campaign(session, "draft").version) == (1, 2)
