"""What happens to people: proven, asked not to be mailed, forgotten."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app import db
from app.supporters.models import AddressCap, Supporter


def note_confirmation(session: Session, email_hash: str, *, sent: int, now: datetime) -> bool:
    """Count one more confirmation mail to an unproven address that was `sent` that many. False: another sign-up for it was counted meanwhile."""
    if sent:
        one_more = update(AddressCap.__table__).where(AddressCap.email_hash == email_hash, AddressCap.sent == sent)  # type: ignore[arg-type]
        return session.connection().execute(one_more.values(sent=sent + 1, last_sent_at=now)).rowcount == 1
    first = {"email_hash": email_hash, "sent": 1, "last_sent_at": now}
    return session.connection().scalar(_first_confirmation(session.get_bind().dialect.name), first) is not None


@cache
def _first_confirmation(dialect: str) -> Any:
    """Built once per dialect: it is asked for with every sign-up."""
    return db.insert_for(dialect, AddressCap).on_conflict_do_nothing().returning(AddressCap.sent)


def prove(session: Session, fresh: Supporter) -> Supporter:
    """The one supporter of this address: `fresh` if it is new, else the known row with the details just proven.

    Two at once end in one row: the second insert meets the unique address and updates.
    """
    details = {
        name: getattr(fresh, name)
        for name in ("email", "email_domain", "name", "place", "country", "language", "timezone", "consent", "confirmed_at")
    }
    tell_new = bool(fresh.tell_new)
    insert = db.insert(session, Supporter).values(email_hash=fresh.email_hash, tell_new=tell_new, **details)
    changes: dict[str, object] = {name: insert.excluded[name] for name in details}
    if tell_new:
        changes["tell_new"] = True
    statement = insert.on_conflict_do_update(index_elements=["email_hash"], set_=changes).returning(Supporter.id)
    supporter_id = session.scalars(statement).one()
    session.execute(delete(AddressCap).where(AddressCap.email_hash == fresh.email_hash))
    return session.get_one(Supporter, supporter_id, populate_existing=True)


def set_wishes(session: Session, supporter: Supporter, *, tell_new: bool) -> None:
    """Whether they hear of new actions."""
    supporter.tell_new = tell_new


def stop_mail(session: Session, supporter_id: int) -> None:
    """No announcements any more; asking twice changes nothing."""
    session.execute(update(Supporter).where(Supporter.id == supporter_id).values(tell_new=False))


def erase(session: Session, email_hash: str) -> int:
    """Forget a person; whatever refers to them is erased before by the features above. Returns the rows gone."""
    caps = session.scalars(delete(AddressCap).where(AddressCap.email_hash == email_hash).returning(AddressCap.email_hash)).all()
    people = session.scalars(delete(Supporter).where(Supporter.email_hash == email_hash).returning(Supporter.id)).all()
    return len(caps) + len(people)


def forget_caps(session: Session, *, before: datetime) -> int:
    """Drop the caps of addresses that were last mailed before a moment. Returns how many."""
    return len(session.execute(delete(AddressCap).where(AddressCap.last_sent_at < before).returning(AddressCap.email_hash)).all())
