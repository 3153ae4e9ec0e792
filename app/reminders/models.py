"""Planned nudges: one row for each supporter and step."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, UtcDateTime
from app.reminders.rules import State


class Reminder(Base):
    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("campaign_id", "supporter_id", "round", "step"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        CheckConstraint("step >= 0", name="step"),
        CheckConstraint("state <> 'skipped' OR reason IS NOT NULL", name="reason"),
        Index("ix_reminder_due", "due_at", "id", postgresql_where=text("state = 'planned'"), sqlite_where=text("state = 'planned'")),
        Index("ix_reminder_supporter", "supporter_id"),
        Index("ix_reminder_appeal", "appeal_id"),
        Index(
            "ix_reminder_delivery",
            "delivery_id",
            postgresql_where=text("delivery_id IS NOT NULL"),
            sqlite_where=text("delivery_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporter.id", ondelete="CASCADE"))
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(Integer)
    step: Mapped[int] = mapped_column(Integer)
    """Days before the deadline."""
    deadline_on: Mapped[date] = mapped_column(Date)
    """The deadline this was planned for; once the campaign has another one, the plan is made anew."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it is looked at next: by the plan, or later when it had to wait."""
    state: Mapped[str] = mapped_column(String, default=State.PLANNED)
    reason: Mapped[str | None] = mapped_column(String)
    """Why it was skipped."""
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id", ondelete="SET NULL"))
