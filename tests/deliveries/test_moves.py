from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy.exc import IntegrityError

from app.db import Database
from app.deliveries import moves
from app.deliveries.models import Delivery
from app.deliveries.moves import Claim, Ending
from app.deliveries.rules import FINAL, HELD, MOVES, NEWS, Kind, State
from app.site import Site
from tests.deliveries.outbox import attempts, change, get, put, states

PAIRS = [(origin, to) for origin in State for to in State]


def claim_of(delivery: Delivery) -> Claim:
    return Claim(delivery.id, delivery.attempt, Kind(delivery.kind), delivery.tries, delivery.due_at, delivery.expires_at)


def take(database: Database, now: datetime, limit: int = 10, worker: str = "here:1:a") -> list[Claim]:
    with database.transaction() as session:
        return moves.claim(session, limit=limit, worker=worker, now=now, lease_until=now + timedelta(minutes=2))


def ended(claim: Claim, held: State, state: State, now: datetime) -> Ending:
    return Ending(claim, held, state, "here:1:a", now, now, tries=claim.tries + 1, code=250, enhanced="2.0.0", text="taken")


@pytest.mark.parametrize(("origin", "to"), PAIRS, ids=lambda state: str(state))
def test_every_move_of_the_table_and_no_other(database: Database, site: Site, now: datetime, origin: State, to: State) -> None:
    (delivery_id,) = put(database, site, now)
    change(database, delivery_id, state=origin, attempt=3, claimed_by="here:1:a", lease_until=now)
    later = now + timedelta(seconds=1)
    with database.transaction() as session:
        if (origin, to) not in MOVES:
            with pytest.raises(ValueError, match=f"from {origin} to {to}"):
                moves.move(session, delivery_id, 3, origin, to, now=later)
            return
        assert moves.move(session, delivery_id, 3, origin, to, now=later)
    moved = get(database, delivery_id)
    assert (moved.state, moved.state_at, moved.unread) == (to, later, to in NEWS)
    assert (moved.claimed_by is None) is (to not in HELD)


@pytest.mark.parametrize(("origin", "to"), sorted(MOVES), ids=lambda state: str(state))
def test_move_of_an_old_attempt_or_another_state_changes_nothing(database: Database, site: Site, now: datetime, origin: State, to: State) -> None:
    (delivery_id,) = put(database, site, now)
    other = next(state for state in State if state not in {origin, to})
    change(database, delivery_id, state=origin, attempt=3)
    with database.transaction() as session:
        assert not moves.move(session, delivery_id, 2, origin, to, now=now)
    change(database, delivery_id, state=other)
    with database.transaction() as session:
        assert not moves.move(session, delivery_id, 3, origin, to, now=now)
    assert get(database, delivery_id).state == other


def test_claim_takes_what_is_due_longest_first_and_no_more_than_told(database: Database, site: Site, now: datetime) -> None:
    (late,) = put(database, site, now, due_at=now - timedelta(hours=1))
    (waiting,) = put(database, site, now, due_at=now - timedelta(hours=2))
    (first,) = put(database, site, now, due_at=now - timedelta(hours=3))
    (not_due,) = put(database, site, now, due_at=now + timedelta(seconds=1))
    (over,) = put(database, site, now, expires_at=now)
    change(database, waiting, state=State.RETRY_WAIT)
    assert [claim.id for claim in take(database, now, limit=2)] == [first, waiting]
    assert [claim.id for claim in take(database, now, limit=2)] == [late]
    held = get(database, first)
    assert (held.state, held.attempt, held.claimed_by, held.lease_until) == (State.CLAIMED, 1, "here:1:a", now + timedelta(minutes=2))
    assert {get(database, not_due).state, get(database, over).state} == {State.QUEUED}


def test_claim_after_release_is_a_new_attempt(database: Database, site: Site, now: datetime) -> None:
    put(database, site, now)
    (first,) = take(database, now)
    with database.transaction() as session:
        moves.release(session, [first], now=now)
    (second,) = take(database, now)
    assert (first.attempt, second.attempt) == (1, 2)
    with database.transaction() as session:
        assert not moves.begin(session, first, now=now, lease_until=now)
        assert moves.begin(session, second, now=now, lease_until=now)


def test_workers_that_claim_at_once_share_nothing(database: Database, site: Site, now: datetime) -> None:
    put(database, site, now, number=60)
    claimed: list[list[int]] = [[] for _ in range(4)]
    together = Barrier(4)

    def work(mine: list[int]) -> None:
        together.wait()
        while some := take(database, now, limit=5):
            mine.extend(claim.id for claim in some)

    threads = [Thread(target=work, args=[mine]) for mine in claimed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({delivery_id for mine in claimed for delivery_id in mine}) == sum(map(len, claimed)) == 60
    assert states(database) == {State.CLAIMED: 60}


def test_beginning_twice_is_one_beginning(database: Database, site: Site, now: datetime) -> None:
    put(database, site, now)
    (claim,) = take(database, now)
    for _ in range(2):
        with database.transaction() as session:
            assert moves.begin(session, claim, now=now, lease_until=now + timedelta(minutes=12))
    held = get(database, claim.id)
    assert (held.state, held.lease_until) == (State.INFLIGHT, now + timedelta(minutes=12))


def test_end_is_stored_once_with_one_line_in_the_log(database: Database, site: Site, now: datetime) -> None:
    put(database, site, now)
    (claim,) = take(database, now)
    with database.transaction() as session:
        moves.begin(session, claim, now=now, lease_until=now)
        assert moves.end(session, ended(claim, State.INFLIGHT, State.HANDED_OVER, now))
    with database.transaction() as session:
        assert not moves.end(session, ended(claim, State.INFLIGHT, State.HANDED_OVER, now))
    (line,) = attempts(database, claim.id)
    assert (line.attempt, line.outcome, line.code, line.enhanced, line.text, line.worker) == (1, "handed_over", 250, "2.0.0", "taken", "here:1:a")
    done = get(database, claim.id)
    assert (done.state, done.tries, done.code, done.reason, done.unread) == (State.HANDED_OVER, 1, 250, "taken", True)


def test_log_cannot_hold_two_yeses_of_one_mail(database: Database, site: Site, now: datetime) -> None:
    put(database, site, now)
    (claim,) = take(database, now)
    yes = ended(claim, State.INFLIGHT, State.HANDED_OVER, now)
    with database.transaction() as session:
        moves.log(session, yes)
    with pytest.raises(IntegrityError), database.transaction() as session:
        moves.log(session, Ending(claim._replace(attempt=2), State.INFLIGHT, State.HANDED_OVER, "other", now, now))


def test_yes_that_comes_after_the_lease_ran_out_ends_the_doubt(database: Database, site: Site, now: datetime) -> None:
    put(database, site, now)
    (claim,) = take(database, now)
    with database.transaction() as session:
        moves.begin(session, claim, now=now, lease_until=now)
        assert moves.doubt(session, claim, worker="here:1:a", reason="no word", now=now)
    assert get(database, claim.id).state == State.IN_DOUBT
    with database.transaction() as session:
        assert moves.end(session, ended(claim, State.INFLIGHT, State.HANDED_OVER, now))
    assert get(database, claim.id).state == State.HANDED_OVER
    assert [line.outcome for line in attempts(database, claim.id)] == ["in_doubt", "handed_over"]


def test_doubt_of_a_notice_sends_it_again_and_that_of_a_letter_does_not(database: Database, site: Site, now: datetime) -> None:
    put(database, site, now, kind=Kind.LETTER)
    put(database, site, now, kind=Kind.NOTICE)
    letter, notice = take(database, now)
    with database.transaction() as session:
        for claim in (letter, notice):
            moves.begin(session, claim, now=now, lease_until=now)
            moves.doubt(session, claim, worker="here:1:a", reason="its worker died", now=now)
    held, again = get(database, letter.id), get(database, notice.id)
    assert (held.state, held.unread, held.reason) == (State.IN_DOUBT, True, "its worker died")
    assert (again.state, again.unread, again.tries) == (State.QUEUED, False, 1)
    assert now < again.due_at < now + timedelta(minutes=3)
    assert take(database, now + timedelta(minutes=3))[0].id == notice.id


def test_notice_in_doubt_again_and_again_is_held_in_the_end(database: Database, site: Site, now: datetime) -> None:
    put(database, site, now, kind=Kind.NOTICE)
    for round_ in range(1, 6):
        (claim,) = take(database, now + timedelta(days=1))
        with database.transaction() as session:
            moves.begin(session, claim, now=now, lease_until=now)
            moves.doubt(session, claim, worker="here:1:a", reason="its worker died", now=now)
        assert get(database, claim.id).state == (State.QUEUED if round_ < 5 else State.IN_DOUBT)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_late_doubt_does_not_undo_an_end(database: Database, site: Site, now: datetime, state: State) -> None:
    put(database, site, now)
    (claim,) = take(database, now)
    change(database, claim.id, state=state)
    with database.transaction() as session:
        assert not moves.doubt(session, claim, worker="here:1:a", reason="late", now=now)
    assert get(database, claim.id).state == state
    assert attempts(database, claim.id) == []
