"""Alarms that wait, in the order in which they are due."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# SQLite keeps 64-bit integers only as INTEGER PRIMARY KEY.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "alarm_queue",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("due", BIG, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("set_at", BIG, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("cause_id", sa.Text(), nullable=False),
        sa.Column("hop", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("alarm_queue_due", "alarm_queue", ["due", "key"], unique=False)


def downgrade() -> None:
    op.drop_table("alarm_queue")
