"""Appeals and their letters."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_pace_campaign_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_pace_target_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("campaign_id", "target_id", name=op.f("pk_pace")),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("supporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("email_hash", sa.String(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("letter_language", sa.String(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("personal_lines", sa.LargeBinary(), nullable=False),
        sa.Column("answer_direct", sa.Boolean(), nullable=False),
        sa.Column("remind", sa.Boolean(), nullable=False),
        sa.Column("tell_new", sa.Boolean(), nullable=False),
        sa.Column("wants_letter", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted", sa.String(), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scrubbed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("counted IS NULL OR counted IN ('sent', 'reported')", name=op.f("ck_appeal_counted")),
        sa.CheckConstraint("state <> 'proven' OR proven_at IS NOT NULL", name=op.f("ck_appeal_proven_at")),
        sa.CheckConstraint("state IN ('draft', 'proven', 'superseded')", name=op.f("ck_appeal_state")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_appeal_campaign_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_appeal_edition_id")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_appeal_supporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("key", name=op.f("uq_appeal_key")),
    )
    op.create_index(
        "ix_appeal_draft",
        "appeal",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'draft'"),
        sqlite_where=sa.text("state = 'draft'"),
    )
    op.create_index("ix_appeal_email_hash", "appeal", ["email_hash"], unique=False)
    op.create_index(
        "ix_appeal_reminded",
        "appeal",
        ["campaign_id", "round", "supporter_id"],
        unique=False,
        postgresql_where=sa.text("state = 'proven' AND remind AND counted IS NULL"),
        sqlite_where=sa.text("state = 'proven' AND remind AND counted IS NULL"),
    )
    op.create_index("ix_appeal_supporter", "appeal", ["supporter_id"], unique=False)
    op.create_index(
        "ix_appeal_unthanked",
        "appeal",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'proven' AND thanked_at IS NULL"),
        sqlite_where=sa.text("state = 'proven' AND thanked_at IS NULL"),
    )
    op.create_index(
        "uq_appeal_proven",
        "appeal",
        ["campaign_id", "supporter_id", "round"],
        unique=True,
        postgresql_where=sa.text("state = 'proven'"),
        sqlite_where=sa.text("state = 'proven'"),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("appeal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("channel IN ('platform', 'own_mail', 'print')", name=op.f("ck_letter_channel")),
        sa.CheckConstraint(
            "state IN ('prepared', 'waiting', 'released', 'reported', 'captured', 'handed_over', 'in_doubt', 'rejected', 'expired', 'cancelled', 'withdrawn')",
            name=op.f("ck_letter_state"),
        ),
        sa.CheckConstraint("state NOT IN ('waiting', 'released') OR channel = 'platform'", name=op.f("ck_letter_waits_by_platform")),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_letter_appeal_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_letter_delivery_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_letter_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("appeal_id", "target_id", "channel", name=op.f("uq_letter_appeal_id_target_id_channel")),
    )
    op.create_index("ix_letter_delivery", "letter", ["delivery_id"], unique=False)
    op.create_index(
        "ix_letter_waiting",
        "letter",
        ["target_id", "waiting_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
