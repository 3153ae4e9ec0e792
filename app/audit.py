"""Who did what at the desk and on the command line. Rows are only ever added; they hold no personal data of supporters."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Id, UtcDateTime


class AuditEntry(Base):
    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String)
    """A staff e-mail, `command line`, or `system`."""
    verb: Mapped[str] = mapped_column(String)
    subject: Mapped[str] = mapped_column(String)
    """Kind and name, e.g. `campaign lopez-eviction`."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def record(session: Session, *, actor: str, verb: str, subject: str, now: datetime, **details: Any) -> None:
    """Add one line to the audit trail, in the caller's transaction."""
    session.add(AuditEntry(at=now, actor=actor, verb=verb, subject=subject, details=details))
