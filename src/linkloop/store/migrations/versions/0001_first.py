"""The first schema: log, state, inbox, ledger, outbox, cursors, dead letters, settings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "cursors",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("consumer"),
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "inbox",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("source", "external_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(("ix_ledger_decision_id"), "ledger", ["decision_id"], unique=False)
    op.create_table(
        "log",
        sa.Column(
            "offset",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_event", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("offset"),
    )
    op.create_index(
        "log_cases",
        "log",
        ["case_id", "offset"],
        unique=False,
        sqlite_where=sa.text("case_id <> ''"),
        postgresql_where=sa.text("case_id <> ''"),
    )
    op.create_index(
        "log_rows",
        "log",
        ["kind", "key", "offset"],
        unique=False,
        sqlite_where=sa.text("is_event = 0"),
        postgresql_where=sa.text("is_event = 0"),
    )
    op.create_table(
        "outbox",
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("action_kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lease", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("effect_key"),
    )
    op.create_index(("ix_outbox_decision_id"), "outbox", ["decision_id"], unique=False)
    op.create_index(
        "outbox_open",
        "outbox",
        ["due", "seq"],
        unique=False,
        sqlite_where=sa.text("status IN ('waiting','sending','unclear')"),
        postgresql_where=sa.text("status IN ('waiting','sending','unclear')"),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "state",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ix1", sa.Text(), nullable=True),
        sa.Column("ix2", sa.Text(), nullable=True),
        sa.Column("offset", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "state_ix1",
        "state",
        ["kind", "ix1"],
        unique=False,
        sqlite_where=sa.text("ix1 IS NOT NULL"),
        postgresql_where=sa.text("ix1 IS NOT NULL"),
    )
    op.create_index(
        "state_ix2",
        "state",
        ["kind", "ix2"],
        unique=False,
        sqlite_where=sa.text("ix2 IS NOT NULL"),
        postgresql_where=sa.text("ix2 IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "state_ix2",
        table_name="state",
        sqlite_where=sa.text("ix2 IS NOT NULL"),
        postgresql_where=sa.text("ix2 IS NOT NULL"),
    )
    op.drop_index(
        "state_ix1",
        table_name="state",
        sqlite_where=sa.text("ix1 IS NOT NULL"),
        postgresql_where=sa.text("ix1 IS NOT NULL"),
    )
    op.drop_table("state")
    op.drop_table("settings")
    op.drop_index(
        "outbox_open",
        table_name="outbox",
        sqlite_where=sa.text("status IN ('waiting','sending','unclear')"),
        postgresql_where=sa.text("status IN ('waiting','sending','unclear')"),
    )
    op.drop_index(("ix_outbox_decision_id"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(
        "log_rows",
        table_name="log",
        sqlite_where=sa.text("is_event = 0"),
        postgresql_where=sa.text("is_event = 0"),
    )
    op.drop_index(
        "log_cases",
        table_name="log",
        sqlite_where=sa.text("case_id <> ''"),
        postgresql_where=sa.text("case_id <> ''"),
    )
    op.drop_table("log")
    op.drop_index(("ix_ledger_decision_id"), table_name="ledger")
    op.drop_table("ledger")
    op.drop_table("inbox")
    op.drop_table("dead_letters")
    op.drop_table("cursors")
