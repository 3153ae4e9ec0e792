"""The moves of a delivery. Each is a compare-and-set on (id, attempt, state): it happens once, or somebody else was first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.deliveries.models import WAITS, Delivery, DeliveryAttempt
from app.deliveries.rules import HELD, MOVES, NEWS, Kind, State, repeats, wait

DELIVERY = Delivery.__table__.c
UPDATE = update(Delivery.__table__)  # type: ignore[arg-type]
ADD_LINE = insert(DeliveryAttempt.__table__)  # type: ignore[arg-type]


class Claim(NamedTuple):
    """A worker's hold on a delivery. It ends when anybody raises `attempt` or changes the state."""

    id: int
    attempt: int
    kind: Kind
    tries: int
    due_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Ending:
    """What an attempt came to: the move out of the state it was held in, and its line in the log."""

    claim: Claim
    held: State
    state: State
    worker: str
    started_at: datetime
    ended_at: datetime
    due_at: datetime | None = None
    tries: int = 0
    captured: bool = False
    code: int | None = None
    enhanced: str | None = None
    text: str = ""
    times: dict[str, str] = field(default_factory=dict)


def move(session: Session, delivery_id: int, attempt: int, origin: State, to: State, *, now: datetime, **changes: Any) -> bool:
    """Move a delivery from one state to another; False = it is not in that state and attempt any more. Raises ValueError for no move of ours."""
    if (origin, to) not in MOVES:
        raise ValueError(f"no delivery goes from {origin} to {to}")
    changes |= {"state": to, "state_at": now, "unread": to in NEWS}
    if to not in HELD:
        changes |= {"claimed_by": None, "lease_until": None}
    here = (DELIVERY.id == delivery_id, DELIVERY.attempt == attempt, DELIVERY.state == origin)
    return session.connection().execute(UPDATE.where(*here).values(changes)).rowcount == 1


def claim(session: Session, *, limit: int, worker: str, now: datetime, lease_until: datetime) -> list[Claim]:
    """Take up to `limit` mails that are due, the longest due first. Each hold is new: its attempt grew by one."""
    due = (
        select(DELIVERY.id, DELIVERY.state)
        .where(WAITS, DELIVERY.due_at <= now, DELIVERY.expires_at > now)
        .order_by(DELIVERY.due_at, DELIVERY.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    hold = {"state": State.CLAIMED, "state_at": now, "attempt": DELIVERY.attempt + 1, "claimed_by": worker, "lease_until": lease_until}
    rows = session.execute(
        UPDATE.where(DELIVERY.id.in_(select(due.c.id)), WAITS)
        .values(hold)
        .returning(DELIVERY.id, DELIVERY.attempt, DELIVERY.kind, DELIVERY.tries, DELIVERY.due_at, DELIVERY.expires_at)
    )
    claims = [Claim(row.id, row.attempt, Kind(row.kind), row.tries, row.due_at, row.expires_at) for row in rows]
    return sorted(claims, key=lambda claim: (claim.due_at, claim.id))


def begin(session: Session, claim: Claim, *, now: datetime, lease_until: datetime) -> bool:
    """Claimed -> inflight: from here on only evidence or a human sends it again. False = the hold was lost (cancelled, or its lease ran out).

    Asked again after a commit whose answer got lost, it says True: the attempt is ours alone.
    """
    if move(session, claim.id, claim.attempt, State.CLAIMED, State.INFLIGHT, now=now, lease_until=lease_until):
        return True
    return _is_at(session, claim, State.INFLIGHT)


def release(session: Session, claims: Sequence[Claim], *, now: datetime) -> None:
    """Give back what was claimed and not begun."""
    for claim in claims:
        move(session, claim.id, claim.attempt, State.CLAIMED, State.QUEUED, now=now)


def end(session: Session, ending: Ending) -> bool:
    """Store what an attempt came to, with its line in the log. False = the hold was lost meanwhile, or it is stored already."""
    changes: dict[str, Any] = {"tries": ending.tries, "captured": ending.captured, "code": ending.code, "reason": ending.text or None}
    if ending.due_at is not None:
        changes["due_at"] = ending.due_at
    claim, now = ending.claim, ending.ended_at
    moved = move(session, claim.id, claim.attempt, ending.held, ending.state, now=now, **changes)
    if not moved and ending.state is State.HANDED_OVER:  # the lease ran out, but the server's yes came after all
        moved = move(session, claim.id, claim.attempt, State.IN_DOUBT, State.HANDED_OVER, now=now, **changes)
    if moved:
        log(session, ending)
        if ending.state is State.IN_DOUBT:
            _repeat(session, claim, tries=ending.tries, now=now)
    return moved


def doubt(session: Session, claim: Claim, *, worker: str, reason: str, now: datetime) -> bool:
    """Inflight -> in doubt, for a worker that is gone; a notice is queued again at once. False = it came to an end meanwhile."""
    return end(session, Ending(claim, State.INFLIGHT, State.IN_DOUBT, worker, now, now, tries=claim.tries + 1, text=reason))


def log(session: Session, ending: Ending) -> None:
    """Add a line to the log of attempts."""
    line = {name: getattr(ending, name) for name in ("worker", "started_at", "ended_at", "code", "enhanced", "times")}
    values = {"delivery_id": ending.claim.id, "attempt": ending.claim.attempt, "outcome": ending.state, "text": ending.text or None, **line}
    session.connection().execute(ADD_LINE.values(values))


def _repeat(session: Session, claim: Claim, *, tries: int, now: datetime) -> None:
    if repeats(claim.kind, tries):
        move(session, claim.id, claim.attempt, State.IN_DOUBT, State.QUEUED, now=now, due_at=now + wait(tries, claim.id))


def _is_at(session: Session, claim: Claim, state: State) -> bool:
    here = (DELIVERY.id == claim.id, DELIVERY.attempt == claim.attempt, DELIVERY.state == state)
    return session.execute(select(DELIVERY.id).where(*here)).first() is not None
