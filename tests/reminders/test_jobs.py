"""Reminders planned and sent by the jobs, at moments of the test's choosing."""

import threading
from datetime import date, datetime, timedelta
from email import policy
from email.parser import BytesParser

import pytest
from sqlalchemy import select

from app import secrets
from app.campaigns.models import Campaign, CampaignTarget
from app.campaigns.queries import get_campaign
from app.campaigns.rules import State
from app.db import Database
from app.deliveries.models import Delivery, DeliveryContent
from app.letters.models import Appeal
from app.letters.rules import AppealState, Channel, Counted, LetterState
from app.reminders import jobs
from app.reminders.models import Reminder
from app.reminders.rules import SLOTS, SPREAD
from app.site import Site
from app.supporters.models import Supporter
from tests import make
from tests.reminders.world import DEADLINE, asker, at, fates, mailed, move_deadline, planned

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVE = at("2026-03-16T09:00")  # 8 days before; Madrid's step of 7 begins the next day at 09:00 UTC
AFTER_SLOTS = at("2026-03-17T11:00")


@pytest.fixture
def campaign(database: Database) -> Campaign:
    with database.transaction() as session:
        return make.campaign(session, slug="lopez", deadline_on=DEADLINE)


def people(database: Database, n: int, **changes: object) -> None:
    with database.transaction() as session:
        campaign = get_campaign(session, "lopez")
        for _ in range(n):
            asker(session, campaign, **changes)


def test_a_step_is_planned_for_each_person_at_their_hour(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, SLOTS)
    people(database, SLOTS, timezone="America/New_York")
    assert jobs.plan(database, site, EVE) == 2 * SLOTS
    moments = [due_at for _, due_at in planned(database)]
    slot = SPREAD / SLOTS
    assert moments[:SLOTS] == [at("2026-03-17T09:00") + number * slot for number in range(SLOTS)]
    assert moments[SLOTS:] == [at("2026-03-17T14:00") + number * slot for number in range(SLOTS)]


def test_planning_twice_adds_nothing(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 5)
    assert jobs.plan(database, site, EVE) == 5
    before = planned(database)
    assert jobs.plan(database, site, EVE) == 0
    assert jobs.plan(database, site, EVE + HOUR) == 0
    assert planned(database) == before


def test_planners_at_once_plan_everybody_once(database: Database, site: Site, campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE_ON_SQLITE", 7)
    monkeypatch.setattr(jobs, "AT_ONCE", 7)
    people(database, 60)
    done: list[int] = []
    start = threading.Barrier(4)

    def plan() -> None:
        start.wait()
        done.append(jobs.plan(database, site, EVE))

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 60
    assert len(planned(database)) == 60


@pytest.mark.parametrize("size", [1, 3, 4, 12, 100])
def test_stretches_leave_nobody_out(database: Database, site: Site, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE_ON_SQLITE", size)
    monkeypatch.setattr(jobs, "AT_ONCE", size)
    people(database, 6)
    people(database, 6, timezone="Asia/Kolkata")
    assert jobs.plan(database, site, EVE) == 12
    assert len(planned(database)) == 12


def test_planning_reaches_two_days_ahead(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, SLOTS)
    assert jobs.plan(database, site, at("2026-03-15T08:59")) == 0
    assert jobs.plan(database, site, at("2026-03-15T09:00")) == SLOTS


@pytest.mark.parametrize(
    "changes",
    [
        {"remind": False},
        {"counted": Counted.SENT, "counted_on": date(2026, 3, 10)},
        {"counted": Counted.REPORTED, "counted_on": date(2026, 3, 10)},
        {"state": AppealState.DRAFT},
        {"state": AppealState.SUPERSEDED},
        {"round": 2},
    ],
)
def test_who_is_not_reminded(database: Database, site: Site, campaign: Campaign, changes: dict[str, object]) -> None:
    people(database, 1, **changes)
    assert jobs.plan(database, site, EVE) == 0


@pytest.mark.parametrize(("state", "n"), [(State.DRAFT, 0), (State.PUBLISHED, 1), (State.PAUSED, 1), (State.CLOSED, 0)])
def test_campaigns_that_are_planned_for(database: Database, site: Site, state: State, n: int) -> None:
    with database.transaction() as session:
        asker(session, make.campaign(session, deadline_on=DEADLINE, state=state))
    assert jobs.plan(database, site, EVE) == n


def test_steps_whose_moment_is_over_are_not_planned(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, SLOTS)
    assert jobs.plan(database, site, AFTER_SLOTS) == 0
    assert jobs.plan(database, site, AFTER_SLOTS - SPREAD / 2) == SLOTS // 2 - 1


def test_steps_are_those_of_the_campaign(database: Database, site: Site) -> None:
    with database.transaction() as session:
        asker(session, make.campaign(session, deadline_on=DEADLINE, reminders=[8, 2]))
    assert [jobs.plan(database, site, at(f"2026-03-{day}T09:00")) for day in range(13, 25)] == [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]


def test_a_reminder_goes_out_when_its_time_has_come_and_once(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 3)
    jobs.plan(database, site, EVE)
    assert jobs.send(database, site, EVE) == 0
    assert jobs.send(database, site, AFTER_SLOTS) == 3
    assert jobs.send(database, site, AFTER_SLOTS) == 0
    assert jobs.plan(database, site, AFTER_SLOTS) == 0
    assert len(set(mailed(database))) == 3
    with database.reading() as session:
        delivery = session.scalars(select(Delivery)).first()
        assert delivery is not None
        assert (delivery.kind, delivery.mail) == ("notice", "reminder")
        assert delivery.expires_at is not None
        assert delivery.expires_at <= at("2026-03-25T00:00")
        assert session.scalars(select(Supporter.mailed_at)).all() == [AFTER_SLOTS] * 3


def test_senders_at_once_send_each_reminder_once(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 60)
    jobs.plan(database, site, EVE)
    done: list[int] = []
    start = threading.Barrier(3)

    def send() -> None:
        start.wait()
        done.append(jobs.send(database, site, AFTER_SLOTS))

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    jobs.send(database, site, AFTER_SLOTS)  # what one held while another looked
    assert len(mailed(database)) == len(set(mailed(database))) == 60
    assert fates(database) == {(7, "sent", None): 60}


def test_more_than_one_run_takes_is_left_for_the_next(database: Database, site: Site, campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    monkeypatch.setattr(jobs, "MOST", 6)
    people(database, 9)
    jobs.plan(database, site, EVE)
    assert [jobs.send(database, site, AFTER_SLOTS) for _ in range(3)] == [6, 3, 0]


@pytest.mark.parametrize("state", [LetterState.WAITING, LetterState.RELEASED, LetterState.CAPTURED, LetterState.HANDED_OVER, LetterState.IN_DOUBT])
def test_nobody_whose_letter_is_under_way_is_reminded(database: Database, site: Site, campaign: Campaign, state: LetterState) -> None:
    people(database, 1, channels=[Channel.PLATFORM], letter_state=state)
    jobs.plan(database, site, EVE)
    assert jobs.send(database, site, AFTER_SLOTS) == 0
    assert fates(database) == {(7, "skipped", "written"): 1}


@pytest.mark.parametrize("state", [LetterState.PREPARED, LetterState.REJECTED, LetterState.EXPIRED, LetterState.WITHDRAWN])
def test_those_whose_letter_did_not_leave_are_reminded(database: Database, site: Site, campaign: Campaign, state: LetterState) -> None:
    people(database, 1, channels=[Channel.PLATFORM], letter_state=state)
    jobs.plan(database, site, EVE)
    assert jobs.send(database, site, AFTER_SLOTS) == 1


def test_a_letter_to_a_copy_target_alone_is_no_writing(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 1, channels=[Channel.PLATFORM], letter_state=LetterState.WAITING)
    with database.transaction() as session:
        session.scalars(select(CampaignTarget)).one().copy = True
    jobs.plan(database, site, EVE)
    assert jobs.send(database, site, AFTER_SLOTS) == 1


def test_a_target_that_another_campaign_only_copies_is_still_written_to(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 1, channels=[Channel.PLATFORM], letter_state=LetterState.WAITING)
    with database.transaction() as session:
        target = get_campaign(session, "lopez").targets[0].target
        asker(session, make.campaign(session, copies=[target], deadline_on=DEADLINE))
    jobs.plan(database, site, EVE)
    assert jobs.send(database, site, AFTER_SLOTS) == 1
    assert fates(database) == {(7, "skipped", "written"): 1, (7, "sent", None): 1}


def test_who_writes_after_the_planning_is_not_reminded(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 2)
    jobs.plan(database, site, EVE)
    with database.transaction() as session:
        first = session.scalars(select(Appeal)).first()
        assert first is not None
        first.counted, first.counted_on = Counted.REPORTED, EVE.date()
    assert jobs.send(database, site, AFTER_SLOTS) == 1
    assert fates(database) == {(7, "skipped", "written"): 1, (7, "sent", None): 1}


def test_a_pause_holds_reminders_back_until_it_ends(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 1)
    jobs.plan(database, site, EVE)
    with database.transaction() as session:
        get_campaign(session, "lopez").state = State.PAUSED
    assert jobs.send(database, site, AFTER_SLOTS) == 0
    assert len(planned(database)) == 1
    with database.transaction() as session:
        get_campaign(session, "lopez").state = State.PUBLISHED
    assert jobs.send(database, site, AFTER_SLOTS + DAY) == 1


def test_late_reminders_keep_the_quiet_hours_and_go_out_in_the_morning(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 1)
    jobs.plan(database, site, EVE)
    assert jobs.send(database, site, at("2026-03-17T20:00")) == 0  # 21:00 in Madrid
    assert planned(database) == [(7, at("2026-03-18T07:00"))]
    assert jobs.send(database, site, at("2026-03-18T06:59")) == 0
    assert jobs.send(database, site, at("2026-03-18T07:00")) == 1


def test_one_person_gets_one_reminder_in_20_hours_over_all_campaigns(database: Database, site: Site, campaign: Campaign) -> None:
    with database.transaction() as session:
        other = make.campaign(session, deadline_on=DEADLINE)
        appeal = asker(session, get_campaign(session, "lopez"), email="ana@mail.example")
        assert appeal.supporter is not None
        make.appeal(session, other, appeal.supporter, remind=True)
    assert jobs.plan(database, site, EVE) == 2
    assert jobs.send(database, site, AFTER_SLOTS) == 1
    assert jobs.send(database, site, AFTER_SLOTS + 9 * HOUR) == 0
    assert jobs.send(database, site, at("2026-03-18T06:59")) == 0
    assert jobs.send(database, site, at("2026-03-18T08:00")) == 1
    assert mailed(database) == ["ana@mail.example"] * 2


def test_a_deadline_moved_later_takes_planned_steps_along_and_repeats_none(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 1)
    jobs.plan(database, site, EVE)
    jobs.send(database, site, AFTER_SLOTS)
    jobs.plan(database, site, at("2026-03-20T09:00"))
    assert [step for step, _ in planned(database)] == [3]
    move_deadline(database, "lopez", date(2026, 3, 30))
    assert jobs.send(database, site, at("2026-03-21T11:00")) == 0  # nine days before the new deadline
    assert [jobs.plan(database, site, at(f"2026-03-{day}T12:00")) for day in range(21, 31)] == [0, 0, 0, 0, 1, 0, 1, 0, 0, 0]
    assert jobs.send(database, site, at("2026-03-27T11:00")) == 1
    assert jobs.send(database, site, at("2026-03-29T11:00")) == 1
    assert fates(database) == {(7, "sent", None): 1, (3, "sent", None): 1, (1, "sent", None): 1}


def test_a_deadline_moved_a_day_moves_what_is_planned(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, SLOTS)
    jobs.plan(database, site, EVE)
    before = planned(database)
    move_deadline(database, "lopez", DEADLINE + DAY)
    assert jobs.plan(database, site, EVE) == SLOTS
    assert planned(database) == [(step, due_at + DAY) for step, due_at in before]


def test_a_deadline_moved_nearer_drops_the_steps_that_are_past(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 1)
    jobs.plan(database, site, EVE)
    move_deadline(database, "lopez", date(2026, 3, 19))
    assert jobs.plan(database, site, EVE) == 2
    assert {(step, due_at.date()) for step, due_at in planned(database)} == {(7, date(2026, 3, 17)), (3, EVE.date()), (1, date(2026, 3, 18))}
    assert jobs.send(database, site, at("2026-03-16T11:00")) == 1
    assert jobs.send(database, site, AFTER_SLOTS) == 0
    assert jobs.send(database, site, AFTER_SLOTS + DAY) == 1
    assert fates(database) == {(3, "sent", None): 1, (1, "sent", None): 1, (7, "skipped", "the plan was changed"): 1}


def test_after_an_outage_of_three_days_nobody_is_flooded(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 4)
    jobs.plan(database, site, EVE)
    back = at("2026-03-20T14:00")  # down since the 16th; the step of 3 is due in 19 hours
    jobs.plan(database, site, back)
    assert jobs.send(database, site, back) == 0
    assert fates(database) == {(7, "skipped", "late, and the next one comes soon"): 4, (3, "planned", None): 4}
    assert jobs.send(database, site, at("2026-03-21T11:00")) == 4


def test_after_an_outage_that_ends_between_steps_the_late_one_still_comes_and_no_other_within_20_hours(
    database: Database, site: Site, campaign: Campaign
) -> None:
    people(database, 1)
    jobs.plan(database, site, EVE)
    assert jobs.send(database, site, at("2026-03-19T12:00")) == 1
    jobs.plan(database, site, at("2026-03-20T09:00"))
    assert jobs.send(database, site, at("2026-03-21T11:00")) == 1


def test_a_late_step_stands_in_for_one_that_nobody_planned(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 1)
    jobs.plan(database, site, EVE)
    back = at("2026-03-21T13:00")  # the step of 3 came and went while nothing ran
    jobs.plan(database, site, back)
    assert [step for step, _ in planned(database)] == [1, 7]
    assert jobs.send(database, site, back) == 1
    assert jobs.send(database, site, back + HOUR) == 0


def test_nothing_goes_out_after_the_deadline_nor_in_its_last_hour(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 2)
    jobs.plan(database, site, at("2026-03-22T12:00"))
    assert jobs.send(database, site, at("2026-03-24T23:00")) == 0
    assert fates(database) == {(1, "skipped", "past the deadline"): 2}
    assert jobs.plan(database, site, at("2026-03-25T12:00")) == 0


def test_a_reminder_that_cannot_be_made_holds_up_no_other(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 3)
    jobs.plan(database, site, EVE)
    with database.transaction() as session:
        bad = session.scalars(select(Supporter).order_by(Supporter.id)).first()
        assert bad is not None
        bad.email = "not an address"
    assert jobs.send(database, site, AFTER_SLOTS) == 2
    assert fates(database) == {(7, "skipped", "the mail could not be made"): 1, (7, "sent", None): 2}


def test_the_mail_is_in_the_language_of_its_reader(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 1, email="ana@mail.example", language="es")
    people(database, 1, email="tom@mail.example", language="en")
    jobs.plan(database, site, EVE)
    jobs.send(database, site, AFTER_SLOTS)
    with database.reading() as session:
        for content in session.scalars(select(DeliveryContent)):
            mail = BytesParser(policy=policy.default).parsebytes(content.mime)
            language = {"ana@mail.example": "es", "tom@mail.example": "en"}[content.recipients]
            assert mail["Content-Language"] == language
            assert f"({language})" in mail["Subject"]
            assert "7" in mail["Subject"]


def test_nothing_personal_is_kept_in_the_clear(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 1, email="ana@mail.example")
    jobs.plan(database, site, EVE)
    jobs.send(database, site, AFTER_SLOTS)
    with database.engine.connect() as connection:
        for table in ("reminder", "delivery", "delivery_content"):
            assert "ana@" not in repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
    assert secrets.lookup("ana@mail.example")


def test_reminders_refuse_a_second_row_for_a_step(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 1)
    jobs.plan(database, site, EVE)
    with database.reading() as session:
        row = session.scalars(select(Reminder)).one()
        assert (row.campaign_id, row.round, row.step, row.deadline_on) == (campaign.id, 1, 7, DEADLINE)


def test_planning_and_sending_know_where_the_day_begins(database: Database, site: Site) -> None:
    """A campaign in New Zealand, read on Hawaii: the deadline day ends there before it is noon on the day before."""
    with database.transaction() as session:
        asker(session, make.campaign(session, deadline_on=DEADLINE, timezone="Pacific/Auckland", reminders=[1]), timezone="Pacific/Honolulu")
    jobs.plan(database, site, at("2026-03-22T12:00"))
    ((step, due_at),) = planned(database)
    assert step == 1
    assert at("2026-03-23T20:00") <= due_at < at("2026-03-23T22:00")
    assert jobs.send(database, site, due_at) == 1


def test_times_given_with_another_zone_mean_the_same(database: Database, site: Site, campaign: Campaign) -> None:
    people(database, 1)
    assert jobs.plan(database, site, datetime.fromisoformat("2026-03-16T10:00+01:00")) == 1
