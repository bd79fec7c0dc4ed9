"""Cells: values of SQL results that JSON cannot hold, written as text and read back by their SQL type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

import msgspec

from linkloop.store.sql.session import Result

_SAFE = 2**63
_FLOATS = frozenset({"DOUBLE", "FLOAT"})
_WHOLE = frozenset({"HUGEINT", "UHUGEINT", "UBIGINT", "BIGNUM"})
_TIMES: dict[str, Any] = {
    "TIMESTAMP WITH TIME ZONE": datetime,
    "TIMESTAMP": datetime,
    "TIMESTAMP_S": datetime,
    "TIMESTAMP_MS": datetime,
    "TIMESTAMP_NS": datetime,
    "DATE": date,
    "TIME": time,
    "BLOB": bytes,
}


def to_wire(result: Result) -> Result:
    """Whole numbers beyond 64 bits and NaN or infinity become text; msgspec writes everything else by itself."""
    return _changed(result, _writer)


def wire_rows(types: Sequence[str], rows: tuple[tuple[Any, ...], ...]) -> tuple[tuple[Any, ...], ...]:
    """Rows of these types as `to_wire` writes them."""
    return to_wire(Result(tuple(types), tuple(types), rows)).rows


def from_wire(result: Result) -> Result:
    """The inverse, by the column's type. Values inside lists and structs stay as JSON has them."""
    return _changed(result, _reader)


def _writer(kind: str) -> Callable[[Any], Any] | None:
    if kind in _FLOATS:
        return lambda cell: str(cell) if not isfinite(cell) else cell
    if kind in _WHOLE:
        return lambda cell: cell if -_SAFE <= cell < _SAFE else str(cell)
    return None


def _reader(kind: str) -> Callable[[Any], Any] | None:
    if kind in _FLOATS:
        return float
    if kind in _WHOLE:
        return int
    if kind.startswith("DECIMAL"):
        return lambda cell: Decimal(cell) if isinstance(cell, str) else cell
    if (known := _TIMES.get(kind)) is not None:
        return lambda cell: msgspec.convert(cell, known)
    return None


def _changed(result: Result, changer: Callable[[str], Callable[[Any], Any] | None]) -> Result:
    changes = [(n, change) for n, kind in enumerate(result.types) if (change := changer(kind)) is not None]
    if not changes:
        return result
    rows = []
    for row in result.rows:
        cells = list(row)
        for n, change in changes:
            if cells[n] is not None:
                cells[n] = change(cells[n])
        rows.append(tuple(cells))
    return msgspec.structs.replace(result, rows=tuple(rows))
