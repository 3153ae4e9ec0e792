"""People who sign in at the desk, and what they are trusted with. Columns are named as Flask-Security asks for them."""

# mypy: disable-error-code="assignment"
# Flask-Security's mixins declare plain attributes where the mapping has Mapped ones.

from datetime import datetime
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import Boolean, CheckConstraint, Column, Dialect, ForeignKey, String, Table
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.rules import RoleName
from app.db import Base, Id, Sealed, UtcDateTime


class SealedCodes(Sealed):
    """A list of codes, encrypted as one text."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return super().process_bind_param(None if value is None else ",".join(value), dialect)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        codes = super().process_result_value(value, dialect)
        return codes.split(",") if codes else []


staff_role = Table(
    "staff_role",
    Base.metadata,
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Role(Base, RoleMixin):
    """One of the names in `rules.RoleName`; the row is made with the first person who has it."""

    __tablename__ = "role"
    __table_args__ = (CheckConstraint(f"name IN ({', '.join(repr(str(name)) for name in RoleName)})", name="name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String, unique=True)


class Staff(Base, UserMixin):
    """A person who signs in. The e-mail is stored plain and normalised."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("email <> ''", name="email"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String, unique=True)
    password: Mapped[str | None] = mapped_column(String)
    """An argon2id hash."""
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    """Names the person in sessions; a new one ends all of them."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(Sealed)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(SealedCodes()))

    roles: Mapped[list[Role]] = relationship(secondary=staff_role, lazy="selectin", order_by=Role.name)

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(role.name for role in self.roles)
