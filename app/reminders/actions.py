"""Planning reminders, sending them, stopping them, forgetting them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Integer, Select, String, bindparam, case, delete, literal, select, text, update
from sqlalchemy.orm import Session

from app import db
from app.db import UtcDateTime
from app.deliveries import actions as deliveries
from app.deliveries.actions import Prepared
from app.deliveries.models import Delivery
from app.letters.models import Appeal
from app.letters.rules import AppealState
from app.reminders import queries
from app.reminders.models import Reminder
from app.reminders.queries import Due, Step
from app.reminders.rules import SLOTS, Reason, Send, Skip, State, Wait, may_send, slots, to_plan
from app.supporters.models import Supporter

MAIL = "reminder"


@dataclass(frozen=True)
class Planning:
    """What there is to plan for a step: one INSERT ... SELECT, and the stretches of supporters it is to be run for."""

    statement: Any
    stretches: list[tuple[int, int]]
    """Supporter ids: after the first, up to the second."""


def prepare(session: Session, step: Step, *, size: int, now: datetime) -> Planning | None:
    """Find who is to be planned, in stretches of `size` people, and when people of each zone and slot are reminded. None = nobody.

    Whoever has the reminder keeps the one they have, so it may run twice and at once. A reminder that was planned for another deadline
    and not sent follows the deadline; one that was sent is never touched.
    """
    zones = queries.list_zones(session, step)
    coming = {zone: to_plan(slots(step.deadline_on, step.campaign_zone, step.days, zone), now) for zone in zones}
    moments = {zone: by_slot for zone, by_slot in coming.items() if by_slot}
    if not moments:
        return None
    names = ["campaign_id", "supporter_id", "appeal_id", "round", "step", "deadline_on", "due_at", "state", "state_at"]
    insert = db.insert(session, Reminder).from_select(names, _people(step, moments, now))
    changes = {name: insert.excluded[name] for name in ("appeal_id", "deadline_on", "due_at", "state", "state_at")}
    statement = insert.on_conflict_do_update(
        index_elements=["campaign_id", "supporter_id", "round", "step"],
        set_={**changes, "reason": None},
        where=(Reminder.state != State.SENT) & (Reminder.deadline_on != insert.excluded.deadline_on),
    )
    return Planning(statement.execution_options(preserve_rowcount=True), list(queries.list_stretches(session, step, size=size)))


def plan(session: Session, planning: Planning, stretch: tuple[int, int]) -> int:
    """Plan the reminders of one stretch of supporters. Returns how many."""
    after, upto = stretch
    return session.connection().execute(planning.statement, {"after": after, "upto": upto}).rowcount


def _people(step: Step, moments: Mapping[str, Mapping[int, datetime]], now: datetime) -> Select[*tuple[Any, ...]]:
    """The rows to be planned: of everybody whose zone and slot have a moment."""
    by_zone = {zone: case(_literals(by_slot), value=Supporter.id % SLOTS) for zone, by_slot in moments.items()}
    people = (
        select(
            Appeal.campaign_id,
            Appeal.supporter_id,
            Appeal.id,
            Appeal.round,
            literal(step.days, Integer).label("step"),
            literal(step.deadline_on, Date).label("deadline_on"),
            case(by_zone, value=Supporter.timezone).label("due_at"),
            literal(State.PLANNED, String).label("state"),
            literal(now, UtcDateTime).label("state_at"),
        )
        .join(Supporter, Supporter.id == Appeal.supporter_id)
        .where(*queries.unplanned(step), Appeal.supporter_id > bindparam("after"), Appeal.supporter_id <= bindparam("upto"))
        .order_by(Appeal.supporter_id)
        .subquery()
    )
    return select(people).where(people.c.due_at.is_not(None))


def _literals(by_slot: Mapping[int, datetime]) -> dict[int, BindParameter[datetime]]:
    return {slot: literal(moment, UtcDateTime) for slot, moment in by_slot.items()}


def settle(session: Session, ids: Collection[int], mails: Mapping[int, Prepared | None], *, now: datetime) -> int:
    """Decide once more over reminders whose time has come, and put the mails of those that go into the outbox. Returns how many go.

    `mails` holds what was rendered, by reminder, None where no mail could be made. Two workers never send one twice, nor two reminders to one person.
    """
    going: dict[int, tuple[Due, Prepared]] = {}
    changes: list[dict[str, Any]] = []
    for due in queries.lock_due(session, ids, now):
        match may_send(due.case, now):
            case Skip(reason):
                changes.append({"id": due.id, **_skipped(reason, now)})
            case Wait(reason, until) if until is not None:
                changes.append({"id": due.id, "reason": reason, "due_at": until})
            case Send() if due.id in mails:
                mail = mails[due.id]
                if mail is None:
                    changes.append({"id": due.id, **_skipped(Reason.UNSENDABLE, now)})
                else:
                    going.setdefault(due.supporter_id, (due, mail))
    sent = deliveries.queue_all(session, [mail for _, mail in going.values()])
    for (due, _), delivery in zip(going.values(), sent, strict=True):
        changes.append({"id": due.id, "state": State.SENT, "reason": None, "state_at": now, "delivery_id": delivery.id})
    if changes:
        session.execute(update(Reminder), changes)
    if going:
        session.execute(update(Supporter).where(Supporter.id.in_(going)).values(mailed_at=now).execution_options(synchronize_session=False))
    return len(going)


def hold(session: Session, campaign_id: int, *, now: datetime) -> int:
    """The campaign is paused: mails that have not left are taken back and wait with the rest. Returns how many."""
    back = {"state": State.PLANNED, "reason": Reason.PAUSED, "delivery_id": None, "state_at": now}
    return _take_back(session, Reminder.campaign_id == campaign_id, back, now=now)


def stop(session: Session, campaign_id: int, *, now: datetime) -> int:
    """The campaign is closed: mails that have not left are taken back. Returns how many.

    What is planned never goes out, for the campaign is asked before every mail; the planning job drops it.
    """
    return _take_back(session, Reminder.campaign_id == campaign_id, _skipped(Reason.CLOSED, now), now=now)


def drop(session: Session, ids: Collection[int], reason: Reason, *, now: datetime) -> int:
    """Skip reminders that are planned. Returns how many."""
    return _drop(session, Reminder.id.in_(ids), reason, now=now)


def stop_for(session: Session, supporter_id: int, *, now: datetime) -> int:
    """A person wants no more reminders, of any campaign. Asking twice changes nothing. Returns how many were stopped."""
    session.execute(update(Appeal).where(Appeal.supporter_id == supporter_id, Appeal.remind).values(remind=False))
    theirs = Reminder.supporter_id == supporter_id
    dropped = _drop(session, theirs, Reason.NOT_WANTED, now=now)
    return dropped + _take_back(session, theirs, _skipped(Reason.NOT_WANTED, now), now=now)


def want_again(session: Session, supporter_id: int, *, now: datetime) -> int:
    """A person wants reminders after all, for whatever they have not written. Steps whose time is past stay past. Returns how many come back."""
    session.execute(update(Appeal).where(Appeal.supporter_id == supporter_id, Appeal.state == AppealState.PROVEN, ~Appeal.remind).values(remind=True))
    stopped = (Reminder.supporter_id == supporter_id, Reminder.state == State.SKIPPED, Reminder.reason == Reason.NOT_WANTED, Reminder.due_at > now)
    back = update(Reminder).where(*stopped).values(state=State.PLANNED, reason=None, state_at=now)
    return session.execute(back).rowcount  # type: ignore[attr-defined, no-any-return]


def erase(session: Session, supporter_id: int) -> int:
    """Forget the reminders of a person. Their mails go with all others to the address. Returns the rows gone."""
    return session.execute(delete(Reminder).where(Reminder.supporter_id == supporter_id)).rowcount  # type: ignore[attr-defined, no-any-return]


def _drop(session: Session, which: ColumnElement[bool], reason: Reason, *, now: datetime) -> int:
    planned = update(Reminder).where(which, Reminder.state == State.PLANNED).values(_skipped(reason, now))
    return session.execute(planned.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined, no-any-return]


def _skipped(reason: Reason, now: datetime) -> dict[str, Any]:
    return {"state": State.SKIPPED, "reason": reason, "state_at": now}


def _take_back(session: Session, which: ColumnElement[bool], after: Mapping[str, Any], *, now: datetime) -> int:
    taken = [one for one in session.scalars(_waiting(which)).all() if deliveries.cancel(session, one, now=now)]
    people = select(Reminder.supporter_id).where(Reminder.delivery_id.in_(taken))
    session.execute(update(Supporter).where(Supporter.id.in_(people)).values(mailed_at=None).execution_options(synchronize_session=False))
    session.execute(update(Reminder).where(Reminder.delivery_id.in_(taken)).values(after).execution_options(synchronize_session=False))
    return len(taken)


def _waiting(which: ColumnElement[bool]) -> Select[int]:
    """Reminders in the outbox. Starts from what waits there, which is little, and not from all reminders there ever were."""
    ours = select(Reminder.id).where(Reminder.delivery_id == Delivery.id, which).exists()
    return select(Delivery.id).where(text("delivery.state IN ('queued', 'retry_wait')"), Delivery.mail == MAIL, ours).order_by(Delivery.id)
