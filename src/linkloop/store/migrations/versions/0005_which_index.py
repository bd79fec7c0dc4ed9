"""What SQLite's planner believes of the table of rows: that a kind is large and an index field selects a few.

Without statistics it walks all rows of a kind by primary key instead of using their index (5,000 parcels for the two
of a customer), for it cannot know that `kind` hardly selects. ANALYZE would say the truth of the day on which it ran,
an empty table on the first; these are the shape that any shop grows into. PostgreSQL keeps its own statistics.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

# Rows of the table, of a kind, and of a kind with one value of an index field (sqlite.org/fileformat2.html#stat1tab).
SHAPES = {"state": "1000000 20000 1", "state_ix1": "1000000 20000 8", "state_ix2": "1000000 20000 8"}


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("PRAGMA analysis_limit=1")
    op.execute("ANALYZE state")  # makes the table of statistics
    op.execute("DELETE FROM sqlite_stat1")
    for name, shape in SHAPES.items():
        op.execute(f"INSERT INTO sqlite_stat1 VALUES ('state', '{name}', '{shape}')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'state'")
