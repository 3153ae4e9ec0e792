"""Officials and offices, how each is addressed in a language, and which of them are embassies."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Id
from app.targets import phones, postal


class Target(Base):
    """An official or office one writes to."""

    __tablename__ = "target"
    __table_args__ = (CheckConstraint("role <> ''", name="role"), CheckConstraint("length(country) = 2", name="country"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    role: Mapped[str] = mapped_column(String)
    name: Mapped[str] = mapped_column(String, default="")
    organisation: Mapped[str] = mapped_column(String, default="")
    address: Mapped[list[str] | dict[str, str]] = mapped_column(JSON, default=list)
    """Postal address without role, name and country: a line each, or the fields of a `PostalAddress`. Shown by `address_lines`."""
    country: Mapped[str] = mapped_column(String)
    emails: Mapped[list[str]] = mapped_column(JSON, default=list)
    fax: Mapped[str] = mapped_column(String, default="")
    phone: Mapped[str] = mapped_column(String, default="")
    """Numbers as they were typed; shown by `fax_number` and `phone_number`."""
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

    @property
    def address_lines(self) -> list[str]:
        """The postal address, a line each, in the order of the country."""
        return postal.lines(self.address, self.country)

    @property
    def fax_number(self) -> str:
        """The fax number in international form."""
        return phones.international(self.fax, self.country)

    @property
    def phone_number(self) -> str:
        """The telephone number in international form."""
        return phones.international(self.phone, self.country)

    @property
    def phone_link(self) -> str:
        """The address of a link that calls the telephone number; "" where there is none to call."""
        return phones.telephone_link(self.phone, self.country)


class Salutation(Base):
    """How a letter to a target opens in one language, without the mark that follows."""

    __tablename__ = "salutation"
    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String, primary_key=True)
    text: Mapped[str] = mapped_column(String)
    position: Mapped[int] = mapped_column(Integer, default=0)


class Embassy(Base):
    """That a target speaks for one country in another. An embassy that is accredited to several countries has a row for each."""

    __tablename__ = "embassy"
    __table_args__ = (
        CheckConstraint("length(represents) = 2", name="represents"),
        CheckConstraint("length(accredited_to) = 2", name="accredited_to"),
        CheckConstraint("represents <> accredited_to", name="abroad"),
    )

    represents: Mapped[str] = mapped_column(String, primary_key=True)
    """The country whose embassy it is."""
    accredited_to: Mapped[str] = mapped_column(String, primary_key=True)
    """The country whose supporters write to it; its seat may be in another one, `target.country`."""
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), index=True)

    target: Mapped[Target] = relationship()
