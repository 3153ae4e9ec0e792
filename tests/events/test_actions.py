"""Reports of groups: counted apart, once, taken back whole, and nameless in the end."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import LargeBinary, select, type_coerce

from app import secrets, steering
from app.audit import AuditEntry
from app.campaigns.models import Count, Total
from app.campaigns.queries import get_campaign, get_glance, get_totals
from app.campaigns.rules import State
from app.db import Database
from app.errors import NotFound, Refused
from app.events import actions, jobs, queries
from app.events.actions import Told
from app.events.models import EventReport
from app.events.rules import Way
from app.site import Site
from tests import make

DAY = timedelta(days=1)
TOLD = Told(12, Way.POST, date(2026, 3, 9), place="Tetuán", group_name="Coro  del\nbarrio", email="Eva@Mail.example")


@pytest.fixture
def slug(database: Database) -> str:
    with database.transaction() as session:
        return make.campaign(session).slug


def report(database: Database, slug: str, told: Told = TOLD, *, key: str = "a", now: datetime = make.NOW) -> bool:
    with database.transaction() as session:
        return actions.report(session, get_campaign(session, slug), told, key=key, now=now)


def reports(database: Database) -> list[EventReport]:
    with database.reading() as session:
        return list(session.scalars(select(EventReport).order_by(EventReport.id)))


def ledger(database: Database) -> dict[tuple[str, str, date, str, str], int]:
    with database.reading() as session:
        return {(line.measure, line.evidence, line.day, line.language, line.country): line.n for line in session.scalars(select(Count)) if line.n}


def take_back(database: Database, slug: str) -> None:
    with database.transaction() as session:
        found = queries.get_report(session, get_campaign(session, slug).id, reports(database)[0].id)
        actions.take_back(session, found, slug=slug, actor="rosa@vigil.example", now=make.NOW)


def test_report_is_stored_and_counted_in_a_measure_of_its_own(database: Database, slug: str, now: datetime) -> None:
    assert report(database, slug)
    (stored,) = reports(database)
    assert (stored.letters, stored.channel, stored.held_on, stored.state) == (12, "post", date(2026, 3, 9), "counted")
    assert (stored.place, stored.group_name, stored.email) == ("Tetuán", "Coro del barrio", "eva@mail.example")
    assert ledger(database) == {("events", "reported", date(2026, 3, 9), "", ""): 12}
    with database.reading() as session:
        totals = get_totals(session, get_campaign(session, slug).id)
        assert (totals.events, totals.people, totals.letters) == (12, 0, {})
        glance = get_glance(session, slug, now)
        assert (glance.events, glance.people) == (12, 0)


def test_people_who_have_written_and_what_groups_report_are_never_mixed(database: Database, slug: str, now: datetime) -> None:
    report(database, slug)
    with database.transaction() as session:
        session.add(Total(campaign_id=get_campaign(session, slug).id, measure="people", evidence="reported", n=3))
        session.add(Total(campaign_id=get_campaign(session, slug).id, measure="letters", evidence="reported", n=5))
    with database.reading() as session:
        glance, totals = get_glance(session, slug, now), get_totals(session, get_campaign(session, slug).id)
    assert (glance.sent, glance.reported, glance.people, glance.events) == (0, 3, 3, 12)
    assert (totals.people, totals.letters, totals.events) == (3, {"reported": 5}, 12)


def test_what_names_a_group_is_encrypted_in_the_database(database: Database, slug: str) -> None:
    report(database, slug)
    columns = (EventReport.place, EventReport.group_name, EventReport.email)
    with database.reading() as session:
        raw = session.execute(select(*(type_coerce(column, LargeBinary) for column in columns))).one()
        email_hash = session.scalars(select(EventReport.email_hash)).one()
    for sealed, clear in zip(raw, (b"Tetu", b"Coro", b"ail.example"), strict=True):
        assert clear not in bytes(sealed)
    assert email_hash == secrets.lookup("eva@mail.example")


def test_form_that_arrives_twice_is_counted_once(database: Database, slug: str) -> None:
    assert [report(database, slug), report(database, slug), report(database, slug, key="b")] == [True, False, True]
    assert len(reports(database)) == 2
    assert sum(ledger(database).values()) == 24


@pytest.mark.parametrize(
    ("changes", "days", "words"),
    [
        ({"letters": 0}, 0, "from 1 to"),
        ({"letters": 1001}, 0, "from 1 to"),
        ({"held_on": date(2026, 3, 12)}, 0, "still to come"),
        ({"held_on": date(2026, 3, 7)}, 0, "before the action opened"),
        ({"email": "eva"}, 0, "@"),
        ({}, 29, "takes no reports now"),
    ],
)
def test_report_that_cannot_be_is_refused_and_counts_nothing(
    database: Database, slug: str, changes: dict[str, object], days: int, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        report(database, slug, replace(TOLD, **changes), now=make.NOW + days * DAY)  # type: ignore[arg-type]
    assert reports(database) == []
    assert ledger(database) == {}


@pytest.mark.parametrize(("days", "taken"), [(14, True), (28, True), (29, False)])
def test_report_is_taken_until_two_weeks_after_the_deadline_day(database: Database, slug: str, days: int, taken: bool, now: datetime) -> None:
    with database.reading() as session:
        campaign = get_campaign(session, slug)
    assert campaign.edition.deadline_on == date(2026, 3, 24)
    assert queries.takes_reports(campaign, now + days * DAY) is taken


@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ({"state": State.DRAFT}, False),
        ({"state": State.PAUSED}, False),
        ({"state": State.CLOSED}, True),
        ({"state": State.CLOSED, "deadline_on": date(2026, 2, 1)}, False),
    ],
    ids=["draft", "paused", "closed now", "closed long after its deadline"],
)
def test_report_of_an_action_that_is_not_open(database: Database, changes: dict[str, object], taken: bool, now: datetime) -> None:
    with database.transaction() as session:
        slug = make.campaign(session, **changes).slug  # type: ignore[arg-type]
    if taken:
        assert report(database, slug)
        return
    with pytest.raises(Refused, match="takes no reports now"):
        report(database, slug)


def test_report_taken_back_leaves_the_number_and_stays_in_the_list(database: Database, slug: str, now: datetime) -> None:
    report(database, slug)
    report(database, slug, replace(TOLD, letters=5, way=Way.FAX), key="b")
    take_back(database, slug)
    assert ledger(database) == {("events", "reported", date(2026, 3, 9), "", ""): 5}
    with database.reading() as session:
        assert get_glance(session, slug, now).events == 5
        listed = queries.list_reports(session, get_campaign(session, slug).id)
        assert [(one.letters, one.state) for one in listed] == [(5, "counted"), (12, "taken_back")]
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.actor, entry.subject) == ("take back a report", "rosa@vigil.example", f"campaign {slug}")
    assert entry.details == {"letters": 12, "held_on": "2026-03-09"}


def test_report_is_taken_back_once(database: Database, slug: str) -> None:
    report(database, slug)
    take_back(database, slug)
    with pytest.raises(Refused, match="taken back before"):
        take_back(database, slug)
    assert ledger(database) == {}


def test_report_of_another_action_is_not_found(database: Database, slug: str) -> None:
    report(database, slug)
    with database.transaction() as session:
        other = make.campaign(session).id
    with database.reading() as session, pytest.raises(NotFound):
        queries.get_report(session, other, reports(database)[0].id)


@pytest.mark.parametrize(("days", "kept"), [(28, True), (29, False)])
def test_retention_deletes_who_reported_after_28_days_and_keeps_the_number(
    database: Database, site: Site, slug: str, now: datetime, days: int, kept: bool
) -> None:
    report(database, slug)
    assert jobs.retain(database, site, now + days * DAY) == (0 if kept else 1)
    assert jobs.retain(database, site, now + days * DAY) == 0
    (stored,) = reports(database)
    named = (stored.place, stored.group_name, stored.email, stored.email_hash is not None)
    assert named == (("Tetuán", "Coro del barrio", "eva@mail.example", True) if kept else ("", "", None, False))
    assert (stored.letters, stored.state, sum(ledger(database).values())) == (12, "counted", 12)


def test_erasing_an_address_forgets_who_reported_and_keeps_the_number(database: Database, site: Site, slug: str, now: datetime) -> None:
    report(database, slug)
    report(database, slug, replace(TOLD, email="", place="Rabat"), key="b")
    erase = {"actor": "command line", "site": site, "now": now}
    assert steering.erase(database, secrets.lookup("eva@mail.example"), **erase)  # type: ignore[arg-type]
    assert not steering.erase(database, secrets.lookup("eva@mail.example"), **erase)  # type: ignore[arg-type]
    first, second = reports(database)
    assert (first.place, first.group_name, first.email, first.email_hash) == ("", "", None, None)
    assert second.place == "Rabat"
    assert sum(ledger(database).values()) == 24
