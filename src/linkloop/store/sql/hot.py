"""Hot: log rows that are not in the lake yet, as Arrow, kept between queries so that each is decoded once."""

from __future__ import annotations

import threading

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from linkloop.core.table import Table, table_name
from linkloop.store.bodies import unpack
from linkloop.store.columns import OFFSET, arrow_schema
from linkloop.store.schema import log

_PIECES = 32


class _Kept(msgspec.Struct):
    """The rows of one kind with `after` < offset ≤ `upto`."""

    after: int
    upto: int
    rows: pa.Table


class Hot:
    """The tail of the log by kind; safe for many threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._kept: dict[type[Table], _Kept] = {}
        self._lock = threading.Lock()

    def rows(self, after: dict[type[Table], int]) -> dict[type[Table], pa.Table]:
        """For each kind its log rows beyond an offset, all as of one moment, in `arrow_schema(kind)`.

        Rows that their class cannot take are left out: the lander makes dead letters of them.
        """
        with self._lock:
            for kind, bound in after.items():
                self._trim(kind, bound)
            starts = {table_name(kind): self._kept[kind].upto for kind in after}
            head, found = self._read(starts)
            for kind in after:
                kept = self._kept[kind]
                bodies = [one for one in found.get(table_name(kind), []) if one[0] > kept.upto]
                if bodies:
                    kept.rows = pa.concat_tables([kept.rows, unpack(kind, bodies)[0]])
                    if kept.rows[OFFSET].num_chunks > _PIECES:
                        kept.rows = kept.rows.combine_chunks()
                kept.upto = max(kept.upto, head)
            return {kind: self._kept[kind].rows for kind in after}

    def _trim(self, kind: type[Table], bound: int) -> None:
        kept = self._kept.get(kind)
        if kept is None or kept.after > bound or kept.upto < bound:
            # A bound that moved back belongs to an older snapshot of another thread: read afresh.
            self._kept[kind] = _Kept(bound, bound, arrow_schema(kind).empty_table())
        elif kept.after < bound:
            kept.rows = kept.rows.filter(pc.field(OFFSET) > bound)
            kept.after = bound

    def _read(self, starts: dict[str, int]) -> tuple[int, dict[str, list[tuple[int, bytes]]]]:
        found: dict[str, list[tuple[int, bytes]]] = {}
        query = sa.select(log.c.offset, log.c.kind, log.c.body).where(
            log.c.offset > min(starts.values()), log.c.kind.in_(sorted(starts))
        )
        with self.engine.connect() as connection, connection.begin():
            head = connection.execute(sa.select(sa.func.max(log.c.offset))).scalar() or 0
            for offset, kind, body in connection.execute(query.where(log.c.offset <= head).order_by(log.c.offset)):
                found.setdefault(kind, []).append((offset, body))
        return head, found
