"""What one transaction writes: collected as plain rows, flushed as a few batches, committed once."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from linkloop.commerce.time import Alarm
from linkloop.core.clock import micros
from linkloop.core.decision import Decision
from linkloop.core.event import Event
from linkloop.core.table import Table, key_of, table_name
from linkloop.store.alarms import AlarmQueue, AlarmStatements
from linkloop.store.audit import Entry
from linkloop.store.audit import row as audit_row
from linkloop.store.codec import encode
from linkloop.store.drivers.pick import Statement, insert, upsert
from linkloop.store.facts import LiveFacts, PastFacts
from linkloop.store.ledger import link_hash, tail
from linkloop.store.schema import audit, cursors, dead_letters, inbox, ledger, log, outbox, present, settings

FIXED = list(outbox.c.keys()).index("status")  # columns of the outbox before it say what an effect is
LOOKUP = 256  # external ids looked up by one statement: a fixed number, so that it is compiled once


class Place(NamedTuple):
    """Where the present version of a row stands in the log, and the values of its index columns."""

    offset: int
    one: str | None
    two: str | None


class WriteStatements:
    """The statements of the write path, compiled once for a database."""

    def __init__(self, engine: sa.Engine) -> None:
        self.log = insert(engine, log)
        self.state = upsert(engine, present, newer="offset")
        self.newer = Statement(engine, _newer())
        self.moved = Statement(engine, _newer(ix1=sa.bindparam("one")))
        self.inbox = insert(engine, inbox)
        self.ledger = insert(engine, ledger)
        self.outbox = upsert(engine, outbox)
        self.fared = Statement(engine, _fared())
        self.cursors = upsert(engine, cursors)
        self.dead = upsert(engine, dead_letters)
        self.settings = upsert(engine, settings)
        self.audit = insert(engine, audit, but=("seq",))
        self.boxed = {n: _boxed(engine, n) for n in (1, LOOKUP)}
        self.alarms = AlarmStatements(engine)
        self.effect = Statement(engine, sa.select(outbox).where(outbox.c.effect_key == sa.bindparam("k")))


class Writes:
    """One transaction of the single writer. Offsets are given here, in the order of saying, without gaps."""

    def __init__(
        self,
        connection: sa.Connection,
        statements: WriteStatements,
        facts: LiveFacts | PastFacts,
        head: int,
        ledger_tail: tuple[int, bytes] | None = None,
        flying: dict[str, tuple[Any, ...]] | None = None,
        placed: dict[tuple[str, str], Place] | None = None,
    ) -> None:
        self.connection = connection
        self.facts = facts
        self.head = head
        self._sql = statements
        self.ledger_tail = ledger_tail  # where the chain ends, once it is known
        self._flying = flying or {}  # outbox rows of earlier transactions that are still on their way
        self._placed = placed or {}  # rows of earlier transactions: where each stands and by what it is found
        self.log: list[tuple[Any, ...]] = []
        self.state: dict[tuple[str, str], tuple[Any, ...]] = {}
        self.inbox: list[tuple[Any, ...]] = []
        self.ledger: list[tuple[Any, ...]] = []
        self.outbox: dict[str, tuple[Any, ...]] = {}
        self.cursors: dict[str, int] = {}
        self.dead: list[tuple[Any, ...]] = []
        self.settings: list[tuple[Any, ...]] = []
        self.audit: list[Entry] = []
        self.alarms = self._alarms()
        self._ran = 0
        self.rows: list[tuple[int, Table]] = []  # said in this transaction, for SQL that must see them

    def event(self, event: Event) -> int:
        """Append an event whose envelope is complete; gives its offset."""
        self.head = head = self.head + 1
        kind = type(event)
        key = str(getattr(event, kind.__about__))
        at = micros(event.at)
        self.log.append((head, event.id, at, table_name(kind), key, event.case_id, event.source, 1, encode(event)))
        self.rows.append((head, event))
        return head

    def _alarms(self) -> AlarmQueue:
        return AlarmQueue(self.connection, self._sql.alarms)

    def row(self, row: Table, at: int, source: str, cause: Event | None = None, body: bytes = b"") -> int:
        """Append a row of fact and make it the present one; gives its offset. `at` in microseconds; `cause` is the
        event in whose hearing it was said, `body` the row encoded, where that is known."""
        self.head += 1
        kind, key, body = table_name(type(row)), key_of(row), body or encode(row)
        case = row.case_id if isinstance(row, Decision) else ""
        self.log.append((self.head, "", at, kind, key, case, source, 0, body))
        index = [str(getattr(row, field)) for field in row.__index__[:2]]
        self.state[kind, key] = (kind, key, *index, *[None] * (2 - len(index)), self.head, b"")
        self.facts.put(row, kind, key, self.head)
        self.rows.append((self.head, row))
        if isinstance(row, Alarm):
            self.alarms.say(row, at, cause)
        return self.head

    def decision(self, decision: Decision, entry: str, at: int, source: str) -> None:
        """A new version of a decision: into the ledger's chain, and as a row like any other."""
        last, before = self.ledger_tail or tail(self.connection)
        seq, body = last + 1, encode(decision)
        digest = link_hash(before, seq, at, decision.id, entry, body)
        self.ledger.append((seq, at, decision.id, entry, b"", digest, self.head + 1))
        self.ledger_tail = (seq, digest)
        self.row(decision, at, source, body=body)

    def boxed(self, source: str, external_ids: list[str]) -> list[tuple[str, int, int]]:
        """Which deliveries of a source the inbox has: (external id, first offset, last offset)."""
        found: list[tuple[str, int, int]] = []
        for start in range(0, len(external_ids), LOOKUP):
            some = external_ids[start : start + LOOKUP]
            size = 1 if len(some) == 1 else LOOKUP
            some += some[-1:] * (size - len(some))
            found += [tuple(row) for row in self._sql.boxed[size].all(self.connection, (source, *some))]
        return found

    def sent(self, effect_key: str) -> tuple[Any, ...] | None:
        """The outbox row of an effect that an earlier transaction asked for."""
        if (flying := self._flying.get(effect_key)) is not None:
            return flying
        row = self._sql.effect.all(self.connection, (effect_key,))
        return tuple(row[0]) if row else None

    def run(self, statement: sa.Executable) -> int:
        """Run a statement at once, so that what follows in this transaction sees it; gives the rows it touched."""
        self._ran += 1
        return self.connection.execute(statement).rowcount

    def written(self) -> tuple[int, ...]:
        """Grows with everything that was written: work that fails must have left it where it was."""
        return (self.head, len(self.ledger), len(self.settings), len(self.dead), len(self.audit), self._ran)

    def flush(self) -> None:
        """Write everything into the open transaction, one batch a table."""
        sql, connection = self._sql, self.connection
        sql.log.many(connection, self.log)
        self._flush_rows()
        sql.inbox.many(connection, self.inbox)
        sql.ledger.many(connection, self.ledger)
        self._flush_effects()
        self.alarms.flush()
        sql.cursors.many(connection, list(self.cursors.items()))
        sql.dead.many(connection, self.dead)
        sql.settings.many(connection, self.settings)
        sql.audit.many(connection, [audit_row(entry) for entry in self.audit])

    def _flush_rows(self) -> None:
        """The present rows. An index that a row's values leave as it is, is not written: that would be a third of the
        pages of a commit. Where a row is not at the offset that is known of it, all of its batch are written whole."""
        whole, newer, moved = [], [], []
        for place, row in self.state.items():
            kind, key, one, two, offset, body = row
            before = self._placed.get(place)
            if before is None or before.two != two or before.offset > offset:
                whole.append(row)
            elif before.one == one:
                newer.append((row, (offset, body, kind, key, before.offset)))
            else:
                moved.append((row, (one, offset, body, kind, key, before.offset)))
        for statement, rows in ((self._sql.newer, newer), (self._sql.moved, moved)):
            if statement.many(self.connection, [values for _, values in rows]) != len(rows):
                whole += [row for row, _ in rows]
        self._sql.state.many(self.connection, whole)

    def _flush_effects(self) -> None:
        """The outbox. What an effect is and what it is about stays: of one that flies only how it fared is written."""
        fared = [row for key, row in self.outbox.items() if row[:FIXED] == self._flying.get(key, ())[:FIXED]]
        values = [(*row[FIXED:], row[0]) for row in fared]
        if self._sql.fared.many(self.connection, values) == len(fared):
            known = {row[0] for row in fared}
            self._sql.outbox.many(self.connection, [row for key, row in self.outbox.items() if key not in known])
        else:
            self._sql.outbox.many(self.connection, list(self.outbox.values()))


def _fared() -> sa.Update:
    """What changes of an effect, by its key; parameters in the order of the table, the key last."""
    changing = list(outbox.c)[FIXED:]
    query = sa.update(outbox).values({column.name: sa.bindparam(f"new_{column.name}") for column in changing})
    return query.where(outbox.c.effect_key == sa.bindparam("k"))


def _newer(**also: Any) -> sa.Update:
    """A newer version of a row that stands at a known offset; its parameters in the order in which they are named."""
    values = {**also, "offset": sa.bindparam("now"), "body": sa.bindparam("said")}
    query = sa.update(present).values(values)
    here = (present.c.kind == sa.bindparam("k"), present.c.key == sa.bindparam("v"))
    return query.where(*here, present.c.offset == sa.bindparam("before"))


def _boxed(engine: sa.Engine, count: int) -> Statement:
    ids = [sa.bindparam(f"id{n}") for n in range(count)]
    query = sa.select(inbox.c.external_id, inbox.c.first, inbox.c.last)
    return Statement(engine, query.where(inbox.c.source == sa.bindparam("source"), inbox.c.external_id.in_(ids)))
