"""Picks the database driver for a URL."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import sqlalchemy as sa

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

DRIVERS = {"sqlite": "linkloop.store.drivers.sqlite"}


def connect(url: str) -> sa.Engine:
    """An engine for a store's URL. Raises LinkloopError `store.driver` for a scheme that no driver serves."""
    scheme = url.split(":", 1)[0].split("+", 1)[0]
    if scheme not in DRIVERS:
        raise LinkloopError(
            "store.driver",
            Text(en=f"no store driver serves {scheme}:", zh=f"没有存储驱动支持 {scheme}:"),
            Text(en=f"Use one of: {', '.join(DRIVERS)}.", zh=f"请使用其中之一：{'、'.join(DRIVERS)}。"),
            where="log",
        )
    engine: sa.Engine = import_module(DRIVERS[scheme]).connect(url)
    return engine


class Statement:
    """A Core statement compiled once for a database, run with plain tuples: Core's checks, the driver's speed.

    Tuples follow `columns`, the order in which the statement names its bind parameters. It runs on the driver's own
    cursor, in the transaction that the connection has begun: a read costs a tenth of `exec_driver_sql`, and an answer
    to a customer makes dozens.
    """

    def __init__(self, engine: sa.Engine, statement: Any) -> None:
        compiled = statement.compile(engine, compile_kwargs={"render_postcompile": True})
        self.sql = str(compiled)
        self.columns: tuple[str, ...] = tuple(compiled.positiontup or ())

    def many(self, connection: sa.Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run once per tuple, as one batch; gives how many rows of the table it touched."""
        if not rows:
            return 0
        cursor = _cursor(connection)
        try:
            return int(cursor.executemany(self.sql, rows).rowcount)
        finally:
            cursor.close()

    def all(self, connection: sa.Connection, row: tuple[Any, ...]) -> Sequence[Any]:
        """Run once and give every row back as a tuple."""
        cursor = _cursor(connection)
        try:
            cursor.execute(self.sql, row)
            return cursor.fetchall()
        finally:
            cursor.close()


def _cursor(connection: sa.Connection) -> Any:
    driver = connection.connection.dbapi_connection
    assert driver is not None
    return driver.cursor()


def upsert(engine: sa.Engine, table: sa.Table, *, newer: str = "") -> Statement:
    """Insert or replace by primary key, whole rows in table order; with `newer`, only if that column does not fall."""
    insert = import_module(f"sqlalchemy.dialects.{engine.dialect.name}").insert(table)
    keys = [c.name for c in table.primary_key]
    changed = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
    guard = insert.excluded[newer] >= table.c[newer] if newer else None
    values = {c.name: sa.bindparam(c.name) for c in table.columns}
    return Statement(
        engine, insert.values(values).on_conflict_do_update(index_elements=keys, set_=changed, where=guard)
    )


def insert(engine: sa.Engine, table: sa.Table, *, but: tuple[str, ...] = ()) -> Statement:
    """Insert whole rows, all columns in table order, without those (`but`) that the database fills in itself."""
    names = [c.name for c in table.columns if c.name not in but]
    return Statement(engine, sa.insert(table).values({name: sa.bindparam(name) for name in names}))
