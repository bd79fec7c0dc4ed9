"""Table: a typed row of fact, whose class is the SQL table, the API schema and the page in the docs."""

from __future__ import annotations

import re
from functools import cache
from typing import ClassVar

import msgspec


class Table(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of fact.

    `__table__` is its SQL name, `__key__` the fields that identify a row (a later row with the same key
    replaces it), `__index__` the fields by which `ctx.read` can select rows.
    """

    __table__: ClassVar[str] = ""
    __key__: ClassVar[tuple[str, ...]] = ("id",)
    __index__: ClassVar[tuple[str, ...]] = ()


@cache
def table_name(kind: type[Table]) -> str:
    """The SQL name of a Table class: its own `__table__`, else the class name in snake case."""
    return kind.__dict__.get("__table__") or re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def join_key(values: tuple[object, ...]) -> str:
    """One string for the values of a key; `|` and `%` inside a value are percent-escaped."""
    if len(values) == 1:
        return str(values[0])
    return "|".join(str(value).replace("%", "%25").replace("|", "%7C") for value in values)


def key_of(row: Table) -> str:
    """The key of a row as one string."""
    fields = row.__key__
    if len(fields) == 1:
        return str(getattr(row, fields[0]))
    return join_key(tuple(getattr(row, field) for field in fields))
