"""A body is written once: `present` (the table `state` until now) and the ledger point at the log row that has it.

The views `state` and `ledger_entries` give each row with its body, wherever that is. Rows that are there keep theirs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.rename_table("state", "present")
    op.add_column("ledger", sa.Column("offset", BIG, nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "sqlite":  # what the planner believes goes with the name
        op.execute("UPDATE sqlite_stat1 SET tbl = 'present' WHERE tbl = 'state'")
        op.execute("UPDATE sqlite_stat1 SET idx = 'present' WHERE idx = 'state'")
    op.execute(_view("state", "present", ("kind", "key", "ix1", "ix2", "offset"), ()))
    op.execute(_view("ledger_entries", "ledger", ("seq", "at", "decision_id", "entry"), ("hash",)))


def downgrade() -> None:
    op.execute("DROP VIEW state")
    op.execute("DROP VIEW ledger_entries")
    for table in ("present", "ledger"):
        op.execute(
            f'UPDATE {table} SET body = (SELECT l.body FROM log AS l WHERE l."offset" = {table}."offset")'
            " WHERE length(body) = 0"
        )
    op.drop_column("ledger", "offset")
    op.rename_table("present", "state")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE sqlite_stat1 SET tbl = 'state' WHERE tbl = 'present'")
        op.execute("UPDATE sqlite_stat1 SET idx = 'state' WHERE idx = 'present'")


def _view(name: str, table: str, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    body = (
        'CASE WHEN length(t.body) > 0 THEN t.body ELSE (SELECT l.body FROM log AS l WHERE l."offset" = t."offset") END'
    )
    columns = [*(f't."{one}"' for one in before), f"{body} AS body", *(f't."{one}"' for one in after)]
    return f"CREATE VIEW {name} AS SELECT {', '.join(columns)} FROM {table} AS t"
