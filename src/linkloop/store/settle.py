"""Settle: sort replaced versions of a lake table from live ones, and many small files into few."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryDirectory

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
from deltalake import DeltaTable

from linkloop.core.table import Table
from linkloop.store.cold import LIVE, PAST, Cold, File, Part
from linkloop.store.columns import OFFSET, key_columns
from linkloop.store.rewrite import PartWriter, plain_schema, removed, store_of, swap

_ENOUGH_ROWS = 20_000
_ENOUGH_SHARE = 0.2


class Kept(msgspec.Struct, frozen=True):
    """What settling did: rows that are now live, and rows that it moved to the past."""

    live: int = 0
    past: int = 0


def settle(table: DeltaTable, cold: Cold, *, now: bool = False) -> Kept:
    """Rewrite `live` and `new` as the latest version per key, and add the rest to `past`, in one commit.

    It waits until `new` is a fifth of `live` (and 20,000 rows), so that the cost per landed row stays constant
    however large the table grows, or until `new` holds what is older than `live`; `now` does not wait.
    Raises CommitFailedError, and changes nothing, when another writer commits meanwhile.
    """
    late = cold.new.first < cold.live.last  # only sorting can tell which of the two is newer
    enough = cold.new.rows >= max(_ENOUGH_ROWS, _ENOUGH_SHARE * cold.live.rows)
    if not cold.new.rows or not (now or late or enough):
        return Kept()
    plain = plain_schema(table)
    store = store_of(cold)
    writers = {part: PartWriter(store, part, plain) for part in (LIVE, PAST)}
    for batch in _sorted_out(cold, plain):
        latest = batch.column("_latest")
        rows = batch.select(plain.names)
        writers[LIVE].write(rows.filter(latest))
        writers[PAST].write(rows.filter(pc.call_function("invert", [latest])))
    swap(table, [*writers[LIVE].close(), *writers[PAST].close(), *removed(cold.live), *removed(cold.new)])
    return Kept(writers[LIVE].total, writers[PAST].total)


def merge(table: DeltaTable, cold: Cold, small: int) -> int:
    """Rewrite files of about the same size as one, where a part has more than `small` of them; how many it merged.

    Sizes are told apart by powers of 16, so that a row is rewritten only a few times however large the table grows.
    Raises CommitFailedError, and changes nothing, when another writer commits meanwhile.
    """
    for part in cold.parts:
        tiers: dict[int, list[File]] = {}
        for file in part.files:
            tiers.setdefault(file.rows.bit_length() // 4, []).append(file)
        for files in tiers.values():
            if len(files) > small:
                store, plain = store_of(cold), plain_schema(table)
                writer = PartWriter(store, part.name, plain)
                rows = pads.dataset([f.path for f in files], plain, format="parquet", filesystem=store)
                for batch in rows.to_batches(batch_size=100_000):
                    writer.write(batch)
                swap(table, [*writer.close(), *removed(Part(part.name, files=tuple(files)))])
                return len(files)
    return 0


def all_fresh(cold: Cold | None, kind: type[Table], rows: pa.Table) -> bool:
    """Whether no key occurs twice in `rows` and none is in the table (None: it does not exist) already."""
    keys = list(key_columns(kind))
    if rows.group_by(keys).aggregate([]).num_rows != rows.num_rows:
        return False
    if cold is None:
        return True
    with duckdb.connect() as con:
        con.execute("SET threads = 2; SET TimeZone = 'UTC'")
        con.register("given", rows.select(keys))
        there = cold.source(con, cold.live, cold.new)
        found = con.execute(f"SELECT 1 FROM {there} AS t SEMI JOIN given USING ({_listed(kind)}) LIMIT 1")
        return found.fetchone() is None


def _listed(kind: type[Table]) -> str:
    return ", ".join(f'"{name}"' for name in key_columns(kind))


def _sorted_out(cold: Cold, plain: pa.Schema) -> Iterator[pa.RecordBatch]:
    """All rows of `live` and `new` with `_latest`: whether no later version of their key is among them."""
    keys = _listed(cold.kind)
    with TemporaryDirectory(prefix="linkloop-settle-") as spill, duckdb.connect() as con:
        con.execute("SET memory_limit = '1GB'; SET threads = 2; SET TimeZone = 'UTC'")
        con.execute(f"SET temp_directory = '{spill}'")
        # Files from before a field was added lack its column: the empty `shape` gives every part all columns.
        con.register("shape", plain.empty_table())
        new = f"(FROM shape UNION ALL BY NAME FROM {cold.source(con, cold.new)})"
        live = f"(FROM shape UNION ALL BY NAME FROM {cold.source(con, cold.live)})" if cold.live.rows else "shape"
        # Most live rows have no rival among the new ones: they stream through in their order, unsorted.
        stream = con.sql(
            f"""
            WITH rivals AS (SELECT DISTINCT {keys} FROM {new})
            SELECT *, true AS _latest FROM {live} AS l ANTI JOIN rivals USING ({keys})
            UNION ALL
            SELECT * EXCLUDE _late,
                   row_number() OVER (PARTITION BY {keys} ORDER BY "{OFFSET}" DESC, _late DESC) = 1 AS _latest
            FROM (SELECT *, 0 AS _late FROM {live} AS l SEMI JOIN rivals USING ({keys})
                  UNION ALL SELECT *, 1 AS _late FROM {new})
            """
        )
        yield from stream.to_arrow_reader(100_000)
