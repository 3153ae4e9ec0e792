"""What is done with staff accounts."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from app import audit
from app.accounts.models import Role, Staff
from app.accounts.queries import find_role, find_staff
from app.accounts.rules import RoleName
from app.errors import Conflict


def create(session: Session, email: str, *, password_hash: str, role: RoleName, actor: str, now: datetime) -> Staff:
    """A new person with one role. `email` is normalised, the password hashed by the caller. Raises Conflict if the e-mail is taken."""
    if find_staff(session, email):
        raise Conflict(email)
    staff = Staff(email=email, password=password_hash, active=True, fs_uniquifier=uuid.uuid4().hex, created_at=now)
    staff.roles = [find_role(session, role) or Role(name=role)]
    session.add(staff)
    session.flush()
    audit.record(session, actor=actor, verb="create", subject=f"staff {email}", now=now, role=str(role))
    return staff


def set_password(session: Session, staff: Staff, *, password_hash: str, actor: str, now: datetime) -> None:
    """A new password, which ends every session of this person."""
    staff.password = password_hash
    staff.fs_uniquifier = uuid.uuid4().hex
    audit.record(session, actor=actor, verb="set password", subject=f"staff {staff.email}", now=now)
