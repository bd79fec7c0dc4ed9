"""Filters: what a person clicks together on a table, as SQL whose values can never leave their column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, Literal

import msgspec

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.desk.contracts import ColumnContract
from linkloop.store.sql.session import repr_sql

Op = Literal[
    "is",
    "is_not",
    "one_of",
    "contains",
    "starts",
    "at_least",
    "at_most",
    "above",
    "below",
    "between",
    "empty",
    "filled",
]
Value = str | int | float | bool | None

_COMPARE = {"is": "=", "is_not": "IS DISTINCT FROM", "at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}
_TEXTS = frozenset({"contains", "starts"})
_WANTS = {"one_of": None, "between": 2, "empty": 0, "filled": 0}
_CASTS = {"instant": "TIMESTAMPTZ", "bool": "BOOLEAN", "number": "DOUBLE", "money": "BIGINT"}


_MANY = msgspec.Meta(max_length=200)


class ColumnFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One condition on one column; money counts in minor units, an instant is ISO 8601."""

    column: Annotated[str, msgspec.Meta(max_length=200)]
    op: Op
    values: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=2000)] | int | float | bool, ...], _MANY] = ()


class Sort(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The order of one column; NULL comes last either way."""

    column: Annotated[str, msgspec.Meta(max_length=200)]
    down: bool = False


class Where(msgspec.Struct, frozen=True):
    """A condition with its values apart (to run), and written out (to show, to save and to take into the workbench)."""

    sql: str
    params: dict[str, Any]
    text: str


def where(columns: Sequence[ColumnContract], filters: Iterable[ColumnFilter]) -> Where:
    """All filters at once, as `WHERE …` or nothing. Raises LinkloopError `filter.…` for what does not fit."""
    known = {column.name: column for column in columns}
    params: dict[str, Any] = {}
    parts, texts = [], []
    for one in filters:
        column = _known(known, one.column)
        names = []
        for value in _values(one, column):
            names.append(f"f{len(params)}")
            params[names[-1]] = value
        parts.append(_condition(column, one, [f"${name}" for name in names]))
        texts.append(_condition(column, one, [_literal(column, one, params[name]) for name in names], written=True))
    if not parts:
        return Where("", {}, "")
    return Where("WHERE " + " AND ".join(parts), params, "WHERE " + "\n  AND ".join(texts))


def order(columns: Sequence[ColumnContract], sorts: Sequence[Sort], ties: Sequence[str]) -> str:
    """`ORDER BY …`, ended by `ties` so that a page boundary never moves; nothing when there is nothing to order by."""
    known = {column.name: column for column in columns}
    parts = [f"{quote(_known(known, one.column).name)} {'DESC' if one.down else 'ASC'} NULLS LAST" for one in sorts]
    parts += [quote(name) for name in ties if name not in {one.column for one in sorts}]
    return "ORDER BY " + ", ".join(parts) if parts else ""


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _condition(column: ColumnContract, one: ColumnFilter, given: list[str], *, written: bool = False) -> str:
    name = quote(column.name)
    values = given if written else [f"CAST({value} AS {_kind(column, one)})" for value in given]
    if one.op == "empty":
        return f"({name} IS NULL OR {name} = '')" if column.type == "VARCHAR" else f"{name} IS NULL"
    if one.op == "filled":
        return f"({name} IS NOT NULL AND {name} <> '')" if column.type == "VARCHAR" else f"{name} IS NOT NULL"
    if one.op == "one_of":
        return f"{name} IN ({', '.join(values)})" if values else "false"
    if one.op == "between":
        return f"{name} BETWEEN {values[0]} AND {values[1]}"
    if one.op == "contains":
        return f"contains(lower(CAST({name} AS VARCHAR)), lower({values[0]}))"
    if one.op == "starts":
        return f"starts_with(lower(CAST({name} AS VARCHAR)), lower({values[0]}))"
    return f"{name} {_COMPARE[one.op]} {values[0]}"


def _kind(column: ColumnContract, one: ColumnFilter) -> str:
    if one.op in _TEXTS:
        return "VARCHAR"
    if column.type == "DATE":
        return "DATE"
    return _CASTS.get(column.form, "VARCHAR")


def _values(one: ColumnFilter, column: ColumnContract) -> list[Value]:
    wanted = _WANTS.get(one.op, 1)
    if wanted is not None and len(one.values) != wanted:
        raise _wrong(
            f"“{one.op}” takes {wanted} values, not {len(one.values)}",
            f"“{one.op}” 需要 {wanted} 个值，而不是 {len(one.values)} 个",
            column.name,
        )
    return [_value(column, value, text=one.op in _TEXTS) for value in one.values]


def _value(column: ColumnContract, value: Value, *, text: bool) -> Value:
    form = "text" if text else column.form
    if isinstance(value, str) and "\x00" in value:
        raise _wrong("a text holds a NUL character", "文本中含有 NUL 字符", column.name)
    if form in ("number", "money") and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise _wrong("a number is needed", "需要一个数字", column.name)
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        raise _wrong("the number is beyond 64 bits", "数字超出 64 位范围", column.name)
    if isinstance(value, float) and value != value:
        raise _wrong("a number is needed", "需要一个数字", column.name)
    if form == "bool" and not isinstance(value, bool):
        raise _wrong("true or false is needed", "需要“是”或“否”", column.name)
    if form == "instant":
        return _moment(value, column.name)
    if form in ("text", "day", "json"):
        return str(value)
    return value


def _moment(value: Value, where: str) -> str:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise _wrong(
            "a moment like 2026-11-11T08:00:00Z is needed", "需要形如 2026-11-11T08:00:00Z 的时间", where
        ) from None
    if moment.tzinfo is None:
        raise _wrong("the moment has no time zone", "时间缺少时区", where)
    return moment.isoformat()


def _literal(column: ColumnContract, one: ColumnFilter, value: Value) -> str:
    """A value as a person would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if isfinite(value) else f"{repr_sql(str(value))}::DOUBLE"
    if isinstance(value, str):
        kind = _kind(column, one)
        return repr_sql(value) if kind == "VARCHAR" else f"{kind} {repr_sql(value)}"
    return str(value)


def _known(known: dict[str, ColumnContract], name: str) -> ColumnContract:
    if name not in known:
        raise _wrong("there is no such column", "没有这一列", name)
    return known[name]


def _wrong(en: str, zh: str, where: str) -> LinkloopError:
    return LinkloopError(
        "filter.invalid", Text(en=en, zh=zh), Text(en="Correct the filter.", zh="请更正筛选条件。"), where=where
    )
