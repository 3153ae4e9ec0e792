"""The outbox: deliveries, their bytes and attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mail", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("captured", sa.Boolean(), nullable=False),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('letter', 'notice')", name=op.f("ck_delivery_kind")),
        sa.CheckConstraint(
            "state IN ('queued', 'claimed', 'inflight', 'handed_over', 'retry_wait', 'rejected', 'expired', 'cancelled', 'in_doubt')",
            name=op.f("ck_delivery_state"),
        ),
        sa.CheckConstraint("attempt >= 0", name=op.f("ck_delivery_attempt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("message_id", name=op.f("uq_delivery_message_id")),
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'retry_wait')"),
        sqlite_where=sa.text("state IN ('queued', 'retry_wait')"),
    )
    op.create_index(
        "ix_delivery_expires_at",
        "delivery",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'retry_wait')"),
        sqlite_where=sa.text("state IN ('queued', 'retry_wait')"),
    )
    op.create_index(
        "ix_delivery_held",
        "delivery",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("state IN ('claimed', 'inflight')"),
        sqlite_where=sa.text("state IN ('claimed', 'inflight')"),
    )
    op.create_index(
        "ix_delivery_unread", "delivery", ["mail", "id"], unique=False, postgresql_where=sa.text("unread"), sqlite_where=sa.text("unread")
    )
    op.create_table(
        "delivery_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("enhanced", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_attempt_delivery_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempt")),
        sa.UniqueConstraint("delivery_id", "attempt", "outcome", name=op.f("uq_delivery_attempt_delivery_id_attempt_outcome")),
    )
    op.create_index(
        "uq_delivery_attempt_handed_over",
        "delivery_attempt",
        ["delivery_id"],
        unique=True,
        postgresql_where=sa.text("outcome = 'handed_over'"),
        sqlite_where=sa.text("outcome = 'handed_over'"),
    )
    op.create_table(
        "delivery_content",
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("recipients", sa.LargeBinary(), nullable=False),
        sa.Column("recipient_hash", sa.String(), nullable=False),
        sa.Column("mime", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_content_delivery_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_delivery_content")),
    )
    op.create_index(op.f("ix_delivery_content_recipient_hash"), "delivery_content", ["recipient_hash"], unique=False)
