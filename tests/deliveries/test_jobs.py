import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import gethostname

import pytest

from app.db import Database
from app.deliveries import jobs
from app.deliveries.jobs import CHUNK, free_dead_claims, is_dead, retain, send_due, watch
from app.deliveries.models import DeliveryContent
from app.deliveries.rules import GIVE_UP_AFTER, Kind, State
from app.site import Site
from tests.deliveries.outbox import attempts, change, get, put, states

HOST = gethostname()
PAST = datetime(2000, 1, 1, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def dead_pid() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize(
    ("state", "lease_until", "kind", "after"),
    [
        (State.CLAIMED, PAST, Kind.LETTER, State.QUEUED),
        (State.CLAIMED, FAR, Kind.LETTER, State.CLAIMED),
        (State.INFLIGHT, PAST, Kind.LETTER, State.IN_DOUBT),
        (State.INFLIGHT, PAST, Kind.NOTICE, State.QUEUED),
        (State.INFLIGHT, FAR, Kind.LETTER, State.INFLIGHT),
    ],
)
def test_lease_that_ran_out_frees_a_claim_and_makes_a_doubt_of_what_was_on_the_line(
    database: Database, site: Site, now: datetime, state: State, lease_until: datetime, kind: Kind, after: State
) -> None:
    (delivery_id,) = put(database, site, now, kind=kind)
    change(database, delivery_id, state=state, attempt=1, claimed_by="gone:1:a", lease_until=lease_until)
    assert watch(database, site, now) == (after is not state)
    assert get(database, delivery_id).state == after
    assert [line.outcome for line in attempts(database, delivery_id)] == (["in_doubt"] if state is State.INFLIGHT and after is not state else [])


def test_leases_follow_the_clock_of_the_database_and_not_a_pretended_one(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now)
    change(database, delivery_id, state=State.INFLIGHT, attempt=1, claimed_by="here:1:a", lease_until=FAR)
    assert watch(database, site, datetime(2150, 1, 1, tzinfo=UTC)) == 0


@pytest.mark.parametrize(
    ("state", "ends"), [(State.QUEUED, True), (State.RETRY_WAIT, True), (State.CLAIMED, False), (State.INFLIGHT, False), (State.IN_DOUBT, False)]
)
def test_what_waits_past_its_time_expires(database: Database, site: Site, now: datetime, state: State, ends: bool) -> None:
    (delivery_id,) = put(database, site, now)
    change(database, delivery_id, state=state, lease_until=FAR)
    assert watch(database, site, now + GIVE_UP_AFTER - timedelta(seconds=1)) == 0
    assert watch(database, site, now + GIVE_UP_AFTER) == ends
    after = get(database, delivery_id)
    assert (after.state, after.unread) == ((State.EXPIRED, True) if ends else (state, False))


def test_crowd_is_watched_in_chunks(database: Database, site: Site, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CHUNK", 10)
    put(database, site, now, number=25)
    assert watch(database, site, now + GIVE_UP_AFTER) == 25
    assert states(database) == {State.EXPIRED: 25}


def test_claims_of_a_dead_process_of_this_machine_are_freed_at_once(database: Database, site: Site, now: datetime, dead_pid: int) -> None:
    claimed, letter, notice, living, elsewhere = [
        *put(database, site, now, number=2),
        *put(database, site, now, kind=Kind.NOTICE),
        *put(database, site, now, number=2),
    ]
    dead = f"{HOST}:{dead_pid}:abcd"
    change(database, claimed, state=State.CLAIMED, claimed_by=dead, lease_until=FAR)
    change(database, letter, state=State.INFLIGHT, claimed_by=dead, lease_until=FAR)
    change(database, notice, state=State.INFLIGHT, claimed_by=dead, lease_until=FAR)
    change(database, living, state=State.CLAIMED, claimed_by=f"{HOST}:{os.getppid()}:abcd", lease_until=FAR)
    change(database, elsewhere, state=State.INFLIGHT, claimed_by=f"other-machine:{dead_pid}:abcd", lease_until=FAR)
    assert free_dead_claims(database, site, now) == 3
    after = [get(database, delivery_id).state for delivery_id in (claimed, letter, notice, living, elsewhere)]
    assert after == [State.QUEUED, State.IN_DOUBT, State.QUEUED, State.CLAIMED, State.INFLIGHT]
    assert attempts(database, letter)[0].worker == dead
    assert free_dead_claims(database, site, now) == 0


def test_process_is_dead_only_when_that_is_certain(dead_pid: int) -> None:
    own = f"{HOST}:{os.getpid()}:own"
    assert is_dead(f"{HOST}:{dead_pid}:a", own)
    assert is_dead(f"{HOST}:{os.getpid()}:before", own), "our number, but not us"
    assert not is_dead(own, own)
    assert not is_dead(f"{HOST}:{os.getppid()}:a", own)
    assert not is_dead(f"{HOST}:1:a", own)
    assert not is_dead(f"elsewhere:{dead_pid}:a", own)


def test_retention_deletes_contents_and_captured_mails_but_no_rows(database: Database, site: Site, now: datetime) -> None:
    put(database, site, now, number=3)
    send_due(database, site, now)
    assert site.route.path is not None
    for path in site.route.path.iterdir():
        os.utime(path, (now.timestamp(), now.timestamp()))
    kept_until = now + timedelta(days=site.text_days)
    assert retain(database, site, kept_until - timedelta(minutes=1)) == 0
    assert retain(database, site, kept_until + timedelta(minutes=1)) == 6
    assert list(site.route.path.iterdir()) == []
    assert states(database) == {State.HANDED_OVER: 3}
    with database.reading() as session:
        assert session.query(DeliveryContent).count() == 0


def test_retention_keeps_what_may_still_go_out(database: Database, site: Site, now: datetime) -> None:
    (delivery_id,) = put(database, site, now)
    assert retain(database, site, now + timedelta(days=400)) == 0
    assert get(database, delivery_id).state == State.QUEUED


def test_outbox_folder_that_was_never_made_is_no_trouble(database: Database, site: Site, now: datetime, tmp_path: Path) -> None:
    nowhere = replace(site, route=replace(site.route, path=tmp_path / "nowhere"))
    assert retain(database, nowhere, now) == 0
    assert CHUNK > 0
