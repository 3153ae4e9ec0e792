from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from app import secrets
from app.db import Database
from app.deliveries import actions, queries
from app.deliveries.actions import Verdict
from app.deliveries.models import Delivery, DeliveryContent
from app.deliveries.rules import CANCELLABLE, GIVE_UP_AFTER, Kind, State
from app.errors import NotFound, Refused
from app.mail.message import build
from app.site import Site
from tests.deliveries.outbox import MESSAGE, attempts, change, get, put


def content_of(database: Database, delivery_id: int) -> DeliveryContent | None:
    with database.reading() as session:
        found = session.get(DeliveryContent, delivery_id)
        if found is not None:
            session.expunge(found)
        return found


def test_prepared_mail_is_stored_whole_and_encrypted(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now)
    delivery, content = get(database, delivery_id), content_of(database, delivery_id)
    assert content is not None
    assert content.mime == build(MESSAGE, message_id=delivery.message_id, date=now)
    assert (content.recipients, content.sender) == ("minister@housing.example", site.letters_from)
    assert (delivery.state, delivery.attempt, delivery.tries, delivery.domain) == (State.QUEUED, 0, 0, "housing.example")
    assert (delivery.queued_at, delivery.due_at, delivery.expires_at) == (now, now, now + GIVE_UP_AFTER)
    with database.reading() as session:
        raw = session.execute(text("SELECT recipients, mime FROM delivery_content")).one()
    assert b"minister" not in bytes(raw.recipients)
    assert b"eviction" not in bytes(raw.mime)


@pytest.mark.parametrize(("kind", "end"), [(Kind.LETTER, "letters_domain"), (Kind.NOTICE, "mail_domain")])
def test_message_id_is_of_our_own_domain_and_never_the_same(site: Site, now: datetime, kind: Kind, end: str) -> None:
    made = replace(site, letters_from="l@letters.example", mail_from="m@mail.example")
    ids = {actions.prepare(MESSAGE, kind=kind, mail="letter", site=made, now=now).message_id for _ in range(5)}
    assert len(ids) == 5
    assert all(message_id.endswith(f"@{getattr(made, end)}>") for message_id in ids)


def test_mails_are_queued_in_order_with_their_own_contents(database: Database, site: Site, now: datetime) -> None:
    prepared = [
        actions.prepare(replace(MESSAGE, to=(f"m{n}@housing.example",)), kind=Kind.LETTER, mail="letter", site=site, now=now) for n in range(300)
    ]
    with database.transaction() as session:
        made = actions.queue_all(session, prepared)
        assert [delivery.message_id for delivery in made] == [one.message_id for one in prepared]
        pairs = session.execute(select(DeliveryContent.delivery_id, DeliveryContent.recipients)).all()
        assert {(found.delivery_id, found.recipients) for found in pairs} == {
            (delivery.id, f"m{n}@housing.example") for n, delivery in enumerate(made)
        }
        assert actions.queue_all(session, []) == []


def test_mail_is_given_up_when_its_sender_says(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now, expires_at=now + timedelta(hours=1))
    assert get(database, delivery_id).expires_at == now + timedelta(hours=1)


def test_nothing_is_queued_when_the_transaction_fails(database: Database, site: Site, now: datetime) -> None:
    prepared = actions.prepare(MESSAGE, kind=Kind.LETTER, mail="letter", site=site, now=now)

    def fail() -> None:
        with database.transaction() as session:
            actions.queue(session, prepared)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.reading() as session:
        assert queries.count_by_state(session) == {}


@pytest.mark.parametrize("state", list(State))
def test_cancelling_wins_until_the_mail_is_on_the_line(database: Database, site: Site, now: datetime, state: State) -> None:
    (delivery_id,) = put(database, site, now)
    change(database, delivery_id, state=state)
    with database.transaction() as session:
        assert actions.cancel(session, delivery_id, now=now) is (state in CANCELLABLE)
    after = get(database, delivery_id)
    assert (after.state, after.unread) == ((State.CANCELLED, True) if state in CANCELLABLE else (state, False))


def test_cancelling_what_is_not_there_is_no_error(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        assert not actions.cancel(session, 99, now=now)


def test_doubt_is_settled_as_sent(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now)
    change(database, delivery_id, state=State.IN_DOUBT, attempt=2)
    with database.transaction() as session:
        actions.resolve(session, delivery_id, Verdict.SENT, actor="ana@staff.example", now=now)
    settled = get(database, delivery_id)
    assert (settled.state, settled.unread, settled.attempt) == (State.HANDED_OVER, True, 2)
    (line,) = attempts(database, delivery_id)
    assert (line.outcome, line.worker) == ("handed_over", "ana@staff.example")


def test_doubt_is_settled_by_sending_again(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now - timedelta(days=1))
    change(database, delivery_id, state=State.IN_DOUBT, unread=True)
    with database.transaction() as session:
        actions.resolve(session, delivery_id, Verdict.AGAIN, actor="ana@staff.example", now=now)
    settled = get(database, delivery_id)
    assert (settled.state, settled.due_at, settled.unread) == (State.QUEUED, now, False)


@pytest.mark.parametrize("state", sorted(set(State) - {State.IN_DOUBT}))
@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_a_doubt_is_settled(database: Database, site: Site, now: datetime, state: State, verdict: Verdict) -> None:
    (delivery_id,) = put(database, site, now)
    change(database, delivery_id, state=state)
    with database.transaction() as session, pytest.raises(Refused, match="is not in doubt"):
        actions.resolve(session, delivery_id, verdict, actor="ana@staff.example", now=now)
    assert get(database, delivery_id).state == state


def test_what_has_no_text_any_more_cannot_go_again(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now)
    change(database, delivery_id, state=State.IN_DOUBT)
    with database.transaction() as session:
        actions.erase(session, [delivery_id])
    with database.transaction() as session, pytest.raises(Refused, match="has been deleted"):
        actions.resolve(session, delivery_id, Verdict.AGAIN, actor="ana@staff.example", now=now)


def test_what_is_past_its_time_cannot_go_again(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now, expires_at=now + timedelta(hours=1))
    change(database, delivery_id, state=State.IN_DOUBT)
    with database.transaction() as session, pytest.raises(Refused, match="its time was over"):
        actions.resolve(session, delivery_id, Verdict.AGAIN, actor="ana@staff.example", now=now + timedelta(hours=1))


def test_settling_what_is_not_there_is_not_found(database: Database, now: datetime) -> None:
    with database.transaction() as session, pytest.raises(NotFound):
        actions.resolve(session, 99, Verdict.SENT, actor="ana@staff.example", now=now)


def test_news_is_told_once_oldest_first_and_to_whom_it_concerns(database: Database, site: Site, now: datetime) -> None:
    letters = put(database, site, now, number=3)
    notices = put(database, site, now, number=1, kind=Kind.NOTICE)
    for delivery_id in [*letters, *notices]:
        with database.transaction() as session:
            actions.cancel(session, delivery_id, now=now)
    with database.transaction() as session:
        assert [news.id for news in actions.claim_news(session, 2, mails=["letter"])] == letters[:2]
    with database.transaction() as session:
        (last,) = actions.claim_news(session, 2, mails=["letter"])
        assert (last.id, last.state, last.unread) == (letters[2], State.CANCELLED, False)
        assert actions.claim_news(session, 2, mails=["letter"]) == []
    assert get(database, notices[0]).unread


def test_news_whose_reader_failed_is_told_again(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now)
    with database.transaction() as session:
        actions.cancel(session, delivery_id, now=now)

    def fail() -> None:
        with database.transaction() as session:
            assert len(actions.claim_news(session, 5, mails=["letter"])) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.transaction() as session:
        assert len(actions.claim_news(session, 5, mails=["letter"])) == 1


@pytest.mark.parametrize("state", list(State))
def test_contents_are_forgotten_when_their_mail_ended_long_ago(database: Database, site: Site, now: datetime, state: State) -> None:
    (delivery_id,) = put(database, site, now)
    change(database, delivery_id, state=state, state_at=now - timedelta(days=28, seconds=1))
    ended = state not in {State.QUEUED, State.CLAIMED, State.INFLIGHT, State.RETRY_WAIT}
    with database.transaction() as session:
        assert actions.forget_contents(session, before=now - timedelta(days=28)) == ended
    assert (content_of(database, delivery_id) is None) is ended


def test_contents_of_what_ended_lately_are_kept(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now)
    change(database, delivery_id, state=State.HANDED_OVER, state_at=now - timedelta(days=28))
    with database.transaction() as session:
        assert actions.forget_contents(session, before=now - timedelta(days=28)) == 0


def test_erasing_deletes_what_was_said_and_cancels_what_waits(database: Database, site: Site, now: datetime) -> None:
    waiting, sent, other = put(database, site, now, number=3)
    (to_them,) = put(database, site, now, kind=Kind.NOTICE, message=replace(MESSAGE, to=("Ana@mail.example",)))
    change(database, sent, state=State.HANDED_OVER)
    with database.transaction() as session:
        erased = actions.erase(session, [waiting, sent], recipient_hash=secrets.lookup("ana@mail.example"))
    assert sorted(erased) == sorted(get(database, delivery_id).message_id for delivery_id in (waiting, sent, to_them))
    assert {delivery_id: get(database, delivery_id).state for delivery_id in (waiting, sent, other, to_them)} == {
        waiting: State.CANCELLED,
        sent: State.HANDED_OVER,
        other: State.QUEUED,
        to_them: State.CANCELLED,
    }
    assert [content_of(database, delivery_id) is None for delivery_id in (waiting, sent, to_them, other)] == [True, True, True, False]


def test_deliveries_are_counted_and_listed_by_state(database: Database, site: Site, now: datetime) -> None:
    first, second, third = put(database, site, now, number=3)
    change(database, second, state=State.IN_DOUBT, state_at=now + timedelta(minutes=1))
    with database.reading() as session:
        assert queries.count_by_state(session) == {State.IN_DOUBT: 1, State.QUEUED: 2}
        assert [delivery.id for delivery in queries.list_deliveries(session)] == [second, third, first]
        assert [delivery.id for delivery in queries.list_deliveries(session, state=State.QUEUED, limit=1)] == [third]
        assert queries.get_delivery(session, first).id == first
        with pytest.raises(NotFound):
            queries.get_delivery(session, 99)


def test_database_tells_the_time(database: Database) -> None:
    with database.reading() as session:
        first = queries.database_time(session)
    with database.reading() as session:
        second = queries.database_time(session)
    assert first.tzinfo is not None
    assert timedelta(0) <= second - first < timedelta(seconds=10)


def test_deleting_a_delivery_deletes_what_belongs_to_it(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now)
    with database.transaction() as session:
        session.delete(session.get_one(Delivery, delivery_id))
    assert content_of(database, delivery_id) is None
