"""The life of one outgoing mail (design section 4). Values in, values out."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.mail.transport import Stage


class Kind(StrEnum):
    """A letter goes out at most once; a notice at least once."""

    LETTER = "letter"
    NOTICE = "notice"


class State(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    INFLIGHT = "inflight"
    HANDED_OVER = "handed_over"
    RETRY_WAIT = "retry_wait"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    IN_DOUBT = "in_doubt"


WAITING = frozenset({State.QUEUED, State.RETRY_WAIT})
HELD = frozenset({State.CLAIMED, State.INFLIGHT})
"""States in which a worker holds the mail, under a lease."""
CANCELLABLE = WAITING | {State.CLAIMED}
"""Not yet given to a server: a worker that holds the claim finds it gone before it hands over the first byte."""
FINAL = frozenset({State.HANDED_OVER, State.REJECTED, State.EXPIRED, State.CANCELLED})
NEWS = FINAL | {State.IN_DOUBT}
"""States whose arrival is news for whoever queued the mail."""

MOVES: frozenset[tuple[State, State]] = frozenset(
    {
        (State.QUEUED, State.CLAIMED),
        (State.QUEUED, State.CANCELLED),
        (State.QUEUED, State.EXPIRED),
        (State.RETRY_WAIT, State.CLAIMED),
        (State.RETRY_WAIT, State.CANCELLED),
        (State.RETRY_WAIT, State.EXPIRED),
        (State.CLAIMED, State.INFLIGHT),
        (State.CLAIMED, State.QUEUED),
        (State.CLAIMED, State.RETRY_WAIT),
        (State.CLAIMED, State.REJECTED),
        (State.CLAIMED, State.CANCELLED),
        (State.CLAIMED, State.EXPIRED),
        (State.INFLIGHT, State.HANDED_OVER),
        (State.INFLIGHT, State.RETRY_WAIT),
        (State.INFLIGHT, State.REJECTED),
        (State.INFLIGHT, State.EXPIRED),
        (State.INFLIGHT, State.IN_DOUBT),
        (State.IN_DOUBT, State.HANDED_OVER),
        (State.IN_DOUBT, State.QUEUED),
    }
)
"""Every move there is. No timer may make (INFLIGHT, QUEUED); it is not here."""

GIVE_UP_AFTER = timedelta(days=5)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30, 60))
"""How long to wait after each try; the last one again and again."""
JITTER = 0.2
MOST_REPEATS = 5
"""Tries after which even a notice in doubt is no longer repeated: something takes it and never says so."""
LOGIN_CODES = frozenset({530, 534, 535, 538})


class Trouble(StrEnum):
    """What a failure is about, and so what it costs."""

    PATH = "path"
    """The way to the relay: no try is counted, and the relay is left alone for a while."""
    OURS = "ours"
    """Our own settings (login, sender address): the same, and somebody must look."""
    LATER = "later"
    REFUSED = "refused"
    DOUBT = "doubt"
    """The line broke after the whole mail was sent: it may have been taken."""


class After(NamedTuple):
    """Where a failed attempt leads. `due_at` is set where it will be tried again."""

    state: State
    due_at: datetime | None
    tries: int


def trouble(stage: Stage, code: int | None) -> Trouble:
    """What a failure at `stage` means; `code` is the server's answer, None when there was none (delivery notes: reply classes)."""
    if code is None:
        return {Stage.FINAL: Trouble.DOUBT, Stage.LOGIN: Trouble.OURS}.get(stage, Trouble.PATH)
    if stage is Stage.CONNECT or (code == 421 and stage is not Stage.FINAL):
        return Trouble.PATH
    if stage is Stage.LOGIN or (code in LOGIN_CODES and stage is not Stage.FINAL):
        return Trouble.PATH if code < 500 else Trouble.OURS
    if code < 500:
        return Trouble.LATER
    if stage is Stage.SENDER and code != 552:  # 552: the relay finds this one mail too big
        return Trouble.OURS
    return Trouble.REFUSED


def after(what: Trouble, *, tries: int, delivery_id: int, now: datetime, expires_at: datetime) -> After:
    """Where an attempt that failed leads: refused for good, in doubt, another try, or expired where that would come too late."""
    counted = tries + (what not in {Trouble.PATH, Trouble.OURS})
    if what is Trouble.REFUSED:
        return After(State.REJECTED, None, counted)
    if what is Trouble.DOUBT:
        return After(State.IN_DOUBT, None, counted)
    due_at = now + wait(tries, delivery_id)
    if due_at >= expires_at:
        return After(State.EXPIRED, None, counted)
    return After(State.RETRY_WAIT, due_at, counted)


def wait(tries: int, delivery_id: int) -> timedelta:
    """How long to wait after `tries` counted tries before this one; spread by the id, so that a crowd does not come back at once."""
    spread = (delivery_id * 2654435761 % 2**32) / 2**32
    return WAITS[min(tries, len(WAITS) - 1)] * (1 - JITTER + 2 * JITTER * spread)


def repeats(kind: Kind, tries: int) -> bool:
    """Whether a mail in doubt goes out again by itself: a notice does, a letter waits for a human."""
    return kind is Kind.NOTICE and tries < MOST_REPEATS


def gives_up_at(expires_at: datetime | None, due_at: datetime) -> datetime:
    """The moment a mail is given up: five days after it was due, or when its sender says."""
    latest = due_at + GIVE_UP_AFTER
    return latest if expires_at is None else min(expires_at, latest)
