"""Reading people and caps."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.orm import Session

from app.db import UtcDateTime
from app.errors import NotFound
from app.supporters.models import AddressCap, Supporter
from app.supporters.rules import BREAKER_WINDOW


def get_supporter(session: Session, supporter_id: int) -> Supporter:
    """The supporter with this id. Raises NotFound."""
    supporter = session.get(Supporter, supporter_id)
    if supporter is None:
        raise NotFound
    return supporter


def find_supporter(session: Session, email_hash: str) -> Supporter | None:
    return session.scalar(select(Supporter).where(Supporter.email_hash == email_hash))


class Mailed(NamedTuple):
    """What was sent of late to an unproven address, and to all of them."""

    sent: int
    last_sent_at: datetime | None
    recent: int
    """Addresses that were sent a confirmation within the breaker's window."""


_RECENT = select(func.count()).where(AddressCap.last_sent_at > bindparam("since", type_=UtcDateTime)).scalar_subquery()
_ASKED = select(literal(1).label("one")).subquery()
_MAILED = select(AddressCap.sent, AddressCap.last_sent_at, _RECENT.label("recent")).select_from(
    _ASKED.outerjoin(AddressCap, AddressCap.email_hash == bindparam("email_hash"))
)


def get_mailed(session: Session, email_hash: str, now: datetime) -> Mailed:
    """How often an address was sent a confirmation since it was last proven, and how many went out to everybody just now."""
    row = session.connection().execute(_MAILED, {"email_hash": email_hash, "since": now - BREAKER_WINDOW}).one()
    return Mailed(row.sent or 0, row.last_sent_at, row.recent)
