"""Urgent actions: the case, its editions, their texts, whom one writes to, and the counts that survive."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.campaigns import rules
from app.campaigns.rules import Outcome, ReplyTo, Rewritten, State
from app.db import Base, Id, UtcDateTime
from app.targets.models import Target


def _one_of(column: str, values: type[State] | type[Outcome] | type[ReplyTo] | type[Rewritten]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class Campaign(Base):
    """The case: one urgent action."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint(_one_of("state", State), name="state"),
        CheckConstraint(_one_of("reply_to", ReplyTo), name="reply_to"),
        CheckConstraint(_one_of("rewritten", Rewritten), name="rewritten"),
        CheckConstraint(f"outcome_kind IS NULL OR {_one_of('outcome_kind', Outcome)}", name="outcome_kind"),
        CheckConstraint("cap_per_hour > 0", name="cap_per_hour"),
        CheckConstraint("length(country) = 2", name="country"),
        CheckConstraint("state = 'draft' OR published_at IS NOT NULL", name="published_at"),
        CheckConstraint("state <> 'closed' OR closed_at IS NOT NULL", name="closed_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String, unique=True)
    reference: Mapped[str | None] = mapped_column(String)
    country: Mapped[str] = mapped_column(String)
    """Whose government is written to."""
    timezone: Mapped[str] = mapped_column(String)
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String, default=State.DRAFT)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Grows with every change a reader could see."""
    cap_per_hour: Mapped[int] = mapped_column(Integer, default=60)
    """Most letters to one target in an hour."""
    reply_to: Mapped[str] = mapped_column(String, default=ReplyTo.OFFICE)
    embassies: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether the embassy in a supporter's country gets a copy."""
    reminders: Mapped[list[int]] = mapped_column(JSON, default=lambda: [7, 3, 1])
    """Days before the deadline."""
    rewritten: Mapped[str] = mapped_column(String, default=Rewritten.HOLD, server_default=Rewritten.HOLD)
    """What becomes of letters whose body was rewritten, before the platform sends them."""
    postage: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default=text("'{}'"))
    """Language to a hint about what a stamp to the target costs."""
    outcome_kind: Mapped[str | None] = mapped_column(String)
    outcome_on: Mapped[date | None] = mapped_column(Date)
    outcome_story: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)

    people: Mapped[list["Person"]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="Person.position")
    targets: Mapped[list["CampaignTarget"]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="CampaignTarget.position")
    editions: Mapped[list["Edition"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Edition.number", back_populates="campaign"
    )
    timeline: Mapped[list["TimelineEvent"]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="TimelineEvent.position")

    @property
    def edition(self) -> "Edition":
        """The edition in force: the last one."""
        return self.editions[-1]

    def standing(self, now: datetime) -> rules.Standing:
        return rules.standing(State(self.state), self.editions[-1].deadline_on if self.editions else None, self.timezone, now)

    @property
    def deadline_at(self) -> datetime:
        """The first moment after the deadline day."""
        return rules.deadline_at(self.edition.deadline_on, self.timezone)

    def days_left(self, now: datetime) -> int:
        return rules.days_left(self.edition.deadline_on, self.timezone, now)


class Person(Base):
    """A person at risk."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("campaign_id", "position"), CheckConstraint("name <> ''", name="name"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String)
    gender: Mapped[str] = mapped_column(String, default="")
    note: Mapped[str] = mapped_column(String, default="")


class CampaignTarget(Base):
    """That a campaign writes to a target; a `copy` is sent the letter for information."""

    __tablename__ = "campaign_target"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(Integer)
    copy: Mapped[bool] = mapped_column(default=False)

    target: Mapped[Target] = relationship(lazy="selectin")


class Edition(Base):
    """One issued document of the case. A letter belongs to the edition it was written from."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("round >= 1", name="round"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    round: Mapped[int] = mapped_column(Integer, default=1)
    """Grows with each edition that asks everyone to write again."""
    index_number: Mapped[str | None] = mapped_column(String)
    issued_on: Mapped[date | None] = mapped_column(Date)
    deadline_on: Mapped[date] = mapped_column(Date)
    """The last day, in the campaign's zone."""
    asks_again: Mapped[bool] = mapped_column(default=False)
    preferred_languages: Mapped[list[str]] = mapped_column(JSON, default=list)

    campaign: Mapped[Campaign] = relationship(back_populates="editions")
    texts: Mapped[list["Text"]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="Text.position", lazy="selectin")

    def text(self, language: str) -> "Text | None":
        return next((text for text in self.texts if text.language == language), None)


class Text(Base):
    """An edition in one language."""

    __tablename__ = "text"
    __table_args__ = (CheckConstraint("headline <> ''", name="headline"), CheckConstraint("body <> ''", name="body"))

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    headline: Mapped[str] = mapped_column(String)
    summary: Mapped[str] = mapped_column(String, default="")
    case: Mapped[str] = mapped_column("case_text", String, default="")
    demands: Mapped[list[str]] = mapped_column(JSON, default=list)
    background: Mapped[str] = mapped_column(String, default="")
    subjects: Mapped[list[str]] = mapped_column(JSON, default=list)
    openings: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    """First lines after the salutation; a letter gets one of them."""
    closings: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    """Last lines before the signature; a letter gets one of them."""
    body: Mapped[str] = mapped_column(String)
    """The letter, with {{ placeholders }}."""


class TimelineEvent(Base):
    """What happened in the case, told in each language."""

    __tablename__ = "timeline_event"
    __table_args__ = (UniqueConstraint("campaign_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    on: Mapped[date | None] = mapped_column("on_date", Date)
    text: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    source: Mapped[str] = mapped_column(String, default="")


class Announcement(Base):
    """That a supporter is told of a new action, once."""

    __tablename__ = "announcement"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporter.id", ondelete="CASCADE"), primary_key=True, index=True)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class Count(Base):
    """A ledger line: how many on a day, for one measure, evidence, letter language and country of the writer.

    Measures: `people` (who have written, once per round), `letters`, and `events` (letters groups report). Lines hold no person and survive erasure.
    """

    __tablename__ = "count"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    measure: Mapped[str] = mapped_column(String, primary_key=True)
    evidence: Mapped[str] = mapped_column(String, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    language: Mapped[str] = mapped_column(String, primary_key=True)
    country: Mapped[str] = mapped_column(String, primary_key=True)
    n: Mapped[int] = mapped_column(Integer, default=0)


class Total(Base):
    """The sum of a campaign's ledger over days, languages and countries: one small row instead of counting."""

    __tablename__ = "total"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    measure: Mapped[str] = mapped_column(String, primary_key=True)
    evidence: Mapped[str] = mapped_column(String, primary_key=True)
    n: Mapped[int] = mapped_column(Integer, default=0)
