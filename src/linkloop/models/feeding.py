"""Feeding: brings the rows of tables to the models that are fed by them, as they are committed and as of any offset."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.core.feed import FedModel, Read
from linkloop.core.question import Given, Question
from linkloop.core.table import Table, key_of, table_name
from linkloop.models import snapshots
from linkloop.models.snapshots import is_packing
from linkloop.store.codec import decode, kind_of
from linkloop.store.schema import log, state
from linkloop.store.store import Store

PAGE = 20_000
WORTH = 2000  # of a model's size, from which on a snapshot is kept
logger = logging.getLogger("linkloop.feeding")


class Fed:
    """One model and how far it has been fed. A version is fed once, whether it comes from a turn or from the store."""

    def __init__(self, model: FedModel, folder: Path | None = None) -> None:
        self.model = model
        self.folder = folder  # where its snapshot is kept; None: nowhere
        self.kinds = frozenset(model.fed_by)
        self.to = -1  # fed with every version up to this offset; -1: not begun
        self.stale = False  # another process may have written since
        self._snapshot = -1  # how far the snapshot goes that is there
        self._latest: dict[tuple[str, str], int] = {}
        self._taken = False  # whether a turn that is not durable yet has fed it
        self._kept = -1  # how far it was fed before that turn
        self._unsettled: list[tuple[tuple[str, str], int]] = []
        self._lock = threading.RLock()

    def take(self, rows: Sequence[tuple[int, Table]]) -> None:
        """Versions that a turn has written, in the order of the log; while the store must be asked, they can wait."""
        if self.to < 0 or self.stale or not rows or rows[-1][0] <= self.to:
            return
        with self._lock:
            if rows[0][0] > self.to + 1:  # it was fed from the store while these were not there yet
                self.stale = True
                return
            new = [pair for pair in rows[max(0, self.to + 1 - rows[0][0]) :] if type(pair[1]) in self.kinds]
            if not self._taken:
                self._kept, self._taken = self.to, True
            for offset, row in new:
                place = (table_name(type(row)), key_of(row))
                self._unsettled.append((place, self._latest.get(place, -1)))
                self._latest[place] = offset
            if new:
                self.model.feed(new)
            self.to = rows[-1][0]

    def bring(self, connection: sa.Connection, rows: Sequence[tuple[int, Table]], horizon: int) -> None:
        """Feed all that there is up to `horizon`: from the store, and what this transaction has written on top."""
        if self.to < 0 or self.stale or (not rows and self.to < horizon):
            self.catch_up(connection, horizon)
        self.take(rows)

    def keep(self) -> None:
        """The turn is durable."""
        self._unsettled.clear()
        self._taken = False

    def undo(self) -> None:
        """The turn failed: what it wrote never was, and its offsets will be given again."""
        with self._lock:
            if self._unsettled:
                for place, before in reversed(self._unsettled):
                    self._latest[place] = before
                self.model.unfeed(self._kept)
            if self._taken:
                self.to = self._kept
            self.keep()

    def catch_up(self, connection: sa.Connection, horizon: int) -> None:
        """Feed what the store holds and this model lacks: at the start, and when somebody else wrote."""
        if self.to >= max(horizon, 0) and not self.stale:
            return
        with self._lock:
            if self.to < 0:
                self._restore(connection)
            names = sorted(table_name(kind) for kind in self.kinds)
            head = int(connection.execute(sa.select(sa.func.max(log.c.offset))).scalar() or 0)
            said = (
                sa.select(log.c.offset, log.c.kind, log.c.key, log.c.body)
                .where(log.c.kind.in_(names), log.c.is_event == 0, log.c.offset > self.to)
                .order_by(log.c.offset)
            )
            self._feed(connection.execute(said.execution_options(yield_per=PAGE)))
            # Rows that came in bulk are in the state without a log row, all with the offset of their load.
            logged = sa.select(1).where(
                log.c.kind == state.c.kind,
                log.c.key == state.c.key,
                log.c.is_event == 0,
                log.c.offset == state.c.offset,
            )
            bulk = (
                sa.select(state.c.offset, state.c.kind, state.c.key, state.c.body)
                .where(state.c.kind.in_(names), ~logged.exists())
                .order_by(state.c.offset, state.c.kind, state.c.key)
            )
            self._feed(connection.execute(bulk.execution_options(yield_per=PAGE)))
            self.to, self.stale = max(head, self.to), False

    def _restore(self, connection: sa.Connection) -> None:
        """Begin where the snapshot of an earlier run ended, where there is one."""
        model = self.model
        if self.folder is None or not is_packing(model):
            return
        try:
            found = snapshots.read(self.folder, model, connection)
            if found is not None:
                model.unpack(found.packed)
                self._latest = {(kind, key): offset for kind, key, offset in found.latest}
                self.to = self._snapshot = found.to
        except (ValueError, msgspec.MsgspecError, OSError):
            logger.exception("the snapshot of %s cannot be read: it is fed anew", model.card.name)

    def save(self, connection: sa.Connection) -> None:
        """Keep a snapshot for the next start, where reading anew would take long and there is news."""
        model = self.model
        if self.folder is None or not is_packing(model) or self.to <= self._snapshot or model.size < WORTH:
            return
        with self._lock:
            latest = [(kind, key, offset) for (kind, key), offset in self._latest.items()]
            card, at = model.card, snapshots.mark_of(connection, self.to)
            snapshots.write(
                self.folder, model, snapshots.Snapshot(card.name, card.version, self.to, at, latest, model.pack())
            )
            self._snapshot = self.to

    def _feed(self, found: Any) -> None:
        for page in found.partitions():
            versions: list[tuple[int, Table]] = []
            for offset, kind, key, body in page:
                if self._latest.get((kind, key), -1) < offset:
                    self._latest[kind, key] = offset
                    versions.append((offset, decode(kind_of(kind), body)))
            if versions:
                self.model.feed(versions)

    def answer(self, question: Question[Any], horizon: int, read: Read) -> Given[Any]:
        with self._lock:
            return self.model.answer_at(question, horizon, read)


class Feed:
    """All fed models of a matrix; one is known here from its first question on."""

    def __init__(self, folder: Path | None = None) -> None:
        self._fed: dict[int, Fed] = {}
        self._lock = threading.Lock()
        self._all: tuple[Fed, ...] = ()
        self.folder = folder  # where snapshots are kept; None: nowhere

    def of(self, model: FedModel) -> Fed:
        """The feeding of one model."""
        with self._lock:
            if id(model) not in self._fed:
                self._fed[id(model)] = Fed(model, self.folder)
                self._all = tuple(self._fed.values())
            return self._fed[id(model)]

    def save(self, store: Store) -> None:
        """Keep snapshots for the next start; what cannot be written is only slower then."""
        for fed in self._all:
            try:
                with store.read() as connection:
                    fed.save(connection)
            except Exception:
                logger.exception("%s could not be kept for the next start", fed.model.card.name)

    def keep(self, rows: Sequence[tuple[int, Table]]) -> None:
        """A turn is durable that wrote these rows; a model that cannot be fed with them asks the store later."""
        for fed in self._all:
            try:
                fed.take(rows)
            except Exception:
                logger.exception("%s could not be fed", fed.model.card.name)
                fed.undo()
                fed.stale = True
            fed.keep()

    def undo(self) -> None:
        """A turn failed."""
        for fed in self._all:
            fed.undo()

    def doubt(self) -> None:
        """Somebody else wrote: look into the store before the next answer."""
        for fed in self._all:
            fed.stale = True
