"""Reading people and caps."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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


def find_cap(session: Session, email_hash: str, *, lock: bool = False) -> AddressCap | None:
    """What was sent to an unproven address; `lock` keeps others from changing it until the transaction ends."""
    return session.get(AddressCap, email_hash, with_for_update=lock)


def count_recent_confirmations(session: Session, now: datetime) -> int:
    """Addresses that were sent a confirmation within the breaker's window."""
    return session.scalar(select(func.count()).where(AddressCap.last_sent_at > now - BREAKER_WINDOW)) or 0
