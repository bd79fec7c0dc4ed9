"""Ward: a quarantined file as a person mends it: its rows, what was changed, and what is still wrong with each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from linkloop.worlds.files.clean import Cleaner
from linkloop.worlds.files.encoding import look
from linkloop.worlds.files.mapping import Mapping
from linkloop.worlds.files.mapping_file import from_builtins
from linkloop.worlds.files.numbering import Numbering
from linkloop.worlds.files.quarantine import EXTRA, OWN, REASON_EN, Slip, read_slip, unsafe
from linkloop.worlds.files.reasons import REASONS
from linkloop.worlds.files.source import ROW, Batch
from linkloop.worlds.files.textfile import TextSource

STRUCTURAL = ("row.long", "row.short", "row.quotes", "row.huge", "row.bytes", "row.nul", "row.preamble", "key.conflict")
"""Reasons that the cells of a row alone do not tell: they stay until a person changes the row or says it is fine."""
_PLAIN = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d")
Reason = tuple[str, str]
"""A code and the column that it is about (empty: the whole row)."""


class Draft(msgspec.Struct, kw_only=True):
    """What was changed and is not taken in yet: row → column → new cell; rows that are fine as they are; a mapping
    for a file that was not recognised. `version` counts the changes."""

    version: int = 0
    edits: dict[int, dict[str, str]] = {}
    accepted: list[int] = []
    mapping: dict[str, Any] | None = None


class Ward:
    """One quarantined file, open. Not for two threads at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.slip: Slip = read_slip(path)
        self.header = self.slip.header
        self.stamp = stamp(path)
        self.draft = read_draft(path)
        self.cells, self.stuck = _read(path, self.slip)
        self.rows: list[int] = self.cells[ROW].to_list()
        self.place = {row: at for at, row in enumerate(self.rows)}
        self.draft.edits = {row: cells for row, cells in self.draft.edits.items() if row in self.place}
        self.draft.accepted = [row for row in self.draft.accepted if row in self.place]
        self.reasons: dict[int, list[Reason]] = {}
        self.recheck()

    @property
    def mapping(self) -> Mapping | None:
        """The mapping by which its rows are read; a person may write any date as 2026-03-31 or 2026-03-31 08:00."""
        given = self.draft.mapping or self.slip.mapping
        return None if given is None else _plain_dates(from_builtins(given, self.path.name))

    def cell(self, row: int, column: str) -> str:
        """A cell with what was changed."""
        changed = self.draft.edits.get(row, {}).get(column)
        return self.original(row, column) if changed is None else changed

    def original(self, row: int, column: str) -> str:
        """A cell as the quarantined file has it."""
        return str(self.cells[self._name(column)][self.place[row]])

    def change(self, cells: Iterable[tuple[int, str, str]]) -> list[int]:
        """Change cells (row, column, text); what is as it was is no change. Gives the rows that were touched."""
        touched: dict[int, None] = {}
        for row, column, text in cells:
            edits = self.draft.edits.setdefault(row, {})
            if text == self.original(row, column):
                edits.pop(column, None)
            else:
                edits[column] = text
            if not edits:
                del self.draft.edits[row]
            touched[row] = None
        return list(touched)

    def current(self, rows: Sequence[int], edits: dict[int, dict[str, str]] | None = None) -> pl.DataFrame:
        """Raw cells of rows with what was changed (`edits`: instead of the draft's), as a source gives them."""
        edits = self.draft.edits if edits is None else edits
        frame = self.cells[[self.place[row] for row in rows]] if len(rows) < len(self.rows) else self.cells
        at = {row: n for n, row in enumerate(frame[ROW].to_list())}
        for column in (*self.header, EXTRA):
            changed = {at[row]: edits[row][column] for row in rows if row in edits and column in edits[row]}
            if changed:
                name = self._name(column)
                frame = frame.with_columns(frame[name].scatter(list(changed), list(changed.values())).alias(name))
        return frame

    def judge(self, rows: Sequence[int], edits: dict[int, dict[str, str]] | None = None) -> dict[int, list[Reason]]:
        """What is wrong with rows as they are now (empty: nothing)."""
        mapping = self.mapping
        told: dict[int, list[Reason]] = {row: [] for row in rows}
        if mapping is None:
            return {row: [("mapping.none", "")] for row in rows}
        frame = self.current(rows, edits)
        given = {row: self.slip.numbers[str(row)] for row in rows if str(row) in self.slip.numbers}
        cleaner = Cleaner(mapping, self.header, Numbering(given))
        for bad in cleaner.clean(Batch(frame.drop("x"), [])).bad:
            told[bad.row] = list(bad.reasons)
        changes = self.draft.edits if edits is None else edits
        fine = set(self.draft.accepted)
        extra = dict(zip(frame[ROW].to_list(), frame["x"].to_list(), strict=True))
        for row in rows:
            if row in fine:
                continue
            if extra[row]:
                told[row].append(("row.long", EXTRA))
            if row in self.stuck and row not in changes:
                told[row] += [reason for reason in self.stuck[row] if reason[0] not in {r[0] for r in told[row]}]
        return told

    def recheck(self, rows: Sequence[int] | None = None) -> None:
        """Bring `reasons` up to date, for all rows or for some."""
        if rows is None:
            self.reasons = self.judge(self.rows)
        else:
            self.reasons.update(self.judge(rows))

    def matching(self, code: str, column: str | None, state: str) -> list[int]:
        """Rows by reason (and its column), and by `state`: all, ready, bad, edited."""
        rows = self.rows
        if code:
            rows = [r for r in rows if any(c == code and column in (None, where) for c, where in self.reasons[r])]
        elif column is not None:
            rows = [r for r in rows if any(where == column for _, where in self.reasons[r])]
        if state == "ready":
            return [row for row in rows if not self.reasons[row]]
        if state == "bad":
            return [row for row in rows if self.reasons[row]]
        return [row for row in rows if row in self.draft.edits] if state == "edited" else list(rows)

    def save(self) -> None:
        """Keep the draft, whole or not at all."""
        self.draft.version += 1
        path = draft_path(self.path)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        temporary.write_bytes(msgspec.json.encode(self.draft))
        temporary.replace(path)
        self.stamp = stamp(self.path)

    def _name(self, column: str) -> str:
        return "x" if column == EXTRA else str(self.header.index(column))


def _plain_dates(mapping: Mapping) -> Mapping:
    change = msgspec.structs.replace
    targets = [
        change(
            target,
            columns={
                field: change(rule, format=tuple(dict.fromkeys((*rule.format, *_PLAIN))))
                if rule.transform == "date" and rule.format
                else rule
                for field, rule in target.columns.items()
            },
        )
        for target in mapping.targets
    ]
    return change(mapping, targets=tuple(targets))


def draft_path(path: Path) -> Path:
    """Where the changes to a quarantined file wait."""
    return path.with_suffix(".draft.json")


def read_draft(path: Path) -> Draft:
    """The draft of a quarantined file; an empty one where there is none, or it is spoilt."""
    try:
        return msgspec.json.decode(draft_path(path).read_bytes(), type=Draft)
    except (OSError, msgspec.DecodeError):
        return Draft()


def stamp(path: Path) -> tuple[int, ...]:
    """Changes when the file, its slip or its draft does."""
    told: list[int] = []
    for each in (path, path.with_suffix(".json"), draft_path(path)):
        try:
            at = each.stat()
            told += [at.st_mtime_ns, at.st_size, at.st_ino]
        except OSError:
            told += [0, 0, 0]
    return tuple(told)


def _read(path: Path, slip: Slip) -> tuple[pl.DataFrame, dict[int, list[Reason]]]:
    """The rows of the file as text columns "0", "1", …, "x" (cells beyond the headers) and `_row`, and which of them
    have reasons that their cells do not tell."""
    names = {*slip.header, *OWN}
    source = TextSource(path, look(path).encoding, lambda cell: unsafe(cell) in names)
    at = {unsafe(name): place for place, name in reversed(list(enumerate(source.header)))}
    rows: list[list[str]] = []
    numbers: list[int] = []
    stuck: dict[int, list[Reason]] = {}
    sentences = {code: REASONS[code].en for code in STRUCTURAL}
    width = len(slip.header)
    for batch in source.batches():
        for row in batch.cells.drop(ROW).rows():
            said = row[at[ROW]].strip() if ROW in at else ""
            if not (said.isascii() and said.isdigit() and len(said) < 16):
                continue  # written in by hand without a number: the command line takes it in
            number = int(said)
            cells = [unsafe(row[at[name]]) if name in at else "" for name in slip.header]
            rows.append([*cells, unsafe(row[at[EXTRA]]) if EXTRA in at else ""])
            numbers.append(number)
            why = row[at[REASON_EN]] if REASON_EN in at else ""
            found = [(code, _column(why, text)) for code, text in sentences.items() if text in why]
            if found:
                stuck[number] = found
    columns = list(zip(*rows, strict=True)) if rows else [()] * (width + 1)
    frame = {str(n): pl.Series(list(columns[n]), dtype=pl.String) for n in range(width)}
    made = pl.DataFrame(
        {**frame, "x": pl.Series(list(columns[width]), dtype=pl.String), ROW: pl.Series(numbers, dtype=pl.Int64)}
    )
    return made.unique(ROW, keep="first", maintain_order=True), stuck


def _column(why: str, sentence: str) -> str:
    """The column that stands before a sentence, if any."""
    before = why[: why.index(sentence)]
    named = before.rsplit("; ", 1)[-1]
    return named.removesuffix(": ") if named.endswith(": ") else ""
