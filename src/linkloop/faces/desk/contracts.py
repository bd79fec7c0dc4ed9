"""Contracts: what every table, event and view promises: columns, types, units, keys, allowed values, owners."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal
from weakref import WeakKeyDictionary

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.decision import Decision
from linkloop.core.errors import NotFound
from linkloop.core.event import Event
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text
from linkloop.core.vocabulary import json_schema, tables
from linkloop.faces.desk import glossary
from linkloop.faces.desk.lineage import owners
from linkloop.store.columns import OFFSET, Column, columns
from linkloop.store.frames import literals
from linkloop.store.sql.views import about

Noun = Literal["table", "event", "view"]
Form = Literal["text", "number", "bool", "instant", "day", "money", "json"]

# What the last word of a column's name says of its unit.
_UNITS = {"minutes": "minutes", "days": "days", "ms": "ms", "g": "g", "mm": "mm", "s": "s", "percent": "%"}
_DAY = re.compile(r"(^|_)(day|date)$")


class ColumnContract(msgspec.Struct, frozen=True, kw_only=True):
    """One column. `form` says how to read it (money: minor units, its currency is in `currency_column`); `values`
    are all that it may be, none where anything of its type may stand; `default` is JSON."""

    name: str
    type: str
    form: Form
    needed: bool = False
    key: bool = False
    optional: bool = True
    values: tuple[str, ...] = ()
    unit: str = ""
    default: Any = None
    currency_column: str = ""
    means: Text = Text(en="", zh="")


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """What a table promises. `owners` are those whose words fill it; `sql` is set for views."""

    name: str
    noun: Noun
    means: Text
    key: tuple[str, ...] = ()
    read_by: tuple[str, ...] = ()
    ordered_by: str = ""
    deadline_ms: int = 0
    columns: list[ColumnContract]
    owners: list[str] = []
    json_schema: dict[str, Any] = {}
    sql: str = ""
    sources: list[str] = []


def contract(shop: Shop, name: str) -> Contract:
    """The contract of a table, an event or a view. Raises NotFound `table.unknown`."""
    kind = tables().get(name)
    if kind is not None:
        return _of_class(shop, name, kind)
    if (text := shop.door.views.get(name)) is not None:
        return Contract(
            name=name,
            noun="view",
            means=glossary.noun(name, about(text)),
            columns=view_columns(shop, name),
            sql=text,
            sources=sorted(shop.door.names(text)),
        )
    raise NotFound(
        "table.unknown",
        Text(en=f"there is no table {name}", zh=f"没有名为 {name} 的表"),
        Text(en="Choose one from the list.", zh="请从列表中选择。"),
        where=name,
    )


def names(shop: Shop) -> list[tuple[str, Noun]]:
    """Every table, event and view, by name."""
    found: list[tuple[str, Noun]] = [(name, noun_of(kind)) for name, kind in tables().items()]
    return sorted(found + [(name, "view") for name in shop.door.views])


def noun_of(kind: type[Table]) -> Noun:
    """Whether a class is an event or a table."""
    return "event" if issubclass(kind, Event) else "table"


def means(shop: Shop, name: str) -> Text:
    """What a table, event or view is, in one sentence or two."""
    kind = tables().get(name)
    return glossary.noun(name, (kind.__doc__ or "") if kind else about(shop.door.views[name]))


@cache
def class_columns(kind: type[Table]) -> tuple[ColumnContract, ...]:
    """The columns of a class as they stand in SQL: its fields, the currencies of its money, `_offset`."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    found = [_column(kind, column, fields[column.name]) for column in columns(kind)]
    money = {one.name: _currency(kind, one) for one in found if one.form == "money"}
    offset = ColumnContract(
        name=OFFSET, type="BIGINT", form="number", needed=True, optional=False, means=_means(table_name(kind), OFFSET)
    )
    spread = [one for column in found for one in ((column, money[column.name]) if column.name in money else (column,))]
    return (*spread, offset)


def view_columns(shop: Shop, name: str) -> list[ColumnContract]:
    """The columns of a view, as SQL itself describes them; asked once for as long as a shop stands."""
    known = _SHAPES.setdefault(shop, {})
    if name not in known:
        quoted = name.replace('"', '""')
        shape = shop.door.query(f'SELECT * FROM "{quoted}" LIMIT 0')
        known[name] = result_columns(name, shape.columns, shape.types)
    return list(known[name])


_SHAPES: WeakKeyDictionary[Shop, dict[str, list[ColumnContract]]] = WeakKeyDictionary()


def result_columns(table: str, names: tuple[str, ...], types: tuple[str, ...]) -> list[ColumnContract]:
    """Columns of a result: whatever has a `_currency` beside it is money."""
    found: list[ColumnContract] = []
    for name, kind in zip(names, types, strict=True):
        currency = f"{name}_currency" if f"{name}_currency" in names and kind in _WHOLE else ""
        form = "money" if currency else _form(name, kind)
        word = glossary.column(table, name)
        found.append(
            ColumnContract(
                name=name,
                type=kind,
                form=form,
                currency_column=currency,
                unit=_unit(name, kind, word) if form == "number" else "",
                means=Text(en=word.en, zh=word.zh) if word else Text(en="", zh=""),
            )
        )
    return found


_WHOLE = frozenset({"BIGINT", "HUGEINT", "INTEGER"})
_NUMBERS = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER", "HUGEINT", "DOUBLE", "FLOAT", "DECIMAL")


def _form(name: str, kind: str) -> Form:
    if kind.startswith(_NUMBERS) and not kind.endswith("]"):
        return "number"
    if kind == "BOOLEAN":
        return "bool"
    if kind.startswith("TIMESTAMP"):
        return "instant"
    if kind == "DATE" or (kind == "VARCHAR" and _DAY.search(name)):
        return "day"
    return "json" if kind.endswith(("]", ")")) or kind == "JSON" else "text"


def _of_class(shop: Shop, name: str, kind: type[Table]) -> Contract:
    event = issubclass(kind, Event)
    return Contract(
        name=name,
        noun=noun_of(kind),
        means=glossary.noun(name, kind.__doc__ or ""),
        key=kind.__key__,
        read_by=kind.__index__,
        ordered_by=kind.__about__ if event else "",
        deadline_ms=kind.__deadline_ms__ if event else 0,
        columns=list(class_columns(kind)),
        owners=["gate"] if kind is Decision else owners(shop, kind),
        json_schema=json_schema(kind),
    )


def _column(kind: type[Table], column: Column, field: msgspec.structs.FieldInfo) -> ColumnContract:
    sql = _SQL.get(str(column.arrow), "TIMESTAMPTZ")
    table = table_name(kind)
    form: Form = column.form if column.form != "scalar" else _form(column.name, sql)
    word = glossary.column(table, column.name)
    default = None
    if field.default is not msgspec.NODEFAULT:
        default = msgspec.to_builtins(field.default)
    elif field.default_factory is not msgspec.NODEFAULT:
        default = msgspec.to_builtins(field.default_factory())
    return ColumnContract(
        name=column.name,
        type=sql,
        form=form,
        needed=field.required,
        key=column.is_key,
        optional=column.optional,
        values=literals(kind, column.name),
        unit=_unit(column.name, sql, word) if form == "number" else "",
        default=default,
        currency_column=f"{column.name}_currency" if form == "money" else "",
        means=_means(table, column.name),
    )


_SQL = {"string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN"}


def _currency(kind: type[Table], money: ColumnContract) -> ColumnContract:
    name = f"{money.name}_currency"
    return msgspec.structs.replace(
        money,
        name=name,
        type="VARCHAR",
        form="text",
        default=None,
        currency_column="",
        means=_means(table_name(kind), name),
    )


def _means(table: str, name: str) -> Text:
    word = glossary.column(table, name)
    return Text(en=word.en, zh=word.zh) if word else Text(en="", zh="")


def _unit(name: str, kind: str, word: glossary.ColumnWord | None) -> str:
    if word is not None and word.unit:
        return word.unit
    return _UNITS.get(name.rsplit("_", 1)[-1], "") if "_" in name and kind != "VARCHAR" else ""
