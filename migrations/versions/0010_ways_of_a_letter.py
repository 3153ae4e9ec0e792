"""Post and fax apart; letters that a coordinator looks at; how much of themselves writers show; letters written freely."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHANNELS = "channel IN ('platform', 'own_mail', 'post', 'fax')"
STATES = (
    "state IN ('prepared', 'held', 'returned', 'waiting', 'released', 'reported', 'captured', 'handed_over', 'delivered', 'bounced', 'answered', "
    "'in_doubt', 'rejected', 'expired', 'cancelled', 'withdrawn')"
)
BY_PLATFORM = "state NOT IN ('held', 'waiting', 'released') OR channel = 'platform'"
CHECKS = {"ck_letter_channel": CHANNELS, "ck_letter_state": STATES, "ck_letter_waits_by_platform": BY_PLATFORM}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _make_letter_anew()
    else:
        for name in CHECKS:
            op.drop_constraint(op.f(name), "letter", type_="check")
        op.execute("UPDATE letter SET channel = 'post' WHERE channel = 'print'")
        for name, rule in CHECKS.items():
            op.create_check_constraint(op.f(name), "letter", rule)
    op.create_index(
        "ix_letter_held",
        "letter",
        ["appeal_id"],
        unique=False,
        postgresql_where=sa.text("state = 'held'"),
        sqlite_where=sa.text("state = 'held'"),
    )
    safety = sa.CheckConstraint("safety IN ('full', 'no_street', 'initials')", name=op.f("ck_appeal_safety"))
    own_share = sa.CheckConstraint("own_share BETWEEN 0 AND 100", name=op.f("ck_appeal_own_share"))
    op.add_column("appeal", sa.Column("latin_name", sa.LargeBinary(), nullable=True))
    op.add_column("appeal", sa.Column("safety", sa.String(), safety, server_default="full", nullable=False))
    op.add_column("appeal", sa.Column("rewritten", sa.LargeBinary(), nullable=True))
    op.add_column("appeal", sa.Column("own_share", sa.Integer(), own_share, server_default="0", nullable=False))


def _make_letter_anew() -> None:
    """SQLite changes no constraint of a table that is there. Nothing refers to letters, so none is lost when the old table goes."""
    op.drop_index("ix_letter_delivery", table_name="letter")
    op.drop_index("ix_letter_waiting", table_name="letter")
    op.rename_table("letter", "letter_before")
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(name)) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_letter_appeal_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_letter_delivery_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_letter_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("appeal_id", "target_id", "channel", name=op.f("uq_letter_appeal_id_target_id_channel")),
    )
    columns = "id, appeal_id, target_id, channel, state, state_at, waiting_at, delivery_id, reason"
    op.execute(f"INSERT INTO letter ({columns}) SELECT {columns.replace('channel', _POST_FOR_PRINT)} FROM letter_before")
    op.drop_table("letter_before")
    op.create_index("ix_letter_delivery", "letter", ["delivery_id"], unique=False)
    op.create_index("ix_letter_waiting", "letter", ["target_id", "waiting_at"], unique=False, sqlite_where=sa.text("state = 'waiting'"))


_POST_FOR_PRINT = "CASE channel WHEN 'print' THEN 'post' ELSE channel END"
