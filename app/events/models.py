"""What groups report of the letters they wrote together."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Sealed, UtcDateTime
from app.events.rules import MOST_LETTERS, ReportState, Way


def _one_of(column: str, values: type[ReportState] | type[Way]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class EventReport(Base):
    """That a group says it wrote so many letters. Nobody has proven it; it is counted apart from people who have written."""

    __tablename__ = "event_report"
    __table_args__ = (
        CheckConstraint(f"letters BETWEEN 1 AND {MOST_LETTERS}", name="letters"),
        CheckConstraint(_one_of("channel", Way), name="channel"),
        CheckConstraint(_one_of("state", ReportState), name="state"),
        Index("ix_event_report_campaign_id", "campaign_id"),
        Index("ix_event_report_email_hash", "email_hash"),
        Index(
            "ix_event_report_kept",
            "reported_at",
            postgresql_where=text("scrubbed_at IS NULL"),
            sqlite_where=text("scrubbed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String, unique=True)
    """Of the form it came from, so that a form sent twice counts once."""
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    letters: Mapped[int] = mapped_column(Integer)
    channel: Mapped[str] = mapped_column(String)
    held_on: Mapped[date] = mapped_column(Date)
    """The day of the ledger line it stands in, too."""
    place: Mapped[str] = mapped_column(Sealed, default="")
    group_name: Mapped[str] = mapped_column(Sealed, default="")
    email: Mapped[str | None] = mapped_column(Sealed)
    """For questions about the report; unproven, and never written to by the platform."""
    email_hash: Mapped[str | None] = mapped_column(String)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String, default=ReportState.COUNTED)
    scrubbed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When place, group and e-mail were deleted."""
