"""People whose address is proven, and what we may mail to an address that is not."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Sealed, UtcDateTime


class Supporter(Base):
    """A person whose address is proven. Rows are made by confirming, never by signing up."""

    __tablename__ = "supporter"
    __table_args__ = (CheckConstraint("length(email_hash) = 64", name="email_hash"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email_hash: Mapped[str] = mapped_column(String, unique=True)
    email: Mapped[str] = mapped_column(Sealed)
    email_domain: Mapped[str] = mapped_column(String)
    name: Mapped[str] = mapped_column(Sealed)
    place: Mapped[str] = mapped_column(Sealed, default="")
    country: Mapped[str] = mapped_column(String)
    language: Mapped[str] = mapped_column(String)
    timezone: Mapped[str] = mapped_column(String)
    """Of their country; reminders come at its hours."""
    consent: Mapped[str] = mapped_column(String)
    """Version of the consent text they agreed to."""
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tell_new: Mapped[bool] = mapped_column(Boolean, default=False, index=True)
    """Wants to hear of new actions."""
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the last reminder went to them; at most one in 20 hours."""


class AddressCap(Base):
    """Confirmations sent to an address that nobody has proven since. Holds a keyed hash, never the address."""

    __tablename__ = "address_cap"
    __table_args__ = (CheckConstraint("length(email_hash) = 64", name="email_hash"), CheckConstraint("sent >= 0", name="sent"))

    email_hash: Mapped[str] = mapped_column(String, primary_key=True)
    sent: Mapped[int] = mapped_column(Integer, default=0)
    last_sent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
