import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from app.db import Database
from app.deliveries import actions, sending
from app.deliveries.jobs import free_dead_claims, send_due, watch
from app.deliveries.models import DeliveryContent
from app.deliveries.rules import Kind, State
from app.site import Site
from app.stopping import stopping
from config import ROOT
from tests.conftest import KEYS
from tests.deliveries.outbox import attempts, change, get, put, relayed, states
from tests.sink import Received, Sink


@contextmanager
def dropping_after_the_dot() -> Iterator[tuple[int, list[bytes]]]:
    """A server that takes each mail and hangs up before it says so; gives its port and what it took."""
    taken: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as line:
                _talk(line, taken)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(server.getsockname()[1]), taken
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(10)


def _talk(line, taken: list[bytes]) -> None:
    line.write(b"220 hi\r\n")
    line.flush()
    while command := line.readline():
        if command.upper().startswith(b"DATA"):
            line.write(b"354 go on\r\n")
            line.flush()
            body = b""
            while (piece := line.readline()) not in {b".\r\n", b""}:
                body += piece
            taken.append(body)
            return
        line.write(b"250 fine\r\n")
        line.flush()


def test_letter_is_handed_over(database: Database, site: Site, now: datetime, smtp_sink: Sink) -> None:
    (delivery_id,) = put(database, site, now)
    assert send_due(database, relayed(site, smtp_sink.port), now) == 1
    (mail,) = smtp_sink.received
    sent = get(database, delivery_id)
    assert (mail.message_id, mail.sender, mail.recipients) == (sent.message_id, site.letters_from, ("minister@housing.example",))
    assert (sent.state, sent.tries, sent.code, sent.captured, sent.unread, sent.claimed_by) == (State.HANDED_OVER, 1, 250, False, True, None)
    (line,) = attempts(database, delivery_id)
    assert (line.attempt, line.outcome, line.worker, line.code, line.enhanced) == (1, "handed_over", site.boot, 250, "2.0.0")
    assert list(line.times) == ["connect", "rcpt", "data", "reply"]
    assert now <= line.started_at <= line.ended_at < now + timedelta(minutes=1)
    with database.reading() as session:
        assert mail.content == session.get_one(DeliveryContent, delivery_id).mime


def test_captured_mail_says_so(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now)
    send_due(database, site, now)
    kept = get(database, delivery_id)
    assert (kept.state, kept.captured) == (State.HANDED_OVER, True)
    assert site.route.path is not None
    assert (site.route.path / f"{kept.message_id.strip('<>')}.eml").exists()


def test_nothing_due_opens_no_connection(database: Database, site: Site, now: datetime) -> None:
    put(database, site, now, due_at=now + timedelta(seconds=1))
    put(database, site, now, expires_at=now)
    assert send_due(database, relayed(site, 1), now) == 0
    assert states(database) == {State.QUEUED: 2}


def test_all_of_a_crowd_go_out_once_over_several_connections(database: Database, site: Site, now: datetime, smtp_sink: Sink) -> None:
    put(database, site, now, number=120)
    assert send_due(database, relayed(site, smtp_sink.port, connections=3, batch=15), now) == 120
    assert states(database) == {State.HANDED_OVER: 120}
    assert len({mail.message_id for mail in smtp_sink.received}) == len(smtp_sink.received) == 120


def test_connection_is_kept_for_as_many_letters_as_told(database: Database, site: Site, now: datetime) -> None:
    greetings = count()

    class Counting(Sink):
        async def handle_EHLO(self, _server, session, _envelope, hostname, responses):
            next(greetings)
            session.host_name = hostname
            return responses

    with Counting() as sink:
        put(database, site, now, number=7)
        send_due(database, relayed(site, sink.port, letters_per_connection=3), now)
    assert len(sink.received) == 7
    assert next(greetings) == 3


def test_bytes_and_message_id_are_equal_on_every_attempt(database: Database, site: Site, now: datetime) -> None:
    seen: list[Received] = []

    def refuse_twice(mail: Received) -> str | None:
        seen.append(mail)
        return "451 4.3.0 later" if len(seen) < 3 else None

    with Sink(on_data=refuse_twice) as sink:
        (delivery_id,) = put(database, site, now)
        for minutes in (0, 2, 5):
            send_due(database, relayed(site, sink.port), now + timedelta(minutes=minutes))
    assert len({mail.content for mail in seen}) == 1
    assert len(seen) == 3
    assert len(sink.received) == 1
    assert [line.outcome for line in attempts(database, delivery_id)] == ["retry_wait", "retry_wait", "handed_over"]
    assert get(database, delivery_id).tries == 3


def test_letter_that_must_wait_is_not_tried_before(database: Database, site: Site, now: datetime) -> None:
    with Sink(on_recipient=lambda _address: "451 4.7.1 greylisted") as sink:
        (delivery_id,) = put(database, site, now)
        send_due(database, relayed(site, sink.port), now)
        waiting = get(database, delivery_id)
        assert (waiting.state, waiting.tries, waiting.code, waiting.reason) == (State.RETRY_WAIT, 1, 451, "4.7.1 greylisted")
        assert timedelta(seconds=48) <= waiting.due_at - now <= timedelta(seconds=73)
        assert send_due(database, relayed(site, sink.port), waiting.due_at - timedelta(seconds=1)) == 0
        assert send_due(database, relayed(site, sink.port), waiting.due_at) == 1


@pytest.mark.parametrize("answer", ["550 5.1.1 <minister@housing.example> is not known", "550 5.7.1 we do not want this"])
@pytest.mark.parametrize("where", ["on_recipient", "on_data"])
def test_letter_that_is_refused_is_not_tried_again(database: Database, site: Site, now: datetime, where: str, answer: str) -> None:
    with Sink(**{where: lambda _it: answer}) as sink:
        (delivery_id,) = put(database, site, now)
        assert send_due(database, relayed(site, sink.port), now) == 1
        assert send_due(database, relayed(site, sink.port), now + timedelta(days=1)) == 0
    refused = get(database, delivery_id)
    assert (refused.state, refused.code, refused.unread) == (State.REJECTED, 550, True)
    assert "@" not in (refused.reason or "")
    assert not sink.received


def test_refusal_of_one_letter_does_not_hold_up_the_others(database: Database, site: Site, now: datetime) -> None:
    numbers = count()
    with Sink(on_recipient=lambda _address: "550 5.1.1 no" if next(numbers) % 2 else None) as sink:
        put(database, site, now, number=10)
        send_due(database, relayed(site, sink.port), now)
    assert states(database) == {State.HANDED_OVER: 5, State.REJECTED: 5}
    assert len(sink.received) == 5


def test_wrong_login_stops_all_sending_and_loses_nothing(database: Database, site: Site, now: datetime, smtp_sink: Sink) -> None:
    ours = relayed(site, smtp_sink.port, batch=100)
    ours = replace(ours, route=replace(ours.route, user="vigil", password="wrong"))
    put(database, site, now, number=20)
    send_due(database, ours, now)
    assert states(database) == {State.QUEUED: 19, State.RETRY_WAIT: 1}
    assert send_due(database, ours, now + timedelta(hours=1)) == 0, "the relay is left alone"
    assert not smtp_sink.received
    sending._rests_until.clear()
    assert send_due(database, relayed(site, smtp_sink.port), now + timedelta(hours=1)) == 20
    assert states(database) == {State.HANDED_OVER: 20}


def test_relay_that_is_down_costs_no_try_and_is_left_alone(database: Database, site: Site, now: datetime) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    put(database, site, now, number=20)
    ours = relayed(site, port)
    assert send_due(database, ours, now) == 1
    assert states(database) == {State.QUEUED: 19, State.RETRY_WAIT: 1}
    with database.reading() as session:
        assert session.execute(text("SELECT max(tries) FROM delivery")).scalar_one() == 0
    assert send_due(database, ours, now) == 0
    with Sink(port=port) as sink:
        sending._rests_until.clear()
        send_due(database, ours, now + timedelta(minutes=2))
    assert len(sink.received) == 20


def test_stale_connection_is_replaced_without_a_failed_attempt(database: Database, site: Site, now: datetime) -> None:
    numbers = count(1)
    with Sink(on_recipient=lambda _address: "421 4.7.0 enough for this connection" if next(numbers) % 3 == 0 else None) as sink:
        put(database, site, now, number=8)
        send_due(database, relayed(site, sink.port), now)
    assert states(database) == {State.HANDED_OVER: 8}
    assert len(sink.received) == 8


@pytest.mark.parametrize(("kind", "state"), [(Kind.LETTER, State.IN_DOUBT), (Kind.NOTICE, State.QUEUED)])
def test_line_that_breaks_after_the_dot_leaves_a_doubt(database: Database, site: Site, now: datetime, kind: Kind, state: State) -> None:
    with dropping_after_the_dot() as (port, taken):
        ids = put(database, site, now, number=3, kind=kind)
        assert send_due(database, relayed(site, port), now) == 3
        assert states(database) == {state: 3}
        assert len(taken) == 3
        assert [line.outcome for line in attempts(database, ids[0])] == ["in_doubt"]
        again = send_due(database, relayed(site, port), now + timedelta(days=1))
    assert again == (0 if kind is Kind.LETTER else 3), "a letter is never repeated by itself"


def test_letter_cancelled_at_the_last_moment_is_never_handed_over(database: Database, site: Site, now: datetime) -> None:
    won: list[bool] = []

    def cancel(_address: str) -> None:
        with database.transaction() as session:
            won.append(actions.cancel(session, first, now=now))

    with Sink(on_recipient=cancel) as sink:
        first, second = put(database, site, now, number=2)
        send_due(database, relayed(site, sink.port), now)
    assert won == [True, False]
    assert get(database, first).state == State.CANCELLED
    assert [mail.message_id for mail in sink.received] == [get(database, second).message_id]


def test_letter_on_the_line_cannot_be_cancelled(database: Database, site: Site, now: datetime) -> None:
    won: list[bool] = []

    def cancel(_mail: Received) -> None:
        with database.transaction() as session:
            won.append(actions.cancel(session, delivery_id, now=now))

    with Sink(on_data=cancel) as sink:
        (delivery_id,) = put(database, site, now)
        send_due(database, relayed(site, sink.port), now)
    assert won == [False]
    assert get(database, delivery_id).state == State.HANDED_OVER
    assert len(sink.received) == 1


def test_cancelling_and_sending_at_once_ends_one_way_for_each(database: Database, site: Site, now: datetime, smtp_sink: Sink) -> None:
    ids = put(database, site, now, number=150)
    won: set[int] = set()

    def cancel_all() -> None:
        for delivery_id in reversed(ids):
            with database.transaction() as session:
                if actions.cancel(session, delivery_id, now=now):
                    won.add(delivery_id)

    other = threading.Thread(target=cancel_all)
    other.start()
    send_due(database, relayed(site, smtp_sink.port, connections=2, batch=40), now)
    other.join()
    send_due(database, relayed(site, smtp_sink.port), now)
    at_sink = {mail.message_id for mail in smtp_sink.received}
    assert len(at_sink) == len(smtp_sink.received)
    for delivery_id in ids:
        delivery = get(database, delivery_id)
        assert delivery.state == (State.CANCELLED if delivery_id in won else State.HANDED_OVER)
        assert (delivery.message_id in at_sink) is (delivery_id not in won)


def test_worker_that_was_too_slow_before_data_sends_nothing(database: Database, site: Site, now: datetime) -> None:
    slow = True

    def outlast_the_lease(_address: str) -> None:
        nonlocal slow
        if slow:
            slow = False
            change(database, delivery_id, lease_until=now - timedelta(days=3000))
            assert watch(database, site, now) == 1

    with Sink(on_recipient=outlast_the_lease) as sink:
        (delivery_id,) = put(database, site, now)
        send_due(database, relayed(site, sink.port), now)
    assert len(sink.received) == 1
    sent = get(database, delivery_id)
    assert (sent.state, sent.attempt) == (State.HANDED_OVER, 2)
    assert [line.attempt for line in attempts(database, delivery_id)] == [2]


def test_yes_after_the_lease_ran_out_still_counts(database: Database, site: Site, now: datetime) -> None:
    def outlast_the_lease(_mail: Received) -> None:
        change(database, delivery_id, lease_until=now - timedelta(days=3000))
        assert watch(database, site, now) == 1
        assert get(database, delivery_id).state == State.IN_DOUBT

    with Sink(on_data=outlast_the_lease) as sink:
        (delivery_id,) = put(database, site, now)
        send_due(database, relayed(site, sink.port), now)
    assert get(database, delivery_id).state == State.HANDED_OVER
    assert len(sink.received) == 1


def test_letter_whose_time_ends_while_it_waits_in_a_batch_does_not_leave(database: Database, site: Site, now: datetime) -> None:
    with Sink(on_data=lambda _mail: time.sleep(0.6)) as sink:
        (first,) = put(database, site, now - timedelta(minutes=1))
        (second,) = put(database, site, now, expires_at=now + timedelta(seconds=0.5))
        assert send_due(database, relayed(site, sink.port), now) == 2
    assert [get(database, delivery_id).state for delivery_id in (first, second)] == [State.HANDED_OVER, State.EXPIRED]
    assert len(sink.received) == 1


def test_letter_whose_text_was_deleted_ends_alone(database: Database, site: Site, now: datetime, smtp_sink: Sink) -> None:
    first, second = put(database, site, now, number=2)
    with database.transaction() as session:
        session.delete(session.get_one(DeliveryContent, first))
    send_due(database, relayed(site, smtp_sink.port), now)
    assert [get(database, delivery_id).state for delivery_id in (first, second)] == [State.REJECTED, State.HANDED_OVER]


def test_letter_that_no_key_opens_waits_alone(database: Database, site: Site, now: datetime, smtp_sink: Sink) -> None:
    first, second = put(database, site, now, number=2)
    with database.transaction() as session:
        session.execute(text("UPDATE delivery_content SET mime = :other WHERE delivery_id = :id"), {"other": b"gAAAAA", "id": first})
    send_due(database, relayed(site, smtp_sink.port), now)
    waiting = get(database, first)
    assert (waiting.state, waiting.tries, waiting.reason) == (State.RETRY_WAIT, 1, "our own fault: InvalidToken")
    assert get(database, second).state == State.HANDED_OVER


def test_stopping_gives_back_what_was_not_begun(database: Database, site: Site, now: datetime) -> None:
    with Sink(on_data=lambda _mail: stopping.set()) as sink:
        put(database, site, now, number=10)
        assert send_due(database, relayed(site, sink.port), now) == 1
    assert states(database) == {State.HANDED_OVER: 1, State.QUEUED: 9}
    stopping.clear()
    with Sink() as sink:
        send_due(database, relayed(site, sink.port), now)
    assert len(sink.received) == 9


@pytest.mark.postgresql
def test_yes_is_stored_when_the_database_went_away_meanwhile(database: Database, site: Site, now: datetime) -> None:
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

    def cut_the_lines(_mail: Received) -> None:
        with database.transaction() as session:
            session.execute(text(ends))

    with Sink(on_data=cut_the_lines) as sink:
        put(database, site, now, number=5)
        send_due(database, relayed(site, sink.port), now)
    assert states(database) == {State.HANDED_OVER: 5}
    assert len(sink.received) == 5


CRASH = """
import os, sys
from dataclasses import replace
from app import clock, secrets
from app.deliveries import moves
from app.deliveries.jobs import send_due
from app.mail.smtp import SmtpSession, SmtpTransport
from app.wiring import wire
from config import Config
from tests.deliveries.outbox import relayed

def dying(owner, name, *, first):
    real = getattr(owner, name)
    def die(*args, **more):
        if not first:
            real(*args, **more)
        os._exit(9)
    setattr(owner, name, die)

point, port = sys.argv[1], int(sys.argv[2])
owner, name, first = {
    "claimed": (SmtpTransport, "open", True),
    "rcpt": (SmtpSession, "offer", False),
    "inflight": (SmtpSession, "data", True),
    "dot": (SmtpSession, "data", False),
}[point]
dying(owner, name, first=first)
wiring = wire(Config.from_env())
send_due(wiring.database, relayed(wiring.site, port), clock.parse(sys.argv[3]))
"""


@pytest.mark.parametrize(
    ("point", "held", "at_sink", "freed", "in_the_end"),
    [
        ("claimed", State.CLAIMED, 0, State.QUEUED, State.HANDED_OVER),
        ("rcpt", State.CLAIMED, 0, State.QUEUED, State.HANDED_OVER),
        ("inflight", State.INFLIGHT, 0, State.IN_DOUBT, State.IN_DOUBT),
        ("dot", State.INFLIGHT, 1, State.IN_DOUBT, State.IN_DOUBT),
    ],
)
def test_crash_at_each_point(
    database: Database,
    database_url: str,
    site: Site,
    now: datetime,
    tmp_path: Path,
    smtp_sink: Sink,
    point: str,
    held: State,
    at_sink: int,
    freed: State,
    in_the_end: State,
) -> None:
    (delivery_id,) = put(database, site, now)
    env = {**os.environ, **KEYS, "VIGIL_ENV": "test", "DATABASE_URL": database_url, "INSTANCE_PATH": str(tmp_path), "PYTHONPATH": str(ROOT)}
    crashed = subprocess.run([sys.executable, "-c", CRASH, point, str(smtp_sink.port), now.isoformat()], env=env, check=False, timeout=60)
    assert crashed.returncode == 9
    assert (get(database, delivery_id).state, len(smtp_sink.received)) == (held, at_sink)
    assert free_dead_claims(database, site, now) == 1
    assert get(database, delivery_id).state == freed
    send_due(database, relayed(site, smtp_sink.port), now + timedelta(hours=1))
    assert get(database, delivery_id).state == in_the_end
    assert len(smtp_sink.received) <= 1
