"""A bare log for store tests: rows and events appended as the engine appends them, without the engine."""

from __future__ import annotations

from pathlib import Path

import msgspec
import sqlalchemy as sa

import linkloop.commerce.catalog
import linkloop.commerce.conversations
import linkloop.commerce.customers
import linkloop.commerce.loop
import linkloop.commerce.orders
import linkloop.commerce.parcels
import linkloop.commerce.payments
import linkloop.commerce.stock
import linkloop.commerce.watching  # noqa: F401  (all tables that a query may name)
from linkloop.core.event import Event
from linkloop.core.table import Table, key_of, table_name
from linkloop.store.codec import encode
from linkloop.store.drivers.sqlite import connect
from linkloop.store.schema import log, metadata


def bare_log(folder: Path) -> sa.Engine:
    """An empty log in a file, with the pragmas of the product."""
    engine = connect(f"sqlite:///{folder}/log.db")
    metadata.create_all(engine)
    return engine


def say(engine: sa.Engine, *rows: Table) -> int:
    """Append rows in one transaction; the last offset."""
    return say_raw(engine, *[(table_name(type(r)), key_of(r), encode(r), isinstance(r, Event)) for r in rows])


def say_raw(engine: sa.Engine, *rows: tuple[str, str, bytes, bool]) -> int:
    """Append (kind, key, body, is_event); the last offset."""
    with engine.execution_options(linkloop_write=True).begin() as connection:
        last = connection.execute(sa.select(sa.func.max(log.c.offset))).scalar() or 0
        lines = [
            {"offset": last + n, "id": "", "at": 0, "kind": kind, "key": key, "case_id": "", "source": "test",
             "is_event": int(is_event), "body": body}
            for n, (kind, key, body, is_event) in enumerate(rows, 1)
        ]  # fmt: skip
        connection.execute(sa.insert(log), lines)
        return last + len(rows)


class Fault(BaseException):
    """A kill: nothing may catch it and go on."""


class Crash(msgspec.Struct):
    """Counts steps and dies at the n-th."""

    at: int
    seen: int = 0

    def step(self) -> None:
        self.seen += 1
        if self.seen == self.at:
            raise Fault
