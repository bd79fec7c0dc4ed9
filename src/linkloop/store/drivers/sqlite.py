"""SQLite as the operational store: WAL, full durability, one writer at a time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection


def connect(url: str) -> sa.Engine:
    """An engine for `sqlite:///path/to/log.db`; the folder is made if it is missing.

    Every commit is on disk before it returns (WAL with synchronous=FULL). Transactions are begun by the caller
    of `begin_write`, at once as writers, so that two processes wait for each other instead of failing midway.
    """
    target = sa.make_url(url)
    if target.database and target.database != ":memory:":
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url, connect_args={"timeout": 30, "check_same_thread": False}, pool_size=16, max_overflow=32
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # we say BEGIN ourselves
        cursor = connection.cursor()
        # The size counts for a database that is made now: a commit touches fewer of larger pages.
        cursor.execute("PRAGMA page_size=8192")
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.execute("PRAGMA wal_autocheckpoint=4000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        mode = connection.get_execution_options().get("linkloop_write")
        # On the driver's own cursor: SQLAlchemy's way to it costs ten times what the statement does.
        cursor = connection.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if mode else "BEGIN")
        cursor.close()

    return engine


def exclusive(connection: sa.Connection) -> None:
    """Nothing more to take: BEGIN IMMEDIATE already made this the only writer."""
