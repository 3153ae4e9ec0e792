"""The directory of embassies, and whether a campaign sends them copies."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "embassy",
        sa.Column("represents", sa.String(), nullable=False),
        sa.Column("accredited_to", sa.String(), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("length(represents) = 2", name=op.f("ck_embassy_represents")),
        sa.CheckConstraint("length(accredited_to) = 2", name=op.f("ck_embassy_accredited_to")),
        sa.CheckConstraint("represents <> accredited_to", name=op.f("ck_embassy_abroad")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_embassy_target_id")),
        sa.PrimaryKeyConstraint("represents", "accredited_to", name=op.f("pk_embassy")),
    )
    op.create_index(op.f("ix_embassy_target_id"), "embassy", ["target_id"], unique=False)
    op.add_column("campaign", sa.Column("embassies", sa.Boolean(), server_default=sa.true(), nullable=False))
