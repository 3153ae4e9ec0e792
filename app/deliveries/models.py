"""The outbox: one narrow row for each mail, its bytes apart, and a log of attempts that is only added to."""

from datetime import datetime

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Id, Sealed, SealedBytes, UtcDateTime
from app.deliveries.rules import Kind, State

WAITS = text("state IN ('queued', 'retry_wait')")
"""Said in the same words by an index and by the queries that must use it."""
HELD = text("state IN ('claimed', 'inflight')")


def one_of(column: str, values: type[Kind] | type[State]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class Delivery(Base):
    """One outgoing mail. Every change of `state` is a compare-and-set on (id, attempt, state)."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind"),
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint("attempt >= 0", name="attempt"),
        Index("ix_delivery_due", "due_at", "id", postgresql_where=WAITS, sqlite_where=WAITS),
        Index("ix_delivery_expires_at", "expires_at", postgresql_where=WAITS, sqlite_where=WAITS),
        Index("ix_delivery_held", "lease_until", postgresql_where=HELD, sqlite_where=HELD),
        Index("ix_delivery_unread", "mail", "id", postgresql_where=text("unread"), sqlite_where=text("unread")),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    mail: Mapped[str] = mapped_column(String)
    """Which mail it is: the name of its folder under templates/emails, or `letter`."""
    state: Mapped[str] = mapped_column(String, default=State.QUEUED)
    """Only `moves.move` changes it."""
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    """Grows with each claim; a worker that lost its claim can change nothing any more."""
    message_id: Mapped[str] = mapped_column(String, unique=True)
    domain: Mapped[str] = mapped_column(String)
    """Of the first recipient, plain."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it is given up."""
    claimed_by: Mapped[str | None] = mapped_column(String)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    """Attempts that count towards giving up; also picks the next waiting time."""
    captured: Mapped[bool] = mapped_column(Boolean, default=False)
    """It went into the file outbox and no further."""
    unread: Mapped[bool] = mapped_column(Boolean, default=False)
    """Its last change has not been absorbed by whoever queued it."""
    code: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str | None] = mapped_column(String)
    """The server's last words, without addresses."""

    content: Mapped["DeliveryContent | None"] = relationship(back_populates="delivery", cascade="all, delete-orphan", passive_deletes=True)


class DeliveryContent(Base):
    """The final bytes, rendered once; deleted at retention."""

    __tablename__ = "delivery_content"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True)
    sender: Mapped[str] = mapped_column(String)
    """Envelope sender."""
    recipients: Mapped[str] = mapped_column(Sealed)
    """Envelope recipients, one a line."""
    recipient_hash: Mapped[str] = mapped_column(String, index=True)
    """Keyed hash of the first recipient: finds what is to be erased."""
    mime: Mapped[bytes] = mapped_column(SealedBytes)

    delivery: Mapped[Delivery] = relationship(back_populates="content")


class DeliveryAttempt(Base):
    """What one attempt came to. Rows are only ever added."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (
        UniqueConstraint("delivery_id", "attempt", "outcome"),
        Index(
            "uq_delivery_attempt_handed_over",
            "delivery_id",
            unique=True,
            postgresql_where=text("outcome = 'handed_over'"),
            sqlite_where=text("outcome = 'handed_over'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"))
    attempt: Mapped[int] = mapped_column(Integer)
    worker: Mapped[str] = mapped_column(String)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String)
    """The state it led to."""
    code: Mapped[int | None] = mapped_column(Integer)
    enhanced: Mapped[str | None] = mapped_column(String)
    text: Mapped[str | None] = mapped_column(String)
    times: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """ISO times of connect, rcpt, data and reply, as far as it came."""
