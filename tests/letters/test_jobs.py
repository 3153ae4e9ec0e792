"""Letters on their way: their turn, their news, their deadline, the thanks. Real outbox, real mail server."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import steering
from app.campaigns.models import Campaign, Total
from app.campaigns.queries import get_campaign
from app.campaigns.rules import Outcome
from app.db import Database
from app.deliveries import jobs as delivery_jobs
from app.deliveries.models import Delivery
from app.letters import jobs
from app.letters.models import Appeal, Letter, Pace
from app.letters.rules import Channel, LetterState, Safety
from app.site import MailRoute, Site
from tests import make
from tests.sink import Sink

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def sending(site: Site, smtp_sink: Sink) -> Site:
    """The site, sending through the sink."""
    return replace(site, route=MailRoute("smtp", host="127.0.0.1", port=smtp_sink.port))


def waiting(session: Session, campaign: Campaign, people: int, **changes: object) -> list[Appeal]:
    made = [
        make.appeal(session, campaign, make.supporter(session), channels=[Channel.PLATFORM], letter_state=LetterState.WAITING, **changes)
        for _ in range(people)
    ]
    for letter in [letter for appeal in made for letter in appeal.letters if not letter.target.has_email]:
        session.delete(letter)
    for link in campaign.targets:
        session.merge(Pace(campaign_id=campaign.id, target_id=link.target_id, next_at=make.NOW))
    return made


def letter_states(database: Database) -> Counter[str]:
    with database.reading() as session:
        return Counter(session.scalars(select(Letter.state)))


def totals(database: Database) -> dict[tuple[str, str], int]:
    with database.reading() as session:
        return {(row.measure, row.evidence): row.n for row in session.scalars(select(Total)) if row.n}


def send(database: Database, site: Site, now: datetime) -> None:
    jobs.release(database, site, now)
    delivery_jobs.send_due(database, site, now)
    jobs.absorb(database, site, now)


def test_the_first_letter_leaves_at_once_and_the_next_a_minute_later(database: Database, sending: Site, smtp_sink: Sink, now: datetime) -> None:
    with database.transaction() as session:
        waiting(session, make.campaign(session, cap_per_hour=60), 3)
    seen = []
    for seconds in (0, 1, 59, 60, 61, 120):
        send(database, sending, now + timedelta(seconds=seconds))
        seen.append(len(smtp_sink.received))
    assert seen == [1, 1, 1, 2, 2, 3]
    assert letter_states(database) == {"handed_over": 3}
    assert totals(database) == {("people", "sent"): 3, ("own words", "none"): 3, ("letters", "handed_over"): 3}


def test_each_target_has_a_pace_of_its_own(database: Database, sending: Site, smtp_sink: Sink, now: datetime) -> None:
    with database.transaction() as session:
        waiting(session, make.campaign(session, targets=[make.target(session), make.target(session, role="Mayor")]), 2)
    send(database, sending, now)
    assert len({mail.recipients for mail in smtp_sink.received}) == 2
    assert totals(database)["people", "sent"] == 1


def test_the_target_gets_the_writers_words_under_our_own_domain(database: Database, sending: Site, smtp_sink: Sink, now: datetime) -> None:
    with database.transaction() as session:
        waiting(session, make.campaign(session), 1, personal_lines="Soy maestra.\n\nLos niños preguntan.", place="Sevilla")
    send(database, sending, now)
    (mail,) = smtp_sink.received
    assert mail.message["From"] == f"Ana Pérez <{sending.letters_from}>"
    assert mail.message["Reply-To"] == sending.contact
    assert mail.sender == sending.letters_from
    assert mail.text().startswith(
        "Sra. Ministra:\n\nLe escribo por María López.\n\nSoy maestra.\n\nLos niños preguntan.\n\nAtentamente,\n\nAna Pérez\nSevilla"
    )
    assert not {"List-Unsubscribe", "Auto-Submitted", "List-Id"} & set(mail.message.keys())


def test_initials_alone_reach_the_office_where_the_writer_wants_it(database: Database, sending: Site, smtp_sink: Sink, now: datetime) -> None:
    with database.transaction() as session:
        waiting(session, make.campaign(session), 1, place="Sevilla", safety=Safety.INITIALS)
    send(database, sending, now)
    (mail,) = smtp_sink.received
    assert mail.message["From"] == f'"A. P." <{sending.letters_from}>'
    assert mail.text().rstrip().endswith("Atentamente,\n\nA. P.")
    for hidden in ("Ana", "Pérez", "P=C3=A9rez", "Sevilla"):
        assert hidden not in mail.text()
        assert hidden not in str(mail.message)


def test_the_office_may_answer_the_writer_only_if_they_said_so(database: Database, sending: Site, smtp_sink: Sink, now: datetime) -> None:
    with database.transaction() as session:
        (appeal,) = waiting(session, make.campaign(session), 1, answer_direct=True)
    send(database, sending, now)
    assert smtp_sink.received[0].message["Reply-To"] == appeal.email


def test_a_release_that_runs_twice_at_once_sends_once(database: Database, sending: Site, now: datetime) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with database.transaction() as session:
        waiting(session, make.campaign(session, cap_per_hour=3_600_000), 40)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: jobs.release(database, sending, now + timedelta(seconds=1)), range(4)))
    with database.reading() as session:
        used = session.scalars(select(Letter.delivery_id).where(Letter.delivery_id.is_not(None))).all()
        assert len(used) == len(set(used)) == len(session.scalars(select(Delivery.id)).all())


def test_a_letter_that_no_mail_can_be_made_of_stops_nobody_elses(database: Database, sending: Site, smtp_sink: Sink, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session, cap_per_hour=3_600_000)
        poisoned, _ = waiting(session, campaign, 2)
        poisoned.name = "Eva\r\nBcc: everybody@mail.example"
    send(database, sending, now + timedelta(seconds=1))
    assert letter_states(database) == {"rejected": 1, "handed_over": 1}
    assert len(smtp_sink.received) == 1


def test_captured_mail_raises_no_public_number(database: Database, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        waiting(session, make.campaign(session), 1)
    send(database, site, now)
    assert letter_states(database) == {"captured": 1}
    assert totals(database) == {("letters", "captured"): 1}


def test_a_refused_letter_is_taken_off_the_number_again(database: Database, sending: Site, smtp_sink: Sink, now: datetime) -> None:
    smtp_sink.on_recipient = lambda _address: "550 5.1.1 no such user"
    with database.transaction() as session:
        waiting(session, make.campaign(session), 1)
    jobs.release(database, sending, now)
    assert totals(database) == {("people", "sent"): 1, ("own words", "none"): 1}
    delivery_jobs.send_due(database, sending, now)
    jobs.absorb(database, sending, now)
    assert letter_states(database) == {"rejected": 1}
    assert totals(database) == {}


def test_pausing_takes_letters_back_from_the_outbox_and_resuming_sends_them(
    database: Database, sending: Site, smtp_sink: Sink, now: datetime
) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        waiting(session, campaign, 2)
    jobs.release(database, sending, now)
    with database.transaction() as session:
        assert steering.pause(session, get_campaign(session, campaign.slug), actor="a", site=sending, now=now) == 1
    send(database, sending, now + 5 * MINUTE)
    assert (len(smtp_sink.received), letter_states(database), totals(database)) == (0, {"waiting": 2}, {})
    with database.transaction() as session:
        steering.resume(session, get_campaign(session, campaign.slug), actor="a", site=sending, now=now)
    send(database, sending, now + 6 * MINUTE)
    assert len(smtp_sink.received) == 1


def test_closing_cancels_what_waits_and_what_is_in_the_outbox(database: Database, sending: Site, smtp_sink: Sink, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        waiting(session, campaign, 3)
    jobs.release(database, sending, now)
    with database.transaction() as session:
        kept = steering.close(
            session, get_campaign(session, campaign.slug), outcome=Outcome.GOOD, outcome_on=None, story={}, actor="a", site=sending, now=now
        )
    send(database, sending, now + DAY)
    assert (kept, len(smtp_sink.received), letter_states(database), totals(database)) == (3, 0, {"cancelled": 3}, {})


def test_closing_takes_back_what_a_worker_holds_but_has_not_begun(database: Database, sending: Site, now: datetime) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        waiting(session, campaign, 1)
    jobs.release(database, sending, now)
    with database.transaction() as session:
        session.execute(update(Delivery).values(state="claimed", attempt=1, claimed_by="a worker", lease_until=now + MINUTE))
    with database.transaction() as session:
        steering.close(
            session, get_campaign(session, campaign.slug), outcome=Outcome.UNKNOWN, outcome_on=None, story={}, actor="a", site=sending, now=now
        )
    with database.reading() as session:
        assert session.scalars(select(Delivery.state)).all() == ["cancelled"]
    assert letter_states(database) == {"cancelled": 1}


def test_who_missed_the_deadline_is_told_once_and_offered_another_way(database: Database, sending: Site, smtp_sink: Sink, now: datetime) -> None:
    with database.transaction() as session:
        waiting(session, make.campaign(session, deadline_on=now.date()), 2, language="en")
    send(database, sending, now)
    for hours in (14, 15, 40):
        late = now + timedelta(hours=hours)
        jobs.lapse(database, sending, late)
        send(database, sending, late)
        jobs.thank(database, sending, late)
    assert letter_states(database) == {"handed_over": 1, "expired": 1}
    told = [mail for mail in smtp_sink.received if "missed" in mail.subject]
    assert len(told) == 1
    assert "/appeals/" in told[0].text() and "Minister of Housing" in told[0].text()


def test_nothing_lapses_on_the_last_day(database: Database, sending: Site, now: datetime) -> None:
    with database.transaction() as session:
        waiting(session, make.campaign(session, deadline_on=now.date(), timezone="America/Los_Angeles"), 1)
    last_moment = datetime.fromisoformat("2026-03-11T06:59:59+00:00")
    jobs.lapse(database, sending, last_moment)
    assert letter_states(database) == {"waiting": 1}
    jobs.lapse(database, sending, last_moment + timedelta(seconds=1))
    assert letter_states(database) == {"expired": 1}


def test_thanks_go_out_once_when_every_letter_has_ended(database: Database, sending: Site, smtp_sink: Sink, now: datetime) -> None:
    with database.transaction() as session:
        targets = [make.target(session), make.target(session, role="Mayor", name="Rui")]
        waiting(session, make.campaign(session, targets=targets, copies=[make.target(session, role="Clerk", name="", emails=[])]), 1)
    send(database, sending, now)
    for _ in range(2):
        jobs.thank(database, sending, now)
        delivery_jobs.send_due(database, sending, now)
    thanks = [mail for mail in smtp_sink.received if mail.recipients[0].endswith("mail.example")]
    assert len(thanks) == 1
    text = thanks[0].text()
    assert "Helena Matos, Minister of Housing" in text and "Rui, Mayor" in text and "Clerk" in text
    assert thanks[0].message["Auto-Submitted"] == "auto-generated"


def test_thanks_wait_for_the_letters_but_no_longer_than_a_day(database: Database, sending: Site, smtp_sink: Sink, now: datetime) -> None:
    with database.transaction() as session:
        waiting(session, make.campaign(session, cap_per_hour=1, deadline_on=(now + 9 * DAY).date()), 2, proven_at=now)
    send(database, sending, now)
    jobs.thank(database, sending, now)
    assert len(appeals_thanked(database)) == 1
    jobs.thank(database, sending, now + DAY)
    assert len(appeals_thanked(database)) == 2


def appeals_thanked(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Appeal.id).where(Appeal.thanked_at.is_not(None))))


def test_retention_forgets_unproven_drafts_after_seven_days(database: Database, site: Site, now: datetime) -> None:
    with database.transaction() as session:
        make.appeal(session, created_at=now - 7 * DAY - MINUTE)
        fresh = make.appeal(session, created_at=now - 7 * DAY + MINUTE)
    jobs.retain(database, site, now)
    with database.reading() as session:
        assert session.scalars(select(Appeal.key)).all() == [fresh.key]


@pytest.mark.parametrize(("days", "words"), [(27, "My words"), (29, "")])
def test_retention_forgets_a_letters_words_28_days_after_its_last_change(
    database: Database, site: Site, now: datetime, days: int, words: str
) -> None:
    with database.transaction() as session:
        make.appeal(
            session,
            by=make.supporter(session),
            channels=[Channel.OWN_MAIL],
            letter_state=LetterState.REPORTED,
            personal_lines="My words",
            proven_at=now - DAY,
        )
        session.execute(update(Letter).values(state_at=now))
    jobs.retain(database, site, now + days * DAY)
    with database.reading() as session:
        assert session.scalars(select(Appeal.personal_lines)).one() == words
