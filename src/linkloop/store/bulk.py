"""Bulk: whole tables into the lake and the state at once, resumable at any line and never twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count, repeat
from typing import Protocol

import msgspec
import polars as pl
import pyarrow as pa
import sqlalchemy as sa

from linkloop.commerce.loop import FileImported, Intake
from linkloop.core.clock import micros
from linkloop.core.ids import child_id
from linkloop.core.table import Table, join_key, table_name
from linkloop.store.columns import OFFSET, arrow_schema
from linkloop.store.drivers.pick import Statement, upsert
from linkloop.store.frames import bodies, complete, indexes, keys, known_rows, settled, unsaid
from linkloop.store.schema import cursors, inbox, present
from linkloop.store.store import Store

CHUNK = 50_000
"""Rows in one transaction: a running shop waits for the write lock no longer than that takes (about 0.3 s)."""

Frames = Mapping[type[Table], pl.DataFrame | Iterable[pl.DataFrame]]


class LakeDoor(Protocol):
    """What a load needs of the lake: an append that happens once per (app_id, version), per table."""

    def append(self, kind: type[Table], rows: pa.Table, app_id: str, version: int) -> object: ...


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a load did: rows given per SQL table, the offset they carry, the last offset, the chunk it went on from."""

    rows: dict[str, int]
    offset: int
    last: int
    repeated: bool = False
    resumed_at: int = 0


def load(
    engine: sa.Engine,
    lake: LakeDoor,
    source: str,
    external_id: str,
    frames: Frames,
    event: FileImported | None = None,
    *,
    progress: Callable[[int], None] | None = None,
    since: tuple[int, ...] = (),
) -> Loaded:
    """Load frames (SQL shape of their class, without `_offset`) as the rows of one (source, external_id).

    The rules:

    * A log row (`Intake`, status open) is written first. Its offset O is the `_offset` of every row of the load, so
      what is said later, by whomever, is newer, and a read as of O or later sees the rows.
    * Chunk by chunk in a fixed order: the lake first (Delta transaction `bulk:<source>:<external_id>`, version =
      number of the chunk, so a repeated append does nothing), then one transaction with the state rows and the
      progress. Killed anywhere, the same call goes on with the chunk that was not committed; the result is the same.
    * A state row with an offset above O stays: the world said it after this load began. The load's version is then
      only history, in the lake.
    * A null (or a column that a frame lacks) is "not said": what is known from before O stays, else the default.
    * With `since`, the offsets of loads that this one mends: a row of which another said anything after the first of
      them is left out, for the load brings older knowledge.
    * At the end, in one transaction: inbox row, `Intake` done, the event. Before that a reader sees the chunks that
      are done; after it the same call changes nothing and answers `repeated`.

    A key must not occur twice in a load (within a chunk the last row counts). An iterable of frames is cut anew into
    chunks of `CHUNK` rows and must give the same rows when the load is resumed. `progress` hears rows done.
    Raises LinkloopError `bulk.unfit` when a frame does not fit its class; nothing of that chunk is kept.
    """
    store = Store(engine)
    at = event.at if event else datetime.now(UTC)
    with store.read() as connection:
        if (done := _seen(connection, source, external_id)) is not None:
            return Loaded(rows={}, offset=done[0], last=done[1], repeated=True)
    app_id = f"bulk:{source}:{external_id}"
    offset, begun = _begin(store, source, external_id, app_id, at)
    upserts = upsert(engine, present, newer="offset")
    rows: dict[str, int] = {}
    chunks, total = count(), 0
    for kind, given in frames.items():
        name = table_name(kind)
        rows[name] = 0
        with store.read() as connection:
            older = _has_older(connection, name, offset)
        for frame in _cut(given):
            chunk = next(chunks)
            rows[name] += frame.height
            total += frame.height
            if chunk >= begun:
                _chunk(store, lake, upserts, kind, frame, offset, older, app_id, chunk, since)
            if progress:
                progress(total)
    last = _finish(store, source, external_id, app_id, event, at, total, offset)
    return Loaded(rows=rows, offset=offset, last=last, resumed_at=begun)


def imported(engine: sa.Engine, source: str, external_id: str) -> tuple[int, int] | None:
    """The offset of the rows and of the event of a finished load, or None."""
    with Store(engine).read() as connection:
        return _seen(connection, source, external_id)


def _seen(connection: sa.Connection, source: str, external_id: str) -> tuple[int, int] | None:
    query = sa.select(inbox.c.first, inbox.c.last)
    row = connection.execute(query.where(inbox.c.source == source, inbox.c.external_id == external_id)).first()
    return (row.first, row.last) if row else None


def _begin(store: Store, source: str, external_id: str, app_id: str, at: datetime) -> tuple[int, int]:
    """The offset of the load's rows and the chunk to go on with; makes the `Intake` row when there is none."""
    with store.write() as writes:
        _, offset = writes.facts.get(Intake, join_key((source, external_id)))
        if offset:
            done = sa.select(cursors.c.offset).where(cursors.c.consumer == app_id)
            return offset, int(writes.connection.execute(done).scalar() or 0)
        intake = Intake(source=source, external_id=external_id, status="open")
        return writes.row(intake, micros(at), source), 0


def _chunk(
    store: Store,
    lake: LakeDoor,
    upserts: Statement,
    kind: type[Table],
    frame: pl.DataFrame,
    offset: int,
    older: bool,
    app_id: str,
    chunk: int,
    since: tuple[int, ...],
) -> None:
    name = table_name(kind)
    frame = complete(kind, frame)
    if older:
        with store.read() as connection:
            if since:
                frame = unsaid(connection, kind, frame, ours=(*since, offset))
            frame = known_rows(connection, kind, frame, before=offset)
    frame = settled(kind, frame)
    if frame.height:
        lake.append(kind, _arrow(kind, frame, offset), app_id, chunk)
    columns = [frame_keys.to_list() for frame_keys in (keys(kind, frame), *indexes(kind, frame))]
    said = zip(repeat(name), *columns, repeat(offset), bodies(kind, frame), strict=False)
    with store.write() as writes:
        upserts.many(writes.connection, list(said))
        writes.cursors[app_id] = chunk + 1
    store.facts.forget()


def _finish(
    store: Store,
    source: str,
    external_id: str,
    app_id: str,
    event: FileImported | None,
    at: datetime,
    total: int,
    offset: int,
) -> int:
    with store.write() as writes:
        intake = Intake(source=source, external_id=external_id, status="done", rows=total)
        last = writes.row(intake, micros(at), source)
        if event:
            event_id = event.id or child_id(event.at, source, external_id, "0")
            case = event.case_id or event_id
            last = writes.event(
                msgspec.structs.replace(event, id=event_id, case_id=case, source=source, external_id=external_id)
            )
        writes.inbox.append((source, external_id, offset, last))
        writes.connection.execute(sa.delete(cursors).where(cursors.c.consumer == app_id))
        return last


def _cut(given: pl.DataFrame | Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Frames of `CHUNK` rows each but the last, however the rows were cut before."""
    kept: list[pl.DataFrame] = []
    height = 0
    for frame in [given] if isinstance(given, pl.DataFrame) else given:
        start = 0
        while height + frame.height - start >= CHUNK:
            kept.append(frame[start : start + CHUNK - height])
            start += CHUNK - height
            yield pl.concat(kept)
            kept, height = [], 0
        if start < frame.height:
            kept.append(frame[start:])
            height += frame.height - start
    if kept:
        yield pl.concat(kept)


def _has_older(connection: sa.Connection, name: str, offset: int) -> bool:
    """Whether the state holds a row of this table that this load did not bring."""
    query = sa.select(sa.literal(1)).where(present.c.kind == name, present.c.offset != offset).limit(1)
    return connection.execute(query).first() is not None


def _arrow(kind: type[Table], frame: pl.DataFrame, offset: int) -> pa.Table:
    schema = arrow_schema(kind)
    shaped = frame.with_columns(pl.lit(offset, pl.Int64).alias(OFFSET)).select(schema.names)
    return shaped.to_arrow().cast(schema)
