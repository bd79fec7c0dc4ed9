"""Frames: many rows of one Table class as polars columns, made whole, checked, and turned into keys and JSON bodies."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import polars as pl
import sqlalchemy as sa
from msgspec import inspect

from linkloop.core.errors import LinkloopError
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text
from linkloop.store.columns import OFFSET, Column, arrow_schema, columns
from linkloop.store.schema import state

_ASKED = 10_000  # keys in one query: below the 32,766 parameters of SQLite
_INSTANT = pl.Datetime("us", "UTC")


@cache
def frame_schema(kind: type[Table]) -> dict[str, pl.DataType]:
    """The polars types of a class in SQL shape, without `_offset`; text and JSON are strings, instants are UTC."""
    schema = pl.Schema(pl.from_arrow(arrow_schema(kind).empty_table()).schema)  # type: ignore[union-attr]
    return {name: dtype for name, dtype in schema.items() if name != OFFSET}


def complete(kind: type[Table], frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column of the class in its order and type; what it lacks is null. Last row of a key counts.

    Raises LinkloopError `bulk.unfit` for a column that the class does not have or that does not cast.
    """
    schema = frame_schema(kind)
    if strange := [name for name in frame.columns if name not in schema]:
        raise _unfit(kind, strange[0], "there is no such column", "没有这一列")
    try:
        whole = frame.with_columns(pl.lit(None).alias(name) for name in schema if name not in frame.columns)
        whole = whole.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    except pl.exceptions.PolarsError as error:
        raise _unfit(kind, "", str(error), str(error)) from error
    return whole.unique(list(kind.__key__), keep="last", maintain_order=True)


def known_rows(connection: sa.Connection, kind: type[Table], frame: pl.DataFrame, *, before: int) -> pl.DataFrame:
    """The frame with each null filled from the state row of its key, where that is from before offset `before`."""
    given = keys(kind, frame)
    query = sa.select(state.c.key, state.c.body).where(state.c.kind == table_name(kind), state.c.offset < before)
    found = _asked(connection, query, given)
    if not found:
        return frame
    told = pl.Series([row.body.decode() for row in found])
    shape = {c.name: _json_type(c, frame.schema[c.name]) for c in columns(kind) if c.form != "json"}
    old = told.str.json_decode(pl.Struct(shape)).struct.unnest()
    for column in columns(kind):
        if column.form == "money":
            amount, currency = (old[column.name].struct.field(f) for f in ("amount", "currency"))
            old = old.with_columns(amount.alias(column.name), currency.alias(f"{column.name}_currency"))
        elif column.form == "json":
            raw = [msgspec.json.decode(row.body, type=dict[str, msgspec.Raw]).get(column.name) for row in found]
            texts = [None if value is None or bytes(value) == b"null" else bytes(value).decode() for value in raw]
            old = old.with_columns(pl.Series(column.name, texts, pl.String))
        elif frame.schema[column.name] == _INSTANT:
            instant = pl.col(column.name).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="us", time_zone="UTC")
            old = old.with_columns(instant)
    old = old.with_columns(pl.Series("_key", [row.key for row in found]))
    both = frame.with_columns(given.alias("_key")).join(old, "_key", how="left", suffix=" old", maintain_order="left")
    return both.select(pl.coalesce(name, f"{name} old") for name in frame.columns)


def unsaid(connection: sa.Connection, kind: type[Table], frame: pl.DataFrame, *, ours: tuple[int, ...]) -> pl.DataFrame:
    """The frame without rows of which others said something after the first of our offsets."""
    given = keys(kind, frame)
    query = sa.select(state.c.key).where(
        state.c.kind == table_name(kind), state.c.offset > min(ours), state.c.offset.not_in(ours)
    )
    newer = [row.key for row in _asked(connection, query, given)]
    return frame.filter(~given.is_in(newer)) if newer else frame


def settled(kind: type[Table], frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with defaults for the nulls of fields that may not be None; every row is then a row of the class.

    Raises LinkloopError `bulk.unfit` when a field without a default is null, a word is none of its literals, or
    money has no currency.
    """
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    filled: list[pl.Expr] = []
    for column in columns(kind):
        name = column.name
        if column.form == "money" and frame[name].is_not_null().ne(frame[f"{name}_currency"].is_not_null()).any():
            raise _unfit(kind, name, "an amount without a currency", "金额没有币种")
        if frame.schema[name] == pl.Float64 and not frame[name].fill_null(0.0).is_finite().all():
            raise _unfit(kind, name, "a number that is not finite", "数字不是有限值")
        if words := literals(kind, name):
            strange = frame[name].drop_nulls().unique().to_list()
            if unknown := sorted(set(strange) - set(words)):
                raise _unfit(kind, name, f"{unknown[0]!r} is none of {words}", f"{unknown[0]!r} 不在 {words} 之中")
        if column.optional or not frame[name].null_count():
            continue
        default = _default(fields[name])
        if default is None or column.form == "money":
            raise _unfit(kind, name, "a value is missing", "缺少值")
        filled.append(
            pl.col(name).fill_null(msgspec.json.encode(default).decode() if column.form == "json" else default)
        )
    return frame.with_columns(filled)


def keys(kind: type[Table], frame: pl.DataFrame) -> pl.Series:
    """The key of each row as one string, as `core.table.key_of` writes it."""
    parts = [pl.col(field).cast(pl.String) for field in kind.__key__]
    if len(parts) > 1:
        parts = [p.str.replace_all("%", "%25", literal=True).str.replace_all("|", "%7C", literal=True) for p in parts]
    return frame.select(pl.concat_str(parts, separator="|")).to_series()


def indexes(kind: type[Table], frame: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """The values of the two index columns of the state, null where the class has no such index."""
    found = [frame[field].cast(pl.String).fill_null("None") for field in kind.__index__[:2]]
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    return found[0] if found else nothing, found[1] if len(found) > 1 else nothing


def bodies(kind: type[Table], frame: pl.DataFrame) -> list[bytes]:
    """Each row as JSON that msgspec decodes to the class; a field that has its default in all rows is left out."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    plain: list[pl.Expr] = []
    nested: list[str] = []
    for column in columns(kind):
        name = column.name
        if _is_default(fields[name], frame[name]):
            continue
        if column.form == "json":
            nested.append(name)
        elif column.form == "money":
            money = pl.struct(amount=pl.col(name), currency=pl.col(f"{name}_currency"))
            plain.append(pl.when(pl.col(name).is_not_null()).then(money).alias(name))
        elif frame.schema[name] == _INSTANT:
            plain.append(pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ"))
        else:
            plain.append(pl.col(name))
    body = pl.struct(plain).struct.json_encode()
    if nested:
        pieces: list[pl.Expr] = [body.str.strip_suffix("}")]
        for name in nested:
            pieces += [pl.lit(f',"{name}":'), pl.col(name).fill_null("null")]
        body = pl.concat_str([*pieces, pl.lit("}")])
    made: list[bytes] = frame.select(body.cast(pl.Binary).alias("body"))["body"].to_list()
    return made


def _asked(connection: sa.Connection, query: Any, given: pl.Series) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(given), _ASKED):
        asked = given[start : start + _ASKED].to_list()
        found += connection.execute(query.where(state.c.key.in_(asked))).all()
    return found


def _json_type(column: Column, dtype: pl.DataType) -> pl.DataType:
    """How a plain field of a body reads; an instant is text there."""
    if column.form == "money":
        return pl.Struct({"amount": pl.Int64, "currency": pl.String})
    return pl.String() if dtype == _INSTANT else dtype


@cache
def literals(kind: type[Table], name: str) -> tuple[str, ...]:
    """The words that a field may be, or none where it may be anything of its type."""
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType)
    (field,) = (f for f in described.fields if f.name == name)
    return tuple(map(str, field.type.values)) if isinstance(field.type, inspect.LiteralType) else ()


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default is not msgspec.NODEFAULT:
        return field.default
    return field.default_factory() if field.default_factory is not msgspec.NODEFAULT else None


def _is_default(field: msgspec.structs.FieldInfo, values: pl.Series) -> bool:
    if field.default is None:
        return values.null_count() == len(values)
    plain = isinstance(field.default, str | int | float)
    return plain and not values.null_count() and bool((values == field.default).all())


def _unfit(kind: type[Table], field: str, en: str, zh: str) -> LinkloopError:
    return LinkloopError(
        "bulk.unfit",
        Text(en=f"a frame does not make rows of {kind.__name__}: {en}", zh=f"数据不能组成 {kind.__name__}：{zh}"),
        Text(en="Correct the column; nothing of this chunk was kept.", zh="请更正这一列；这一批没有写入任何内容。"),
        where=f"{table_name(kind)}.{field}" if field else table_name(kind),
    )
