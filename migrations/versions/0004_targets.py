"""Officials one writes to, and how each is addressed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "target",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("emails", sa.JSON(), nullable=False),
        sa.Column("fax", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.CheckConstraint("role <> ''", name=op.f("ck_target_role")),
        sa.CheckConstraint("length(country) = 2", name=op.f("ck_target_country")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    op.create_table(
        "salutation",
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_salutation_text")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_salutation_target_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("target_id", "language", name=op.f("pk_salutation")),
    )
