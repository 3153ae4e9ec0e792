"""People whose address is proven, and caps for those whose is not."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "address_cap",
        sa.Column("email_hash", sa.String(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(email_hash) = 64", name=op.f("ck_address_cap_email_hash")),
        sa.CheckConstraint("sent >= 0", name=op.f("ck_address_cap_sent")),
        sa.PrimaryKeyConstraint("email_hash", name=op.f("pk_address_cap")),
    )
    op.create_index(op.f("ix_address_cap_last_sent_at"), "address_cap", ["last_sent_at"], unique=False)
    op.create_table(
        "supporter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email_hash", sa.String(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_domain", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tell_new", sa.Boolean(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(email_hash) = 64", name=op.f("ck_supporter_email_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporter")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_supporter_email_hash")),
    )
    op.create_index(op.f("ix_supporter_tell_new"), "supporter", ["tell_new"], unique=False)
