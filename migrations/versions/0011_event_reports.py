"""Letters that groups report of their events."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("group_name", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("email_hash", sa.String(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("scrubbed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('post', 'fax', 'hand')", name=op.f("ck_event_report_channel")),
        sa.CheckConstraint("letters BETWEEN 1 AND 1000", name=op.f("ck_event_report_letters")),
        sa.CheckConstraint("state IN ('counted', 'taken_back')", name=op.f("ck_event_report_state")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_event_report_campaign_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_report")),
        sa.UniqueConstraint("key", name=op.f("uq_event_report_key")),
    )
    op.create_index("ix_event_report_campaign_id", "event_report", ["campaign_id"], unique=False)
    op.create_index("ix_event_report_email_hash", "event_report", ["email_hash"], unique=False)
    op.create_index(
        "ix_event_report_kept",
        "event_report",
        ["reported_at"],
        unique=False,
        postgresql_where=sa.text("scrubbed_at IS NULL"),
        sqlite_where=sa.text("scrubbed_at IS NULL"),
    )
