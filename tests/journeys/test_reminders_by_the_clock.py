"""Reminders as time goes by: the real commands, told what time it is, a real mail server, and readers who follow the links they are sent."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from app import clock
from app.campaigns.queries import get_campaign, get_totals
from app.db import Database
from app.factory import create_app
from app.letters.rules import Channel, LetterState
from app.site import MailRoute
from config import Config
from tests import make
from tests.reminders.world import asker, fates
from tests.sink import Received, Sink

SLUG = "lopez"
DEADLINE = date(2026, 3, 24)
JOBS = ("reminders.plan", "reminders.send", "deliveries.send", "deliveries.watch")
HOURS = (0, 5, 8, 9, 10, 11, 12, 14, 16, 19, 22)
LANGUAGES = {"ana": "es", "tom": "en", "leila": "ar", "hana": "en", "ben": "en", "eva": "es", "rui": "es", "olga": "en", "late": "es", "later": "es"}


@dataclass
class Clock:
    """The installation, run at moments of the test's choosing."""

    web: Flask
    sink: Sink
    database: Database
    read: int = 0
    came: dict[str, list[tuple[date, Received]]] = field(default_factory=dict)

    def run(self, moment: datetime, *jobs: str) -> None:
        """Every job once, through the command line, and what arrived noted by reader and day."""
        for job in jobs or JOBS:
            done = self.web.test_cli_runner().invoke(args=["jobs", "run", job, "--now", moment.isoformat()])
            assert done.exit_code == 0, done.output
        for mail in self.sink.received[self.read :]:
            (address,) = mail.recipients
            self.came.setdefault(address.partition("@")[0], []).append((moment.date(), mail))
        self.read = len(self.sink.received)

    def day(self, before: int, *, since: int = 0) -> None:
        """Live through a day, or what is left of it since an hour, so many days before the deadline."""
        for hour in HOURS:
            if hour >= since:
                self.run(datetime.combine(DEADLINE - timedelta(days=before), time(hour), UTC))

    def steps(self, reader: str) -> list[int]:
        """How many days before the deadline a reader was reminded."""
        return [(DEADLINE - day).days for day, _ in self.came.get(reader, [])]

    def follow(self, reader: str, link: str, *, method: str = "post") -> None:
        """Open or confirm a link of the newest mail to a reader."""
        found = re.search(rf"http\S+/{link}/\S+", self.came[reader][-1][1].text())
        assert found is not None, link
        answer = getattr(self.web.test_client(), method)(found[0].removeprefix(self.web.extensions["vigil"].site.public_url))
        assert answer.status_code in {200, 303}, answer.status_code


@pytest.fixture
def by_the_clock(config: Config, smtp_sink: Sink) -> Iterator[Clock]:
    web = create_app(replace(config, mail=MailRoute("smtp", host="127.0.0.1", port=smtp_sink.port)))
    yield Clock(web, smtp_sink, web.extensions["vigil"].database)
    web.extensions["vigil"].database.close()


@pytest.fixture
def people(by_the_clock: Clock) -> None:
    with by_the_clock.database.transaction() as session:
        campaign = make.campaign(session, slug=SLUG, languages=("en", "es", "ar"), deadline_on=DEADLINE)
        asker(session, campaign, email="ana@mail.example", language="es")
        asker(session, campaign, email="tom@mail.example", language="en", timezone="America/New_York")
        asker(session, campaign, email="leila@mail.example", language="ar", timezone="Africa/Cairo")
        asker(session, campaign, email="hana@mail.example", language="en", timezone="Asia/Tokyo")
        asker(session, campaign, email="ben@mail.example", language="en")
        asker(session, campaign, email="eva@mail.example", language="es")
        asker(session, campaign, email="rui@mail.example", language="es", remind=False)
        asker(session, campaign, email="olga@mail.example", language="en", channels=[Channel.PLATFORM], letter_state=LetterState.HANDED_OVER)


def join(by_the_clock: Clock, name: str) -> None:
    with by_the_clock.database.transaction() as session:
        asker(session, get_campaign(session, SLUG), email=f"{name}@mail.example", language=LANGUAGES[name], proven_at=clock.now())


def test_the_right_people_get_one_reminder_a_step_in_their_language(by_the_clock: Clock, people: None) -> None:
    by_the_clock.day(8)
    assert not by_the_clock.came

    by_the_clock.day(7)
    assert set(by_the_clock.came) == {"ana", "tom", "leila", "hana", "ben", "eva"}
    by_the_clock.follow("ben", "reminder", method="get")  # a scanner of links looks, and nothing happens
    by_the_clock.follow("ben", "reminder")
    by_the_clock.follow("eva", "unsubscribe")

    by_the_clock.day(3)
    assert {name for name in by_the_clock.came if by_the_clock.steps(name)[-1] == 3} == {"ana", "tom", "leila", "hana"}
    join(by_the_clock, "late")

    by_the_clock.day(1)
    join(by_the_clock, "later")  # the last step has come and gone
    by_the_clock.day(0)
    by_the_clock.day(-1)

    steps = {name: by_the_clock.steps(name) for name in LANGUAGES}
    assert steps == {
        "ana": [7, 3, 1],
        "tom": [7, 3, 1],
        "leila": [7, 3, 1],
        "hana": [7, 3, 1],
        "ben": [7],
        "eva": [7],
        "rui": [],
        "olga": [],
        "late": [1],
        "later": [],
    }
    for name, mails in by_the_clock.came.items():
        for step, (_, mail) in zip(steps[name], mails, strict=True):
            assert step == 1 or str(step) in mail.subject
            assert mail.message["Content-Language"] == LANGUAGES[name]
            assert f"({LANGUAGES[name]})" in mail.subject
            assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert mail.sender == "hello@vigil.example"
    ids = [mail.message_id for mail in by_the_clock.sink.received]
    assert len(ids) == len(set(ids)) == 15
    with by_the_clock.database.reading() as session:
        assert get_totals(session, get_campaign(session, SLUG).id).reported == 1


def test_each_comes_in_the_morning_where_its_reader_lives(by_the_clock: Clock, people: None) -> None:
    hours: dict[str, int] = {}
    for hour in range(24):
        before = len(by_the_clock.sink.received)
        by_the_clock.run(datetime(2026, 3, 17, hour, tzinfo=UTC))
        for mail in by_the_clock.sink.received[before:]:
            hours[mail.recipients[0].partition("@")[0]] = hour
    # Whole hours at which the jobs ran, and a slot within two hours after 10:00 there.
    assert hours["hana"] in {1, 2, 3}
    assert hours["leila"] in {8, 9, 10}
    assert hours["ana"] in {9, 10, 11}
    assert hours["tom"] in {14, 15, 16}


def test_three_days_without_power_flood_nobody(by_the_clock: Clock, people: None) -> None:
    by_the_clock.day(8)
    by_the_clock.day(4, since=8)  # nothing ran from the 16th to this morning: the step of 7 is late, that of 3 is tomorrow
    by_the_clock.day(3)
    by_the_clock.day(1)
    assert by_the_clock.steps("ana") == by_the_clock.steps("tom") == by_the_clock.steps("leila") == [3, 1]


@pytest.mark.parametrize(("back", "came"), [(6, [6, 3]), (5, [5, 3]), (3, [3])])
def test_power_comes_back_on_another_day(by_the_clock: Clock, people: None, back: int, came: list[int]) -> None:
    by_the_clock.day(8)
    for day in range(back, 2, -1):
        by_the_clock.day(day)
    for reader in ("ana", "tom", "leila", "hana"):
        assert by_the_clock.steps(reader) == came


def test_a_deadline_put_off_repeats_no_step(by_the_clock: Clock, people: None) -> None:
    for day in (8, 7):
        by_the_clock.day(day)
    extended = by_the_clock.web.test_cli_runner().invoke(args=["campaigns", "extend", SLUG, "2026-04-03"])
    assert extended.exit_code == 0, extended.output
    for day in range(4, -12, -1):
        by_the_clock.day(day)
    assert by_the_clock.steps("ana") == [7, -7, -9]  # 3 days and 1 day before 3 April; that of 7 days was sent
    assert fates(by_the_clock.database)[7, "sent", None] == 6


def test_closing_ends_the_reminders(by_the_clock: Clock, people: None) -> None:
    for day in (8, 7):
        by_the_clock.day(day)
    by_the_clock.run(datetime(2026, 3, 20, 12, tzinfo=UTC), "reminders.plan")
    closed = by_the_clock.web.test_cli_runner().invoke(args=["campaigns", "close", SLUG, "--outcome", "good"])
    assert closed.exit_code == 0, closed.output
    for day in (3, 1):
        by_the_clock.day(day)
    assert by_the_clock.steps("ana") == [7]
    assert fates(by_the_clock.database)[3, "skipped", "closed"] == 7


def test_nothing_is_sent_while_the_mail_server_is_down_past_the_deadline(by_the_clock: Clock, people: None) -> None:
    down: Callable[[str], str | None] = lambda _address: "451 4.3.0 come back later"  # noqa: E731
    by_the_clock.sink.on_recipient = down
    for day in (8, 1):
        by_the_clock.day(day)
    by_the_clock.sink.on_recipient = lambda _address: None
    for day in (-1, -2):
        by_the_clock.day(day)
    assert not by_the_clock.came
