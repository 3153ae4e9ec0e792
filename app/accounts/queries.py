"""Finding people who sign in."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Role, Staff


def find_staff(session: Session, email: str) -> Staff | None:
    """The person with this e-mail, in whatever case it is typed."""
    return session.scalar(select(Staff).where(func.lower(Staff.email) == email.lower()))


def list_staff(session: Session) -> list[Staff]:
    """Everybody, by e-mail."""
    return list(session.scalars(select(Staff).order_by(Staff.email)))


def find_role(session: Session, name: str) -> Role | None:
    return session.scalar(select(Role).where(Role.name == name))
