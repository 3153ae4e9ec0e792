"""What is done with one embassy."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import audit
from app.errors import Refused
from app.targets.models import Embassy, Target
from app.targets.queries import Entry


def remove_embassy(session: Session, entry: Entry, *, actor: str, now: datetime) -> None:
    """Take an embassy out of the directory, from every country it is accredited to. Raises Refused when letters were written to it."""
    try:
        with session.begin_nested():
            session.execute(delete(Embassy).where(Embassy.target_id == entry.target.id))
            session.execute(delete(Target).where(Target.id == entry.target.id))
    except IntegrityError:
        raise Refused("Letters were written to this embassy, so it stays. Load a file with its new data instead.") from None
    countries = ", ".join(entry.accredited_to)
    audit.record(session, actor=actor, verb="delete", subject=f"embassy {entry.represents} in {countries}", now=now)
