"""The operational store of one shop: opened by URL, migrated, with one writer and many readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.store.drivers.pick import connect
from linkloop.store.facts import LiveFacts
from linkloop.store.schema import log, outbox
from linkloop.store.writes import Place, Writes, WriteStatements

REVISION = "0006"
FLYING = 20_000
PLACED = 200_000
_STATUS = list(outbox.c.keys()).index("status")


class Store:
    """Log, state, inbox, ledger, outbox and cursors behind one engine.

    `write()` is one transaction; only one thread of a process may write at a time (the loop), and two processes
    take turns. `read()` is a snapshot.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.facts = LiveFacts(engine)
        self._statements = WriteStatements(engine)
        self._writer = engine.execution_options(linkloop_write=True)
        self._kept: sa.Connection | None = None  # the writer's, between two transactions
        self._head = -1
        self._ledger_tail: tuple[int, bytes] | None = None
        self._placed: dict[tuple[str, str], Place] = {}  # rows that this process wrote, as they stand
        self._flying: dict[str, tuple[Any, ...]] = {}  # outbox rows of effects that the world has not answered for

    @contextmanager
    def write(self) -> Iterator[Writes]:
        """Everything inside commits together, durably, or not at all."""
        with self._writing() as connection, connection.begin():
            head = head_of(connection)
            if head != self._head:  # another process wrote since
                self.facts.forget()
                self._flying.clear()
                self._placed.clear()
                self._ledger_tail = None
            self.facts.connection = connection
            known = (self._ledger_tail, self._flying, self._placed)
            writes = Writes(connection, self._statements, self.facts, head, *known)
            try:
                yield writes
                writes.flush()
                connection.commit()
            except BaseException:
                self.facts.settle(kept=False)
                self._flying.clear()
                self._placed.clear()
                self._head = -1
                raise
            self.facts.settle(kept=True)
            self._fly(writes.outbox)
            self._place(writes.state)
            self._head, self._ledger_tail = writes.head, writes.ledger_tail

    def _fly(self, said: dict[str, tuple[Any, ...]]) -> None:
        """Keep what was sent until it is answered for, which is soon: it is looked at again then."""
        if len(self._flying) > FLYING:
            self._flying.clear()
        for key, row in said.items():
            if row[_STATUS] == "sending":
                self._flying[key] = row
            else:
                self._flying.pop(key, None)

    def _place(self, said: dict[tuple[str, str], tuple[Any, ...]]) -> None:
        """Keep where rows stand and by what they are found: most that are written again are found by the same."""
        if len(self._placed) + len(said) > PLACED:
            self._placed.clear()
        for place, (_, _, one, two, offset, _) in said.items():
            self._placed[place] = Place(offset, one, two)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A connection that is kept for the next transaction: a pool's check-out costs as much as a small commit."""
        connection, self._kept = self._kept or self._writer.connect(), None
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if self._kept is None:
            self._kept = connection
        else:
            connection.close()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent snapshot."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close every connection; one that is used later opens anew."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()
        self.engine.dispose()


def head_of(connection: sa.Connection) -> int:
    """The last log offset, 0 for an empty log."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_HEAD)
        [(head,)] = cursor.fetchall()
        return int(head or 0)
    finally:
        cursor.close()


_HEAD = str(sa.select(sa.func.max(log.c.offset)))


def open_store(url: str) -> Store:
    """Open (and create or migrate) the store at a URL such as `sqlite:////var/lib/shop/log.db`.

    Raises LinkloopError `store.newer` when a newer version of Linkloop wrote it.
    """
    engine = connect(url)
    current = _revision(engine)
    if current != REVISION:
        _migrate(engine, url, current)
    return Store(engine)


def _revision(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or "")


def _migrate(engine: sa.Engine, url: str, current: str) -> None:
    from alembic import command  # slow to import, and needed only when the schema changes
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    known = {path.name.split("_", 1)[0] for path in (Path(__file__).parent / "migrations" / "versions").glob("*.py")}
    if current and current not in known:
        raise LinkloopError(
            "store.newer",
            Text(
                en=f"the store has schema {current}, this version knows {REVISION}",
                zh=f"数据库结构为 {current}，本版本只认识 {REVISION}",
            ),
            Text(
                en="Install the newer Linkloop, or restore a backup.",
                zh="请安装更新版本的 Linkloop，或恢复备份。",
            ),
            where=url,
        )
    with engine.execution_options(linkloop_write=True).connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()  # a connection learns at its opening what the planner shall believe
