"""Import views: a file on its way into the tables, as a person sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from linkloop.core.text import Text
from linkloop.worlds.files.looks import SheetLook
from linkloop.worlds.files.mapping import Mapping
from linkloop.worlds.files.report import FileReport, Problem

ImportStatus = Literal["waiting", "queued", "running", "stopped", "done", "failed", "refused"]


class SheetChoice(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided for one sheet: its mapping (none: leave the sheet out), and the name to keep it under."""

    sheet: str = ""
    mapping: Mapping | None = None
    keep_as: str = ""


class ImportProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a running import is: rows of the file that were read, then rows of tables that are in the store.

    `of` is 0 where it is not known; `share` is 0 to 1 over both phases, `left_s` the seconds that it may still take.
    """

    sheet: str = ""
    phase: Literal["waiting", "reading", "loading"] = "waiting"
    done: int = 0
    of: int = 0
    kept: int = 0
    quarantined: int = 0
    rows_per_second: float = 0.0
    seconds: float = 0.0
    share: float = 0.0
    left_s: float | None = None


class ImportBefore(msgspec.Struct, frozen=True, kw_only=True):
    """The same bytes that were imported before."""

    at: datetime
    sheet: str
    mapping: str
    rows_in: int
    rows_kept: int
    rows_quarantined: int


class ImportJob(msgspec.Struct, frozen=True, kw_only=True):
    """One uploaded file and what became of it, as it is kept on disk. Times are real, not the shop's clock."""

    id: str
    file: str
    size: int
    sha256: str
    by: str
    at: datetime
    status: ImportStatus
    batch: str = ""
    currency: str = ""
    timezone: str = ""
    sheets: tuple[SheetChoice, ...] = ()
    run_by: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    attempts: int = 0
    problem: Problem | None = None
    reports: tuple[FileReport, ...] = ()


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """An import as it stands. `expires` is when an upload that nobody runs is removed; `ahead` how many run first.

    When it is done, rows_in = rows_kept + rows_quarantined. `sheets` are the choices with which it runs or ran.
    """

    id: str
    file: str
    size: int
    sha256: str
    by: str
    at: datetime
    status: ImportStatus
    currency: str
    timezone: str
    sheets: tuple[SheetChoice, ...]
    run_by: str
    started: datetime | None
    ended: datetime | None
    expires: datetime | None
    ahead: int
    progress: ImportProgress | None
    problem: Problem | None
    reports: tuple[FileReport, ...]
    quarantines: tuple[str, ...]
    rows_in: int
    rows_kept: int
    rows_quarantined: int


class ImportLook(msgspec.Struct, frozen=True, kw_only=True):
    """What is in an uploaded file, and the imports of the same bytes before."""

    id: str
    sheets: tuple[SheetLook, ...]
    before: tuple[ImportBefore, ...]


class MappingDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping that is being edited, and what is still wrong with it."""

    mapping: Mapping
    problems: tuple[Text, ...]


class KeptMapping(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping that is kept for files with its headers; `problem` says why its file cannot be used."""

    name: str
    at: datetime
    sheet: str = ""
    headers: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    mapping: Mapping | None = None
    problem: Text | None = None
