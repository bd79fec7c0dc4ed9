"""Settle: move replaced versions of a lake table out of the way, so that reading the latest needs no sorting."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs as pafs
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.fs import DeltaStorageHandler
from deltalake.transaction import AddAction, RemoveAction

from linkloop.core.table import Table
from linkloop.store.cold import LIVE, NEW, PART, PAST, Part, cold_of
from linkloop.store.columns import OFFSET, key_columns

_ENOUGH_ROWS = 20_000
_ENOUGH_SHARE = 0.2
_FILE_ROWS = 4_000_000


class Kept(msgspec.Struct, frozen=True):
    """What settling did: rows that are now live, and rows that it moved to the past."""

    live: int = 0
    past: int = 0


def settle(table: DeltaTable, kind: type[Table], options: dict[str, str] | None, *, now: bool = False) -> Kept:
    """Rewrite `live` and `new` as the latest version per key, and add the rest to `past`, in one commit.

    It waits until `new` is a fifth of `live` (and 20,000 rows), so that the cost per landed row stays constant
    however large the table grows; `now` does not wait. Rows that another writer appends meanwhile are not touched.
    """
    cold = cold_of(table, kind, None)
    if not cold.new.rows or not (now or cold.new.rows >= max(_ENOUGH_ROWS, _ENOUGH_SHARE * cold.live.rows)):
        return Kept()
    schema = pa.schema(table.schema().to_arrow())
    plain = schema.remove(schema.get_field_index(PART))
    store = pafs.PyFileSystem(DeltaStorageHandler(table.table_uri, options))
    writers = {part: _Writer(store, part, plain, kind) for part in (LIVE, PAST)}
    for batch in _sorted_out(table, kind):
        latest = batch.column("_latest")
        rows = batch.select(plain.names)
        writers[LIVE].write(rows.filter(latest))
        writers[PAST].write(rows.filter(pc.invert(latest)))
    actions: list[AddAction | RemoveAction] = [a for w in writers.values() for a in w.close()]
    actions += _removed(cold.live) + _removed(cold.new)
    table.create_write_transaction(actions, "append", table.schema(), PART)
    return Kept(writers[LIVE].total, writers[PAST].total)


def _sorted_out(table: DeltaTable, kind: type[Table]) -> Iterator[pa.RecordBatch]:
    """All rows of `live` and `new` with `_latest`: whether no later version of their key is among them."""
    keys = ", ".join(f'"{name}"' for name in key_columns(kind))
    with TemporaryDirectory(prefix="linkloop-settle-") as spill, duckdb.connect() as con:
        con.execute("SET memory_limit = '1GB'; SET threads = 2; SET TimeZone = 'UTC'")
        con.execute(f"SET temp_directory = '{spill}'")
        con.register("live", table.to_pyarrow_dataset(partitions=[(PART, "=", LIVE)]))
        con.register("new", table.to_pyarrow_dataset(partitions=[(PART, "=", NEW)]))
        # Most live rows have no rival among the new ones: they stream through in their order, unsorted.
        stream = con.sql(
            f"""
            WITH rivals AS (SELECT DISTINCT {keys} FROM new)
            SELECT *, true AS _latest FROM live ANTI JOIN rivals USING ({keys})
            UNION ALL
            SELECT * EXCLUDE _late,
                   row_number() OVER (PARTITION BY {keys} ORDER BY "{OFFSET}" DESC, _late DESC) = 1 AS _latest
            FROM (SELECT *, 0 AS _late FROM live SEMI JOIN rivals USING ({keys})
                  UNION ALL SELECT *, 1 AS _late FROM new)
            """
        )
        yield from stream.to_arrow_reader(100_000)


class _Writer:
    """Writes the files of one part and tells Delta of them."""

    def __init__(self, store: pafs.FileSystem, part: str, schema: pa.Schema, kind: type[Table]) -> None:
        self.store = store
        self.part = part
        self.schema = schema
        self.keys = key_columns(kind)
        self.total = 0
        self._done: list[AddAction] = []
        self._start()

    def write(self, rows: pa.RecordBatch) -> None:
        if not rows.num_rows:
            return
        if self._writer is None:
            self._path = f"{PART}={self.part}/settled-{uuid.uuid4()}.parquet"
            self._sink = self.store.open_output_stream(self._path)
            self._writer = pq.ParquetWriter(self._sink, self.schema, compression="zstd")
        self._writer.write_batch(rows.cast(self.schema), row_group_size=100_000)
        offsets = pc.min_max(rows.column(OFFSET)).as_py()
        self._first = min(self._first, offsets["min"])
        self._last = max(self._last, offsets["max"])
        self._rows += rows.num_rows
        self.total += rows.num_rows
        if self._rows >= _FILE_ROWS:
            self._finish()

    def close(self) -> list[AddAction]:
        self._finish()
        return self._done

    def _start(self) -> None:
        self._writer: pq.ParquetWriter | None = None
        self._rows, self._first, self._last = 0, 2**63 - 1, -(2**63)

    def _finish(self) -> None:
        if self._writer is None:
            return
        self._writer.close()
        self._sink.close()
        stats = {
            "numRecords": self._rows,
            "minValues": {OFFSET: self._first},
            "maxValues": {OFFSET: self._last},
            "nullCount": {OFFSET: 0},
        }
        size = self.store.get_file_info(self._path).size
        milliseconds = int(time.time() * 1000)
        text = msgspec.json.encode(stats).decode()
        self._done.append(AddAction(self._path, size, {PART: self.part}, milliseconds, False, text))
        self._start()


def _removed(part: Part) -> list[RemoveAction]:
    milliseconds = int(time.time() * 1000)
    return [
        RemoveAction(path, False, milliseconds, size, {PART: part.name})
        for path, size in zip(part.files, part.sizes, strict=True)
    ]
