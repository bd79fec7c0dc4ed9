"""Looks: what a person sees of a file before it is taken in, as data (without polars: it is not needed to serve)."""

from __future__ import annotations

import msgspec

from linkloop.core.text import Text
from linkloop.worlds.files.mapping import Mapping


class RawRow(msgspec.Struct, frozen=True):
    """A row as it stands in the file."""

    row: int
    cells: tuple[str, ...]


class ColumnLook(msgspec.Struct, frozen=True, kw_only=True):
    """A column: values that it has, and what they look like. Shares are 0 to 1, of the rows that were looked at."""

    column: str
    samples: tuple[str, ...]
    filled: float
    distinct: int
    number: float
    date: float
    formats: tuple[str, ...]
    day_or_month: bool
    decimal: str


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """A table that the columns nearly feed: field → column of what is there, and which fields are missing."""

    table: str
    found: dict[str, str]
    missing: tuple[str, ...]


class SheetLook(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a file. `rows` is None where counting them would mean reading all; `above` stand over the header.

    `told` says where the mapping is from: one that was `kept` for these headers, a `guess`, or `none` was found.
    """

    sheet: str
    header: tuple[str, ...]
    encoding: str
    delimiter: str
    rows: int | None
    first: tuple[RawRow, ...]
    above: tuple[RawRow, ...]
    columns: tuple[ColumnLook, ...]
    told: str
    mapping: Mapping | None
    kept: tuple[str, ...]
    near: tuple[Near, ...]
    currency: str
    currency_why: Text
    timezone: str


class TryExample(msgspec.Struct, frozen=True):
    """A cell that cannot be read: the number of its row and what stands there."""

    row: int
    value: str


class TryReason(msgspec.Struct, frozen=True, kw_only=True):
    """Why rows would be quarantined: how many for this reason in this column (a row may have several reasons)."""

    code: str
    column: str
    text: Text
    rows: int
    examples: tuple[TryExample, ...]


class UnderstoodRow(msgspec.Struct, frozen=True):
    """A row as it would be kept: `table.field` → value (money as decimal text with its currency, instants in UTC)."""

    row: int
    values: dict[str, str | int | float | bool | None]


class TryMark(msgspec.Struct, frozen=True):
    """A cell among the first rows that would keep its row out (column empty: the whole row)."""

    row: int
    column: str
    code: str
    text: Text


class TryReport(msgspec.Struct, frozen=True, kw_only=True):
    """rows = kept + quarantined, over the first rows or over the `whole` file; `problems` are those of the mapping
    itself, and then nothing is counted. `tables` counts the rows that each SQL table would get."""

    whole: bool
    rows: int = 0
    kept: int = 0
    quarantined: int = 0
    reasons: tuple[TryReason, ...] = ()
    tables: dict[str, int] = {}
    understood: tuple[UnderstoodRow, ...] = ()
    marks: tuple[TryMark, ...] = ()
    problems: tuple[Text, ...] = ()
    seconds: float = 0.0
