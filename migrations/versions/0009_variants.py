"""Openings and closings of a letter; what becomes of rewritten letters; hints about postage."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("text", sa.Column("openings", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("text", sa.Column("closings", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("campaign", sa.Column("postage", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    rewritten = sa.CheckConstraint("rewritten IN ('hold', 'allow')", name=op.f("ck_campaign_rewritten"))
    op.add_column("campaign", sa.Column("rewritten", sa.String(), rewritten, server_default="hold", nullable=False))
