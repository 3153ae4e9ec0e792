"""A supporter's answer to a campaign, and the letters it is made of."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, join, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.campaigns.models import Campaign, Edition
from app.db import Base, Id, Sealed, UtcDateTime
from app.letters.rules import AppealState, Channel, Counted, LetterState, Safety
from app.supporters.models import Supporter
from app.targets.models import Embassy, Target


def _one_of(column: str, values: type[AppealState | Channel | LetterState | Counted | Safety]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class Appeal(Base):
    """One supporter's answer to one campaign in one round. A draft until its address is proven; then unique."""

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint(_one_of("state", AppealState), name="state"),
        CheckConstraint(f"counted IS NULL OR {_one_of('counted', Counted)}", name="counted"),
        CheckConstraint("state <> 'proven' OR proven_at IS NOT NULL", name="proven_at"),
        CheckConstraint(_one_of("safety", Safety), name="safety"),
        CheckConstraint("own_share BETWEEN 0 AND 100", name="own_share"),
        Index(
            "uq_appeal_proven",
            "campaign_id",
            "supporter_id",
            "round",
            unique=True,
            postgresql_where=text("state = 'proven'"),
            sqlite_where=text("state = 'proven'"),
        ),
        Index("ix_appeal_draft", "created_at", postgresql_where=text("state = 'draft'"), sqlite_where=text("state = 'draft'")),
        Index(
            "ix_appeal_unthanked",
            "id",
            postgresql_where=text("state = 'proven' AND thanked_at IS NULL"),
            sqlite_where=text("state = 'proven' AND thanked_at IS NULL"),
        ),
        Index("ix_appeal_email_hash", "email_hash"),
        Index("ix_appeal_supporter", "supporter_id"),
        Index(
            "ix_appeal_reminded",
            "campaign_id",
            "round",
            "supporter_id",
            postgresql_where=text("state = 'proven' AND remind AND counted IS NULL"),
            sqlite_where=text("state = 'proven' AND remind AND counted IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String, unique=True)
    """Random; what the tokens of its pages name."""
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    round: Mapped[int] = mapped_column(Integer)
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("supporter.id"))
    state: Mapped[str] = mapped_column(String, default=AppealState.DRAFT)
    email_hash: Mapped[str] = mapped_column(String)
    email: Mapped[str] = mapped_column(Sealed)
    name: Mapped[str] = mapped_column(Sealed)
    place: Mapped[str] = mapped_column(Sealed, default="")
    latin_name: Mapped[str | None] = mapped_column(Sealed)
    """The name in Latin letters, for letters in a language that is written in them; NULL = as it is."""
    country: Mapped[str] = mapped_column(String)
    safety: Mapped[str] = mapped_column(String, default=Safety.FULL, server_default=Safety.FULL)
    """How much of the writer an official sees."""
    language: Mapped[str] = mapped_column(String)
    """Of the interface and of the mails to the writer."""
    letter_language: Mapped[str] = mapped_column(String)
    """One of the edition's; any other only for a letter written freely."""
    subject: Mapped[str] = mapped_column(Sealed, default="")
    """The writer's own subject; empty = the model one."""
    personal_lines: Mapped[str] = mapped_column(Sealed, default="")
    rewritten: Mapped[str | None] = mapped_column(Sealed)
    """What the writer put in place of all between salutation and signature; NULL = the model text."""
    own_share: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Percent of the letter that is the writer's own; not changed any more once the writer is counted."""
    answer_direct: Mapped[bool] = mapped_column(Boolean, default=False)
    """The office may answer the writer at their own address."""
    remind: Mapped[bool] = mapped_column(Boolean, default=False)
    tell_new: Mapped[bool] = mapped_column(Boolean, default=False)
    wants_letter: Mapped[bool] = mapped_column(Boolean, default=True)
    """False: signed up for the reminder alone."""
    consent: Mapped[str] = mapped_column(String)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counted: Mapped[str | None] = mapped_column(String)
    """How this person stands in the public number; NULL = not written."""
    counted_on: Mapped[date | None] = mapped_column(Date)
    """The day of the ledger line this person stands in."""
    thanked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    missed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the writer was told that a letter missed the deadline."""
    scrubbed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the letter's text was deleted at retention."""

    campaign: Mapped[Campaign] = relationship()
    edition: Mapped[Edition] = relationship()
    supporter: Mapped[Supporter | None] = relationship()
    embassy: Mapped[Target | None] = relationship(
        secondary=lambda: join(Campaign.__table__, Embassy.__table__, Campaign.country == Embassy.represents),
        primaryjoin="and_(Appeal.campaign_id == Campaign.id, Appeal.country == Embassy.accredited_to)",
        secondaryjoin="Embassy.target_id == Target.id",
        viewonly=True,
        uselist=False,
    )
    """Of the country that is written to, in the writer's country; whether it gets a copy says `queries.addressees_of`."""
    letters: Mapped[list["Letter"]] = relationship(
        back_populates="appeal", cascade="all, delete-orphan", passive_deletes=True, order_by="Letter.id", lazy="selectin"
    )


class Letter(Base):
    """An appeal addressed to one target by one channel, with how surely it went out."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("appeal_id", "target_id", "channel"),
        CheckConstraint(_one_of("channel", Channel), name="channel"),
        CheckConstraint(_one_of("state", LetterState), name="state"),
        CheckConstraint("state NOT IN ('held', 'waiting', 'released') OR channel = 'platform'", name="waits_by_platform"),
        Index("ix_letter_waiting", "target_id", "waiting_at", postgresql_where=text("state = 'waiting'"), sqlite_where=text("state = 'waiting'")),
        Index("ix_letter_held", "appeal_id", postgresql_where=text("state = 'held'"), sqlite_where=text("state = 'held'")),
        Index("ix_letter_delivery", "delivery_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id", ondelete="CASCADE"))
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    channel: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String, default=LetterState.PREPARED)
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waiting_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id", ondelete="SET NULL"))
    reason: Mapped[str | None] = mapped_column(String)

    appeal: Mapped[Appeal] = relationship(back_populates="letters")
    target: Mapped[Target] = relationship(lazy="selectin")


class Pace(Base):
    """When a target may be sent the next letter; a row, so a restart forgets nothing."""

    __tablename__ = "pace"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
