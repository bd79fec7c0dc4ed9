"""Quality: what each column of a table really holds: how much is missing, how many values, which ones most often."""

from __future__ import annotations

import threading
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.vocabulary import tables
from linkloop.faces.desk.contracts import ColumnContract, contract
from linkloop.faces.desk.filters import quote
from linkloop.store.columns import OFFSET
from linkloop.store.sql.cancel import Cancel

TOP = 5
MOST_DISTINCT = 10_000
TIMEOUT_S = 60.0
_KEPT = 64


class TopValue(msgspec.Struct, frozen=True):
    """A value as text, and how many rows have it."""

    value: str
    rows: int


class ColumnQuality(msgspec.Struct, frozen=True, kw_only=True):
    """One column. An empty text counts as missing; `distinct` is estimated within a few percent; `strange` counts
    values that the contract does not allow."""

    name: str
    missing: int
    distinct: int
    low: str | None = None
    high: str | None = None
    mean: float | None = None
    strange: int = 0
    top: list[TopValue] = []


class TableQuality(msgspec.Struct, frozen=True, kw_only=True):
    """All columns of a table over `rows` rows, as of log offset `as_of` (-1 for a view)."""

    name: str
    rows: int
    as_of: int
    columns: list[ColumnQuality]
    elapsed_ms: float
    sql: str


def quality(shop: Shop, name: str, cancel: Cancel | None = None) -> TableQuality:
    """Count every column of a table; kept until the table changes. Raises NotFound `table.unknown`."""
    told = contract(shop, name)
    kind = tables().get(name)
    version = shop.door.stored(kind).last if kind else -1
    kept = _BOOKS.setdefault(shop, {})
    if kind and (known := kept.get((name, version))) is not None:
        return known
    sql = question(name, told.columns)
    found = shop.door.query(sql, timeout_s=TIMEOUT_S, cancel=cancel)
    row = found.dicts()[0]
    top = _top(shop, name, told.columns, row, cancel)
    made = TableQuality(
        name=name,
        rows=row["rows"],
        as_of=version,
        columns=[
            _column(column, row, n, top.get(n, []), unique=told.key == (column.name,))
            for n, column in enumerate(told.columns)
        ],
        elapsed_ms=found.elapsed_ms,
        sql=sql,
    )
    with _LOCK:
        for old in [key for key in kept if key[0] == name]:
            kept.pop(old, None)
        kept[name, version] = made
        while len(kept) > _KEPT:
            kept.pop(next(iter(kept)))
    return made


def question(name: str, columns: list[ColumnContract]) -> str:
    """One query over all columns: one reading of the table, however many columns it has."""
    parts = ["count(*) AS rows"]
    for n, column in enumerate(columns):
        c = quote(column.name)
        filled = f"NULLIF({c}, '')" if column.type == "VARCHAR" else c
        parts += [
            f"count(*) - count({filled}) AS missing_{n}",
            f"approx_count_distinct({c}) AS distinct_{n}",
        ]
        if column.form != "json":
            parts += [f"{_short(f'{end}({c})')} AS {word}_{n}" for end, word in (("min", "low"), ("max", "high"))]
        if column.form in ("number", "money"):
            parts.append(f"avg({c}) AS mean_{n}")
        if column.values:
            allowed = ", ".join("'" + value.replace("'", "''") + "'" for value in column.values)
            parts.append(f"count({filled}) FILTER ({c} NOT IN ({allowed})) AS strange_{n}")
    select = ",\n  ".join(parts)
    return f"SELECT\n  {select}\nFROM {quote(name)}"


def _top(
    shop: Shop, name: str, columns: list[ColumnContract], row: dict[str, Any], cancel: Cancel | None
) -> dict[int, list[TopValue]]:
    """The most frequent values of the columns that repeat theirs; of a key there is nothing to say."""
    parts = []
    for n, column in enumerate(columns):
        if (
            0 < row[f"distinct_{n}"] <= min(MOST_DISTINCT, row["rows"] / 2)
            and column.form != "json"
            and column.name != OFFSET
        ):
            c = quote(column.name)
            parts.append(
                f"(SELECT {n} AS n, {_short(c)} AS value, count(*) AS rows FROM {quote(name)} WHERE {c} IS NOT NULL"
                f" GROUP BY ALL ORDER BY rows DESC, value LIMIT {TOP})"
            )
    found: dict[int, list[TopValue]] = {}
    if parts:
        for n, value, rows in shop.door.query(" UNION ALL ".join(parts), timeout_s=TIMEOUT_S, cancel=cancel).rows:
            found.setdefault(n, []).append(TopValue(value, rows))
    return found


def _short(expression: str) -> str:
    return f"left(CAST({expression} AS VARCHAR), 200)"


def _column(column: ColumnContract, row: dict[str, Any], n: int, top: list[TopValue], *, unique: bool) -> ColumnQuality:
    return ColumnQuality(
        name=column.name,
        missing=row[f"missing_{n}"],
        distinct=row["rows"] if unique else min(row[f"distinct_{n}"], row["rows"]),
        low=row.get(f"low_{n}"),
        high=row.get(f"high_{n}"),
        mean=row.get(f"mean_{n}"),
        strange=row.get(f"strange_{n}", 0),
        top=top,
    )


_BOOKS: WeakKeyDictionary[Shop, dict[tuple[str, int], TableQuality]] = WeakKeyDictionary()
_LOCK = threading.Lock()
