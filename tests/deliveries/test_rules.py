from datetime import UTC, datetime, timedelta

import pytest

from app.deliveries.rules import (
    CANCELLABLE,
    FINAL,
    GIVE_UP_AFTER,
    HELD,
    MOVES,
    NEWS,
    WAITING,
    WAITS,
    After,
    Kind,
    State,
    Trouble,
    after,
    gives_up_at,
    repeats,
    trouble,
    wait,
)
from app.mail.transport import Stage

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=5)


@pytest.mark.parametrize(
    ("stage", "code", "what"),
    [
        # no answer: before the final dot nothing was taken, after it nobody knows
        (Stage.CONNECT, None, Trouble.PATH),
        (Stage.LOGIN, None, Trouble.OURS),
        (Stage.SENDER, None, Trouble.PATH),
        (Stage.RECIPIENT, None, Trouble.PATH),
        (Stage.DATA, None, Trouble.PATH),
        (Stage.FINAL, None, Trouble.DOUBT),
        # the relay is busy or does not want us
        (Stage.CONNECT, 421, Trouble.PATH),
        (Stage.CONNECT, 554, Trouble.PATH),
        (Stage.SENDER, 421, Trouble.PATH),
        (Stage.RECIPIENT, 421, Trouble.PATH),
        (Stage.DATA, 421, Trouble.PATH),
        # our login or sender address
        (Stage.LOGIN, 454, Trouble.PATH),
        (Stage.LOGIN, 534, Trouble.OURS),
        (Stage.LOGIN, 535, Trouble.OURS),
        (Stage.SENDER, 530, Trouble.OURS),
        (Stage.SENDER, 550, Trouble.OURS),
        (Stage.SENDER, 553, Trouble.OURS),
        (Stage.RECIPIENT, 530, Trouble.OURS),
        # this one mail
        (Stage.SENDER, 451, Trouble.LATER),
        (Stage.SENDER, 452, Trouble.LATER),
        (Stage.SENDER, 552, Trouble.REFUSED),
        (Stage.RECIPIENT, 450, Trouble.LATER),
        (Stage.RECIPIENT, 451, Trouble.LATER),
        (Stage.RECIPIENT, 452, Trouble.LATER),
        (Stage.RECIPIENT, 550, Trouble.REFUSED),
        (Stage.RECIPIENT, 553, Trouble.REFUSED),
        (Stage.RECIPIENT, 554, Trouble.REFUSED),
        (Stage.DATA, 451, Trouble.LATER),
        (Stage.DATA, 554, Trouble.REFUSED),
        # any answer to the final dot that is no yes is a no
        (Stage.FINAL, 421, Trouble.LATER),
        (Stage.FINAL, 451, Trouble.LATER),
        (Stage.FINAL, 452, Trouble.LATER),
        (Stage.FINAL, 535, Trouble.REFUSED),
        (Stage.FINAL, 552, Trouble.REFUSED),
        (Stage.FINAL, 554, Trouble.REFUSED),
    ],
)
def test_what_a_failure_is_about(stage: Stage, code: int | None, what: Trouble) -> None:
    assert trouble(stage, code) is what


@pytest.mark.parametrize(
    ("what", "tries", "expires_at", "state", "counted"),
    [
        (Trouble.REFUSED, 0, LATER, State.REJECTED, 1),
        (Trouble.REFUSED, 3, LATER, State.REJECTED, 4),
        (Trouble.DOUBT, 0, LATER, State.IN_DOUBT, 1),
        (Trouble.DOUBT, 0, NOW, State.IN_DOUBT, 1),
        (Trouble.LATER, 0, LATER, State.RETRY_WAIT, 1),
        (Trouble.LATER, 6, LATER, State.RETRY_WAIT, 7),
        (Trouble.LATER, 50, LATER, State.RETRY_WAIT, 51),
        (Trouble.PATH, 0, LATER, State.RETRY_WAIT, 0),
        (Trouble.PATH, 4, LATER, State.RETRY_WAIT, 4),
        (Trouble.OURS, 0, LATER, State.RETRY_WAIT, 0),
        # the next try would come after the end
        (Trouble.LATER, 0, NOW + timedelta(seconds=30), State.EXPIRED, 1),
        (Trouble.LATER, 6, NOW + timedelta(minutes=40), State.EXPIRED, 7),
        (Trouble.PATH, 0, NOW + timedelta(seconds=30), State.EXPIRED, 0),
        (Trouble.REFUSED, 0, NOW, State.REJECTED, 1),
    ],
)
def test_where_a_failure_leads(what: Trouble, tries: int, expires_at: datetime, state: State, counted: int) -> None:
    found = after(what, tries=tries, delivery_id=7, now=NOW, expires_at=expires_at)
    due_at = NOW + wait(tries, 7) if state is State.RETRY_WAIT else None
    assert found == After(state, due_at, counted)


@pytest.mark.parametrize(("tries", "minutes"), [(0, 1), (1, 2), (2, 5), (3, 10), (4, 20), (5, 30), (6, 60), (7, 60), (100, 60)])
def test_waits_grow_to_an_hour_and_spread_by_a_fifth(tries: int, minutes: int) -> None:
    seconds = [wait(tries, delivery_id).total_seconds() for delivery_id in range(1, 2001)]
    assert min(seconds) >= minutes * 60 * 0.8
    assert max(seconds) <= minutes * 60 * 1.2
    assert max(seconds) - min(seconds) > minutes * 60 * 0.39
    assert abs(sum(seconds) / len(seconds) - minutes * 60) < minutes * 60 * 0.01


def test_wait_of_a_mail_is_always_the_same() -> None:
    assert wait(2, 99) == wait(2, 99)


@pytest.mark.parametrize(
    ("kind", "tries", "again"),
    [(Kind.LETTER, 0, False), (Kind.LETTER, 1, False), (Kind.NOTICE, 1, True), (Kind.NOTICE, 4, True), (Kind.NOTICE, 5, False)],
)
def test_only_a_notice_is_repeated_out_of_doubt_and_not_for_ever(kind: Kind, tries: int, again: bool) -> None:
    assert repeats(kind, tries) is again


@pytest.mark.parametrize(
    ("expires_at", "given_up"),
    [(None, NOW + GIVE_UP_AFTER), (NOW + timedelta(days=1), NOW + timedelta(days=1)), (NOW + timedelta(days=30), NOW + GIVE_UP_AFTER), (NOW, NOW)],
)
def test_mail_is_given_up_at_its_end_or_after_five_days(expires_at: datetime | None, given_up: datetime) -> None:
    assert gives_up_at(expires_at, NOW) == given_up


def test_no_move_leads_from_inflight_to_queued() -> None:
    assert (State.INFLIGHT, State.QUEUED) not in MOVES
    assert {to for origin, to in MOVES if origin is State.INFLIGHT} == {
        State.HANDED_OVER,
        State.RETRY_WAIT,
        State.REJECTED,
        State.EXPIRED,
        State.IN_DOUBT,
    }


def test_nothing_leaves_a_final_state_and_all_else_can_end() -> None:
    assert not {origin for origin, _ in MOVES} & FINAL
    assert {origin for origin, _ in MOVES} | FINAL == set(State)
    assert {to for _, to in MOVES} == set(State)


def test_only_inflight_and_doubt_lead_to_handed_over() -> None:
    assert {origin for origin, to in MOVES if to is State.HANDED_OVER} == {State.INFLIGHT, State.IN_DOUBT}


def test_states_are_grouped() -> None:
    assert set(State) == WAITING | HELD | NEWS
    assert {State(origin) for origin, to in MOVES if to is State.CANCELLED} == CANCELLABLE
    assert len(WAITS) == 7
