"""Urgent actions: campaigns, editions, texts, counts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cap_per_hour", sa.Integer(), nullable=False),
        sa.Column("reply_to", sa.String(), nullable=False),
        sa.Column("reminders", sa.JSON(), nullable=False),
        sa.Column("outcome_kind", sa.String(), nullable=True),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("outcome_story", sa.JSON(), nullable=False),
        sa.CheckConstraint("outcome_kind IS NULL OR outcome_kind IN ('good', 'partly', 'bad', 'unknown')", name=op.f("ck_campaign_outcome_kind")),
        sa.CheckConstraint("reply_to IN ('office')", name=op.f("ck_campaign_reply_to")),
        sa.CheckConstraint("state <> 'closed' OR closed_at IS NOT NULL", name=op.f("ck_campaign_closed_at")),
        sa.CheckConstraint("state = 'draft' OR published_at IS NOT NULL", name=op.f("ck_campaign_published_at")),
        sa.CheckConstraint("state IN ('draft', 'published', 'paused', 'closed')", name=op.f("ck_campaign_state")),
        sa.CheckConstraint("cap_per_hour > 0", name=op.f("ck_campaign_cap_per_hour")),
        sa.CheckConstraint("length(country) = 2", name=op.f("ck_campaign_country")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaign_slug")),
    )
    op.create_table(
        "announcement",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("supporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_announcement_campaign_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_announcement_delivery_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_announcement_supporter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("campaign_id", "supporter_id", name=op.f("pk_announcement")),
    )
    op.create_index(op.f("ix_announcement_sent_at"), "announcement", ["sent_at"], unique=False)
    op.create_index(op.f("ix_announcement_supporter_id"), "announcement", ["supporter_id"], unique=False)
    op.create_table(
        "campaign_target",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("copy", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_target_campaign_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_campaign_target_target_id")),
        sa.PrimaryKeyConstraint("campaign_id", "target_id", name=op.f("pk_campaign_target")),
    )
    op.create_index(op.f("ix_campaign_target_target_id"), "campaign_target", ["target_id"], unique=False)
    op.create_table(
        "count",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_count_campaign_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("campaign_id", "measure", "evidence", "day", "language", "country", name=op.f("pk_count")),
    )
    op.create_table(
        "edition",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("index_number", sa.String(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=False),
        sa.Column("asks_again", sa.Boolean(), nullable=False),
        sa.Column("preferred_languages", sa.JSON(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_edition_number")),
        sa.CheckConstraint("round >= 1", name=op.f("ck_edition_round")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_edition_campaign_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_edition_campaign_id_number")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("gender", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_person_name")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_person_campaign_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("campaign_id", "position", name=op.f("uq_person_campaign_id_position")),
    )
    op.create_table(
        "timeline_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_timeline_event_campaign_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_event")),
        sa.UniqueConstraint("campaign_id", "position", name=op.f("uq_timeline_event_campaign_id_position")),
    )
    op.create_table(
        "total",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_total_campaign_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("campaign_id", "measure", "evidence", name=op.f("pk_total")),
    )
    op.create_table(
        "text",
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("headline", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("case_text", sa.String(), nullable=False),
        sa.Column("demands", sa.JSON(), nullable=False),
        sa.Column("background", sa.String(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.CheckConstraint("body <> ''", name=op.f("ck_text_body")),
        sa.CheckConstraint("headline <> ''", name=op.f("ck_text_headline")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_text_edition_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("edition_id", "language", name=op.f("pk_text")),
    )
