"""Quarantine views: rows that were not taken in, what is wrong with them, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from linkloop.core.text import Text

WardState = Literal["all", "bad", "ready", "edited"]
How = Literal["set", "fill", "replace", "trim", "narrow", "thousands", "number", "positive", "date", "undo"]
Cell = Annotated[str, msgspec.Meta(max_length=100_000)]
Name = Annotated[str, msgspec.Meta(max_length=2000)]


class WardReason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason in one column (empty: the whole row), and how many waiting rows have it."""

    code: str
    column: str
    text: Text
    rows: int


class WardAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Where every row of the file is: rows_in = rows_kept + waiting + readmitted + dismissed."""

    rows_in: int
    rows_kept: int
    waiting: int
    readmitted: int
    dismissed: int


class WardSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One quarantined file. `ready` rows are good now and can be taken in; `reasons` is None where there are too many
    rows to look through before the file is opened."""

    id: str
    file: str
    sheet: str
    at: datetime
    mapping: str
    recognised: bool
    account: WardAccount
    ready: int
    edited: int
    reasons: tuple[WardReason, ...] | None


class WardColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column and the fields that it gives, as `table.field`; `rows` have something wrong in it."""

    column: str
    fields: tuple[str, ...]
    rows: int


class WardView(msgspec.Struct, frozen=True, kw_only=True):
    """A quarantined file that is open. `version` changes with every change to its rows."""

    id: str
    file: str
    sheet: str
    at: datetime
    version: int
    mapping: str
    recognised: bool
    account: WardAccount
    ready: int
    edited: int
    columns: tuple[WardColumn, ...]
    reasons: tuple[WardReason, ...]


class RowReason(msgspec.Struct, frozen=True):
    """What is wrong with a row, and in which column (empty: the whole row)."""

    code: str
    column: str
    text: Text


class WardRow(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting row: cells in the order of the columns, then those beyond the headers as `extra`; what stood in
    cells that were changed; what is wrong with it now (nothing: it is ready)."""

    row: int
    cells: tuple[str, ...]
    extra: str
    before: dict[str, str]
    accepted: bool
    reasons: tuple[RowReason, ...]


class WardRows(msgspec.Struct, frozen=True, kw_only=True):
    """A window of the waiting rows that were asked for, `of` all of them."""

    version: int
    start: int
    of: int
    rows: tuple[WardRow, ...]


class RowChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which waiting rows: those `rows`, or (none named) all with this reason, in this column, in this state."""

    rows: Annotated[tuple[int, ...], msgspec.Meta(max_length=100_000)] = ()
    code: Name = ""
    column: Name | None = None
    state: WardState = "all"


class CellChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell and what is to stand there."""

    row: int
    column: Name
    text: Cell


class FixExample(msgspec.Struct, frozen=True, kw_only=True):
    """A cell before and after a fix, and whether its row is then ready."""

    row: int
    before: str
    after: str
    ready: bool


class FixReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a fix does, or would do: rows it is for, cells it changes, rows that are ready before and after."""

    preview: bool
    matched: int
    changed: int
    ready_before: int
    ready_after: int
    examples: tuple[FixExample, ...]


class AdmitReport(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows were taken in, how many of those asked for were not good and stay, and the account then."""

    admitted: int
    left: int
    account: WardAccount


class UploadReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a file that was mended outside changed: rows found again, cells changed, rows that this file does not have,
    rows that are not waiting here."""

    found: int
    changed: int
    absent: int
    unknown: int
    ready: int


class RecordView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one row, by whom and why."""

    what: Literal["readmitted", "dismissed"]
    row: int
    at: datetime
    by: str
    note: str
    before: dict[str, str]
    changed: dict[str, str]
