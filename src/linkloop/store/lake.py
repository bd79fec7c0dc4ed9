"""The lake: one Delta table per Table class, written once per landing, read at any version, kept in few files."""

from __future__ import annotations

import os
import threading
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.dataset as pads
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from linkloop.core.errors import Conflict, LinkloopError
from linkloop.core.event import Event
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text
from linkloop.core.vocabulary import tables
from linkloop.store.cold import LIVE, NEW, PART, Cold, cold_of
from linkloop.store.columns import OFFSET, key_columns
from linkloop.store.settle import Kept, all_fresh, merge, settle

_ATTEMPTS = 5
_RETENTION_HOURS = 48
_WORTH_A_LOOK = 10_000


class Lake:
    """A folder (or an object store) of Delta tables, safe for many writers in many processes.

    Every table is partitioned by `_part`: `new` holds what landed, `live` the latest version of each key, `past`
    the versions that were replaced. Landing only ever appends to `new` (an Event, which nothing replaces, goes
    to `live`); `compact` moves rows on. All parts together are the whole history, told apart by `_offset`.
    """

    def __init__(self, root_url: str, storage_options: dict[str, str] | None = None) -> None:
        parts = urlsplit(root_url)
        self.local = parts.scheme in ("", "file")
        self.root = os.path.abspath(unquote(parts.path)) if self.local else root_url.rstrip("/")
        self.options = storage_options
        self._open: dict[str, DeltaTable] = {}
        self._marks: dict[str, int] = {}  # by table: when its log's folder was last changed, as far as is known here
        self._seen: dict[str, Cold] = {}
        self._lock = threading.RLock()

    def append(self, kind: type[Table], rows: pa.Table, app_id: str, version: int, after: int | None = None) -> bool:
        """Append rows (`arrow_schema(kind)`) in one commit that also says `app_id` has come to `version`.

        False, and nothing is written, when `app_id` is already there: a retried load happens once. `after` is
        where the caller believes `app_id` to be; raises Conflict `lake.moved` when another writer was faster.
        """
        for attempt in range(_ATTEMPTS):
            table = self._table(kind)
            landed = _landed(table, app_id)
            if landed >= version:
                return False
            if after is not None and landed != after:
                raise _moved(kind, app_id, after, landed)
            part = self._part_for(kind, rows, table)
            named = rows.append_column(PART, pa.array([part], pa.string()).take(pa.repeat(0, rows.num_rows)))
            commit = CommitProperties(app_transactions=[Transaction(app_id, version)], max_commit_retries=0)
            try:
                self._write(kind, named, commit, table)
                return True
            except (CommitFailedError, DeltaError) as error:
                # Somebody else committed first; anything else than that keeps failing and is told as it is.
                if attempt == _ATTEMPTS - 1 or not _is_race(error):
                    raise
                self._forget(kind)
        raise AssertionError("unreachable")

    def landed(self, kind: type[Table], app_id: str) -> int:
        """How far `app_id` has come in this table; -1 when it has never written."""
        return _landed(self._table(kind), app_id)

    def cold(self, kind: type[Table]) -> Cold | None:
        """The table as it stands now, as an immutable list of files; None before its first row."""
        with self._lock:
            table = self._table(kind)
            return None if table is None else self._cold(table, kind)

    def dataset(self, kind: type[Table], version: int | datetime | str | None = None) -> pads.Dataset | None:
        """All rows ever landed, as an Arrow dataset; at a past Delta version or moment when one is given.

        Columns: the class's, `_offset`, and `_part`. None before the first row.
        """
        if version is None:
            table = self._table(kind)
            return None if table is None else table.to_pyarrow_dataset()
        table = self._table(kind)
        if table is None:
            return None
        try:
            past = DeltaTable(self.url(kind), storage_options=self.options)
            past.load_as_version(version)
        except (DeltaError, ValueError) as error:
            raise LinkloopError(
                "lake.version",
                Text(
                    en=f"{table_name(kind)} has no version {version}: {error}",
                    zh=f"{table_name(kind)} 没有版本 {version}：{error}",
                ),
                Text(en="See which there are with history().", zh="请用 history() 查看有哪些版本。"),
                where=table_name(kind),
            ) from error
        return past.to_pyarrow_dataset()

    def history(self, kind: type[Table]) -> list[dict[str, Any]]:
        """The commits of a table, newest first."""
        table = self._table(kind)
        return [] if table is None else table.history()

    def tables(self) -> list[str]:
        """The SQL names of the classes that have rows in the lake."""
        return sorted(name for name, kind in tables().items() if self._table(kind) is not None)

    def compact(self, kind: type[Table], *, small: int = 16) -> Kept:
        """Sort replaced versions from live ones when it pays, merge more than `small` files of a size,
        and delete files that no version of the last 48 hours needs. Another writer's commit makes it do nothing.
        """
        with self._lock:
            kept = self._settle(kind, now=False, attempts=1)
            table = self._table(kind)
            try:
                if table is not None and merge(table, self._cold(table, kind), small):
                    self._open[table_name(kind)].vacuum(
                        _RETENTION_HOURS, dry_run=False, enforce_retention_duration=False, full=True
                    )
            except (CommitFailedError, DeltaError) as error:
                if not _is_race(error):
                    raise
                self._forget(kind)
            return kept

    def settle(self, kind: type[Table]) -> Kept:
        """Sort live from replaced versions now, whatever it costs: for the end of a bulk load."""
        with self._lock:
            return self._settle(kind, now=True, attempts=_ATTEMPTS)

    def _settle(self, kind: type[Table], *, now: bool, attempts: int) -> Kept:
        for _ in range(attempts):
            table = self._table(kind)
            if table is None or issubclass(kind, Event):
                break
            try:
                return settle(table, self._cold(table, kind), now=now)
            except (CommitFailedError, DeltaError) as error:
                if not _is_race(error):
                    raise
                self._forget(kind)
        return Kept()

    def url(self, kind: type[Table]) -> str:
        """Where a class's Delta table lies."""
        return f"{self.root}/{table_name(kind)}"

    def _part_for(self, kind: type[Table], rows: pa.Table, table: DeltaTable | None) -> str:
        if issubclass(kind, Event):
            return LIVE
        # A load that says nothing twice and nothing anew needs no sorting. This stays true until the commit: a
        # commit of any other writer in between makes this one fail, and it is looked at again.
        if table is None:
            return LIVE if all_fresh(None, kind, rows) else NEW
        if rows.num_rows >= _WORTH_A_LOOK and all_fresh(self._cold(table, kind), kind, rows):
            return LIVE
        return NEW

    def _cold(self, table: DeltaTable, kind: type[Table]) -> Cold:
        with self._lock:
            name = table_name(kind)
            seen = self._seen.get(name)
            if seen is None or seen.version != table.version() or bool(seen.folder) != self.local:
                seen = self._seen[name] = cold_of(table, kind, self.root if self.local else None, self.options)
            return seen

    def _write(self, kind: type[Table], rows: pa.Table, commit: CommitProperties, table: DeltaTable | None) -> None:
        if table is not None:
            with self._lock:
                write_deltalake(table, rows, mode="append", schema_mode="merge", commit_properties=commit)
            return
        write_deltalake(
            self.url(kind),
            rows,
            mode="error",
            partition_by=PART,
            storage_options=self.options,
            commit_properties=commit,
            configuration={
                "delta.checkpointInterval": "50",
                "delta.logRetentionDuration": "interval 7 days",
                "delta.dataSkippingStatsColumns": ",".join([*key_columns(kind), OFFSET]),
            },
        )

    def _table(self, kind: type[Table]) -> DeltaTable | None:
        with self._lock:
            name = table_name(kind)
            table = self._open.get(name)
            try:
                if table is None:
                    if self.local and not os.path.isdir(f"{self.root}/{name}/_delta_log"):
                        return None
                    mark = self._mark(name)
                    table = self._open[name] = DeltaTable(self.url(kind), storage_options=self.options)
                    self._marks[name] = mark
                elif self._moved(name, table):
                    mark = self._mark(name)
                    table.update_incremental()
                    self._marks[name] = mark
            except TableNotFoundError:
                self._forget(kind)
                return None
            return table

    def _moved(self, name: str, table: DeltaTable) -> bool:
        """Whether a table may have a newer version than the one that is open: in a folder two looks at it tell, a tenth
        of what it costs to ask Delta. Commits are numbered without gaps, and where old ones were cleared away the
        folder has changed."""
        log = f"{self.root}/{name}/_delta_log"
        return (
            not self.local
            or os.path.exists(f"{log}/{table.version() + 1:020d}.json")
            or self._mark(name) != self._marks.get(name)
        )

    def _mark(self, name: str) -> int:
        try:
            return os.stat(f"{self.root}/{name}/_delta_log").st_mtime_ns if self.local else 0
        except FileNotFoundError as error:
            raise TableNotFoundError(name) from error

    def _forget(self, kind: type[Table]) -> None:
        with self._lock:
            for kept in (self._open, self._marks, self._seen):
                kept.pop(table_name(kind), None)


def _landed(table: DeltaTable | None, app_id: str) -> int:
    version = None if table is None else table.transaction_version(app_id)
    return -1 if version is None else version


def _is_race(error: Exception) -> bool:
    said = str(error).lower()
    return isinstance(error, CommitFailedError) or any(
        sign in said for sign in ("already exists", "conflict", "concurrent", "version mismatch")
    )


def _moved(kind: type[Table], app_id: str, after: int, landed: int) -> Conflict:
    name = table_name(kind)
    return Conflict(
        "lake.moved",
        Text(
            en=f"{app_id} is at {landed} in {name}, not at {after}: another process landed rows",
            zh=f"{name} 中 {app_id} 已到 {landed}，而不是 {after}：另一个进程写入了数据",
        ),
        Text(en="Read the position again and retry.", zh="请重新读取位置后再试。"),
        where=name,
    )
