"""Columns: the one mapping between a Table class and its columns in the lake, in SQL and in the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Literal

import msgspec
import pyarrow as pa
from msgspec import inspect

from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text

OFFSET = "_offset"
"""The column that holds the log offset of a row's version."""

INSTANT = pa.timestamp("us", tz="UTC")
"""How every datetime is kept: microseconds, UTC."""

_CURRENCY = "_currency"

_SCALARS: dict[type[inspect.Type], pa.DataType] = {
    inspect.StrType: pa.string(),
    inspect.IntType: pa.int64(),
    inspect.FloatType: pa.float64(),
    inspect.BoolType: pa.bool_(),
    inspect.DateTimeType: INSTANT,
}


class Column(msgspec.Struct, frozen=True):
    """One field of a Table as it is stored: Money takes two columns, whatever is nested one JSON string."""

    name: str
    form: Literal["scalar", "money", "json"]
    arrow: pa.DataType
    optional: bool
    is_key: bool


@cache
def columns(kind: type[Table]) -> tuple[Column, ...]:
    """The fields of a Table class in their declared order, each with its stored form."""
    described = inspect.type_info(kind)
    if not isinstance(described, inspect.StructType):
        raise TypeError(f"{kind.__name__} is not a Table")
    return tuple(_column(field, kind) for field in described.fields)


@cache
def arrow_schema(kind: type[Table]) -> pa.Schema:
    """The Arrow schema of a Table class: its fields, then `_offset`.

    Money `f` is `f` int64 (minor units) and `f_currency` string; datetime is timestamp[us, UTC]; whatever is
    nested is a JSON string. Only key fields and `_offset` are non-null, so that a field which a later version
    of the class adds can always be merged into rows that lack it.
    """
    fields: list[pa.Field] = []
    for column in columns(kind):
        fields.append(pa.field(column.name, column.arrow, nullable=not column.is_key))
        if column.form == "money":
            fields.append(pa.field(column.name + _CURRENCY, pa.string(), nullable=not column.is_key))
    fields.append(pa.field(OFFSET, pa.int64(), nullable=False))
    names = [field.name for field in fields]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TypeError(f"{kind.__name__}: two fields need the column {', '.join(twice)}")
    return pa.schema(fields)


@cache
def key_columns(kind: type[Table]) -> tuple[str, ...]:
    """The columns that together identify a row."""
    return tuple(
        name
        for column in columns(kind)
        if column.is_key
        for name in ((column.name, column.name + _CURRENCY) if column.form == "money" else (column.name,))
    )


def to_arrow(kind: type[Table], rows: Iterable[tuple[int, Table]]) -> pa.Table:
    """`(offset, row)` pairs as one Arrow table with `arrow_schema(kind)`; a naive datetime counts as UTC.

    Raises LinkloopError `columns.unfit` when a value does not fit its column (an int beyond 64 bits, say).
    """
    pairs = list(rows)
    schema = arrow_schema(kind)
    if not pairs:
        return schema.empty_table()
    values = list(zip(*map(msgspec.structs.astuple, (row for _, row in pairs)), strict=True))
    arrays: list[pa.Array] = []
    for column, column_values in zip(columns(kind), values, strict=True):
        try:
            arrays += _arrays(column, column_values)
        except (pa.ArrowException, OverflowError, TypeError, ValueError, AttributeError) as error:
            raise LinkloopError(
                "columns.unfit",
                Text(
                    en=f"a value of {kind.__name__}.{column.name} does not fit its column: {error}",
                    zh=f"{kind.__name__}.{column.name} 的一个值放不进它的列：{error}",
                ),
                Text(
                    en="Correct the value at its source and send the row again.",
                    zh="请在来源处更正这个值，再重新发送这一行。",
                ),
                where=f"{kind.__name__}.{column.name}",
            ) from error
    arrays.append(pa.array([offset for offset, _ in pairs], pa.int64()))
    return pa.Table.from_arrays(arrays, schema=schema)


def from_row(kind: type[Table], mapping: Mapping[str, Any]) -> Table:
    """The Table row that a mapping of column names to values (as SQL or Arrow gives them) stands for.

    A NULL or a missing column takes the field's default unless the field may be None. Raises LinkloopError
    `columns.invalid` when the values do not make a row of this class.
    """
    given: dict[str, Any] = {}
    try:
        for column in columns(kind):
            value = mapping.get(column.name)
            if value is None:
                if column.optional and column.name in mapping:
                    given[column.name] = None
            elif column.form == "money":
                given[column.name] = {"amount": value, "currency": mapping[column.name + _CURRENCY]}
            elif column.form == "json":
                given[column.name] = msgspec.json.decode(value)
            else:
                given[column.name] = value
        return msgspec.convert(given, kind, str_keys=True)
    except (msgspec.ValidationError, msgspec.DecodeError, KeyError, TypeError) as error:
        raise LinkloopError(
            "columns.invalid",
            Text(
                en=f"these columns do not make a {kind.__name__}: {error}",
                zh=f"这些列不能组成一行 {kind.__name__}：{error}",
            ),
            Text(en="Correct the named field.", zh="请更正所指的字段。"),
            where=kind.__name__,
        ) from error


def _column(field: inspect.Field, kind: type[Table]) -> Column:
    options = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
    plain = [option for option in options if not isinstance(option, inspect.NoneType)]
    optional = len(plain) < len(options) or any(isinstance(option, inspect.AnyType) for option in plain)
    only = plain[0] if len(plain) == 1 else inspect.AnyType()
    only = only.type if isinstance(only, inspect.Metadata) else only
    is_key = field.name in kind.__key__
    if isinstance(only, inspect.StructType) and only.cls is Money:
        return Column(field.name, "money", pa.int64(), optional, is_key)
    if (arrow := _scalar(only)) is not None:
        return Column(field.name, "scalar", arrow, optional, is_key)
    return Column(field.name, "json", pa.string(), optional, is_key)


def _scalar(described: inspect.Type) -> pa.DataType | None:
    if isinstance(described, inspect.LiteralType):
        kinds = {type(value) for value in described.values}
        return pa.string() if kinds == {str} else pa.int64() if kinds == {int} else None
    return _SCALARS.get(type(described))


def _arrays(column: Column, values: tuple[Any, ...]) -> list[pa.Array]:
    if column.form == "money":
        return [
            pa.array([None if v is None else v.amount for v in values], pa.int64()),
            pa.array([None if v is None else v.currency for v in values], pa.string()),
        ]
    if column.form == "json":
        encode: Callable[[Any], bytes] = _JSON.encode
        return [pa.array([None if v is None else encode(v).decode() for v in values], pa.string())]
    return [pa.array(values, column.arrow)]


_JSON = msgspec.json.Encoder()
