"""Officials and offices, and how each is addressed in a language."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Id


class Target(Base):
    """An official or office one writes to."""

    __tablename__ = "target"
    __table_args__ = (CheckConstraint("role <> ''", name="role"), CheckConstraint("length(country) = 2", name="country"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    role: Mapped[str] = mapped_column(String)
    name: Mapped[str] = mapped_column(String, default="")
    organisation: Mapped[str] = mapped_column(String, default="")
    address: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Postal address, a line each, without role, name and country."""
    country: Mapped[str] = mapped_column(String)
    emails: Mapped[list[str]] = mapped_column(JSON, default=list)
    fax: Mapped[str] = mapped_column(String, default="")
    phone: Mapped[str] = mapped_column(String, default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Languages the target reads, preferred first."""

    salutations: Mapped[list["Salutation"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Salutation.position", lazy="selectin"
    )

    @property
    def has_email(self) -> bool:
        return bool(self.emails)

    @property
    def title(self) -> str:
        """The target in one line: name and role, or role alone."""
        return f"{self.name}, {self.role}" if self.name else self.role


class Salutation(Base):
    """How a letter to a target opens in one language, without the mark that follows."""

    __tablename__ = "salutation"
    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String, primary_key=True)
    text: Mapped[str] = mapped_column(String)
    position: Mapped[int] = mapped_column(Integer, default=0)
