"""Report: what an import did with each file, for a person and for a program."""

from __future__ import annotations

import msgspec

from linkloop.core.text import Text
from linkloop.worlds.files.mapping import Mapping


class Guessed(msgspec.Struct, frozen=True, kw_only=True):
    """One column that became a field: how sure (0 to 1) and why."""

    table: str
    field: str
    source: tuple[str, ...]
    transform: str
    confidence: float
    why: Text


class Problem(msgspec.Struct, frozen=True):
    """Why nothing of a file was taken in, and what to do."""

    code: str
    text: Text
    todo: Text


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """One table of one file: rows_in = rows_kept + rows_quarantined, always. `tables` counts the rows per SQL table,
    `reasons` the quarantined rows per reason (a row may have several)."""

    file: str
    sheet: str = ""
    sha256: str = ""
    encoding: str = ""
    delimiter: str = ""
    rows_in: int = 0
    rows_kept: int = 0
    rows_quarantined: int = 0
    tables: dict[str, int] = {}
    reasons: dict[str, int] = {}
    mapping: str = ""
    mapping_file: str = ""
    confidence: float = 0.0
    guessed: tuple[Guessed, ...] = ()
    ignored: tuple[str, ...] = ()
    quarantine: str = ""
    repeated: bool = False
    dry_run: bool = False
    problem: Problem | None = None
    seconds: float = 0.0


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """All tables of all files of one import. `skipped` are files that are no tables, by their suffix."""

    files: tuple[FileReport, ...]
    skipped: tuple[str, ...] = ()
    rows_in: int = 0
    rows_kept: int = 0
    rows_quarantined: int = 0
    seconds: float = 0.0


def total(files: list[FileReport], skipped: list[str], seconds: float) -> ImportReport:
    """The report of an import from those of its files."""
    return ImportReport(
        files=tuple(files),
        skipped=tuple(skipped),
        rows_in=sum(file.rows_in for file in files),
        rows_kept=sum(file.rows_kept for file in files),
        rows_quarantined=sum(file.rows_quarantined for file in files),
        seconds=round(seconds, 3),
    )


def guesses(mapping: Mapping) -> tuple[Guessed, ...]:
    """The columns of a mapping with their reasons."""
    return tuple(
        Guessed(
            table=target.table,
            field=field,
            source=rule.source,
            transform=rule.transform,
            confidence=rule.confidence,
            why=rule.why,
        )
        for target in mapping.targets
        for field, rule in target.columns.items()
    )
