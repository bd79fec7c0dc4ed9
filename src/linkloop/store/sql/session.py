"""Session: one DuckDB in memory that can read the lake's folder and nothing else, with limits on all it does."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.text import Text
from linkloop.store.sql.cancel import Cancel
from linkloop.store.sql.guard import broken

Params = Mapping[str, Any] | Sequence[Any] | None
_BATCH = 4096
_LOOK_S = 0.05


class Result(msgspec.Struct, frozen=True):
    """What a query gave: `types` are DuckDB's, instants are UTC, `truncated` says that there were more rows."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False
    elapsed_ms: float = 0.0

    def dicts(self) -> list[dict[str, Any]]:
        """The rows by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Reading(msgspec.Struct, frozen=True):
    """A result on its way: `types` are DuckDB's; `batches` can be read once."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    batches: pa.RecordBatchReader


class Session:
    """A locked-down connection. Its user hands it queries that the guard has let through."""

    def __init__(self, folder: str | None, memory: str, threads: int, zone: str) -> None:
        self.con = duckdb.connect(config={"memory_limit": memory, "threads": threads, "temp_directory": ""})
        opened = folder.replace("'", "''") if folder else ""
        for setting in (
            # What lies in the lake's folder is what SQL shows anyway. Everything else outside is closed.
            f"allowed_directories = [{repr_sql(opened)}]" if folder else "",
            "enable_external_access = false",
            "python_enable_replacements = false",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "allow_community_extensions = false",
            "max_temp_directory_size = '0GB'",
            "parquet_metadata_cache = true",  # the files of a Delta table never change
            f"TimeZone = {repr_sql(zone)}",
            "lock_configuration = true",
        ):
            if setting:
                self.con.execute(f"SET {setting}")
        self._views: dict[str, str] = {}
        self._frames: dict[str, pa.Table] = {}

    def register(self, name: str, rows: pa.Table) -> None:
        """Show an Arrow table under a name; nothing is done when it is the one that is shown already."""
        if self._frames.get(name) is not rows:
            self.con.register(name, rows)
            self._frames[name] = rows

    def view(self, name: str, select: str) -> None:
        """Show a SELECT under a name; nothing is done when it is the one that is shown already."""
        if self._views.get(name) != select:
            self.con.execute(f'CREATE OR REPLACE VIEW "{name}" AS {select}')
            self._views[name] = select

    def run(self, sql: str, params: Params, max_rows: int, timeout_s: float, cancel: Cancel | None = None) -> Result:
        """Run one query. Raises Refused `sql.timeout`, `.cancelled`, `.memory`, or LinkloopError `sql.invalid`."""
        started = time.perf_counter()
        with self.reading(sql, params, timeout_s, cancel) as found:
            rows, truncated = _take(found.batches, max_rows)
        elapsed = (time.perf_counter() - started) * 1000
        return Result(found.columns, found.types, rows, truncated, round(elapsed, 3))

    @contextmanager
    def reading(self, sql: str, params: Params, timeout_s: float, cancel: Cancel | None = None) -> Iterator[Reading]:
        """The result of one query as it comes, batch by batch; raises as `run`, also while it is being read."""
        done = threading.Event()
        watch = threading.Thread(target=_watch, args=(self.con, done, timeout_s, cancel), daemon=True)
        watch.start()
        try:
            if cancel is not None:
                cancel.running(self.con)
            relation = self.con.sql(sql, params=params or None)
            types = tuple(str(kind) for kind in relation.types)
            yield Reading(tuple(relation.columns), types, relation.to_arrow_reader(_BATCH))
        except duckdb.InterruptException:
            raise (cancelled() if cancel is not None and cancel.stopped else _timeout(timeout_s)) from None
        except duckdb.OutOfMemoryException:
            raise _memory() from None
        except duckdb.PermissionException as error:
            raise Refused(
                "sql.outside",
                Text(en="queries cannot reach files or the network", zh="查询不能访问文件或网络"),
                Text(en="Import the file with `linkloop import`.", zh="请用 `linkloop import` 导入文件。"),
            ) from error
        except duckdb.Error as error:
            raise broken(self._placed(error, sql, params)) from error
        finally:
            if cancel is not None:
                cancel.running(None)
            done.set()
            watch.join()

    def _placed(self, error: duckdb.Error, sql: str, params: Params) -> duckdb.Error:
        """The same error with its place in the query, which DuckDB says only on its other way in."""
        if isinstance(error, (duckdb.BinderException, duckdb.CatalogException)):
            try:
                self.con.execute(sql, params or None)
            except duckdb.Error as placed:
                return placed
        return error

    def close(self) -> None:
        """Let go of everything."""
        self._frames.clear()
        self.con.close()


def repr_sql(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _take(reader: pa.RecordBatchReader, max_rows: int) -> tuple[tuple[tuple[Any, ...], ...], bool]:
    rows: list[tuple[Any, ...]] = []
    for batch in reader:
        rows += rows_of(batch)
        if len(rows) > max_rows:
            return tuple(rows[:max_rows]), True
    return tuple(rows), False


def rows_of(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    """The rows of a batch as Python values: instants in UTC, sums of integers whole."""
    return zip(*[_values(column) for column in batch.columns], strict=True)


def _values(column: pa.Array) -> list[Any]:
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz:
        return column.cast(pa.timestamp(kind.unit, "UTC")).to_pylist()
    values = column.to_pylist()
    if pa.types.is_decimal(kind) and kind.scale == 0:  # a sum of integers is a HUGEINT
        return [None if value is None else int(value) for value in values]
    if pa.types.is_nested(kind):
        return [_plain(value) for value in values]
    if pa.types.is_interval(kind) or pa.types.is_duration(kind):
        return [None if value is None else str(value) for value in values]
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal) and value == value.to_integral_value() and value.as_tuple().exponent == 0:
        return int(value)
    return value


def _watch(con: duckdb.DuckDBPyConnection, done: threading.Event, timeout_s: float, cancel: Cancel | None) -> None:
    """Interrupt until it takes: between binding and running an interrupt is lost."""
    until = time.monotonic() + timeout_s
    while cancel is not None and not cancel.stopped and (left := until - time.monotonic()) > 0:
        if done.wait(min(_LOOK_S, left)):
            return
    if cancel is not None or not done.wait(timeout_s):
        while not done.wait(_LOOK_S):
            con.interrupt()


def cancelled() -> LinkloopError:
    """A person stopped the query."""
    return Refused(
        "sql.cancelled",
        Text(en="the query was stopped", zh="查询已停止"),
        Text(en="Change it, or run it again.", zh="可修改后重新运行。"),
    )


def too_many(max_rows: int) -> LinkloopError:
    """More rows than whoever asked can take in; a part of them would be a wrong answer."""
    return Refused(
        "sql.rows",
        Text(en=f"the query finds more than {max_rows:,} rows", zh=f"查询结果超过 {max_rows:,} 行"),
        Text(en="Group the rows, or ask for fewer days.", zh="请先分组汇总，或缩短日期范围。"),
    )


def _timeout(timeout_s: float) -> LinkloopError:
    return Refused(
        "sql.timeout",
        Text(en=f"the query ran longer than {timeout_s:g} s", zh=f"查询超过 {timeout_s:g} 秒"),
        Text(en="Filter by a day or a key, or allow more time.", zh="请按日期或键过滤，或放宽时间限制。"),
    )


def _memory() -> LinkloopError:
    return Refused(
        "sql.memory",
        Text(en="the query needs more memory than it may have", zh="查询所需内存超过限制"),
        Text(en="Group or filter earlier, or allow more memory.", zh="请更早地分组或过滤，或放宽内存限制。"),
    )
