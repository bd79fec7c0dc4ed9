"""Clean: raw cells become typed columns, and each row that cannot is told apart with every reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec
import polars as pl

from linkloop.store.frames import frame_schema
from linkloop.worlds.files.cells import Cells, run
from linkloop.worlds.files.coerce import coerce
from linkloop.worlds.files.encoding import SCAR
from linkloop.worlds.files.mapping import Mapping, TableMapping
from linkloop.worlds.files.numbering import Numbering, Repeats, group_of
from linkloop.worlds.files.source import ROW, Batch
from linkloop.worlds.files.targets import TARGETS


class Bad(msgspec.Struct, frozen=True, gc=False):
    """A row that is not taken in: where it stood, what it said, why, and the numbers that were counted for it."""

    row: int
    cells: list[str]
    reasons: list[tuple[str, str]]
    numbers: dict[str, tuple[str, int]] = {}


class Cleaned(NamedTuple):
    """`good` has `_row` and a column `<table>.<column>` per mapped column; a table without the row has a null key."""

    good: pl.DataFrame
    bad: list[Bad]


class Cleaner:
    """Cleans the batches of one source in their order; it remembers counts and keys between them."""

    def __init__(self, mapping: Mapping, header: tuple[str, ...], numbering: Numbering | None = None) -> None:
        self.mapping = mapping
        self.header = header
        self.own = {f"refused.{at}": refusal.why for at, refusal in enumerate(mapping.refuse)}
        self._numbering = numbering or Numbering()
        self._repeats = {
            target.table: Repeats(target.table)
            for target in mapping.targets
            if target.rows == "each" and not _counted(target)
        }

    def clean(self, batch: Batch) -> Cleaned:
        """Every row of the batch, once: in `good` or in `bad`."""
        cells = batch.cells
        refused = [Bad(r.row, r.cells, [(r.code, "")]) for r in batch.refused]
        if not cells.height:
            return Cleaned(cells.select(ROW), refused)
        values, faults = self._columns(Cells(self.header, cells), cells)
        names = list(faults)
        flags = {f"!{at}": faults[name].fill_null(False) for at, name in enumerate(names)}
        typed = pl.DataFrame({ROW: cells[ROW], **values, **flags})
        typed = self._numbering.number(typed, self._counts())
        for repeats in self._repeats.values():
            clean_so_far = ~pl.any_horizontal(pl.col("^!.*$"))
            typed = repeats.mark(typed, clean_so_far).rename({"!repeat": f"!{len(names)}"})
            names.append(("key.conflict", repeats.column_of(self.mapping)))
        spoilt = typed.select(pl.any_horizontal(pl.col("^!.*$"))).to_series()
        good = typed.filter(~spoilt).select(pl.col("^[^!].*$"))
        bad = self._bad(cells.filter(spoilt), typed.filter(spoilt), names)
        return Cleaned(good, sorted([*bad, *refused], key=lambda one: one.row))

    def _counts(self) -> dict[str, tuple[str, ...]]:
        """The counted column of each table with the columns that it is counted within."""
        return {
            f"{target.table}.{field}": tuple(
                f"{target.table}.{key}" for key in TARGETS[target.table].kind.__key__ if key != field
            )
            for target in self.mapping.targets
            if (field := _counted(target))
        }

    def _columns(
        self, cells: Cells, frame: pl.DataFrame
    ) -> tuple[dict[str, pl.Series], dict[tuple[str, str], pl.Series]]:
        """The columns, and (code, source column) → which rows have that fault."""
        values: dict[str, pl.Series] = {}
        faults: dict[tuple[str, str], pl.Series] = {}

        def blame(code: str, column: str, rows: pl.Series) -> None:
            rows = rows.fill_null(False)
            before = faults.get((code, column))
            faults[code, column] = rows if before is None else before | rows

        for code, sign in (("row.bytes", SCAR), ("row.nul", "\0")):
            for name, dtype in frame.schema.items():
                if dtype == pl.String and (found := frame[name].str.contains(sign, literal=True)).any():
                    blame(code, "", found)
        for at, refusal in enumerate(self.mapping.refuse):
            blame(f"refused.{at}", refusal.column, cells.text(refusal.column).str.contains(refusal.matches))
        gives = pl.Series([False]).new_from_index(0, frame.height)
        for target in self.mapping.targets:
            gives = gives | self._target(target, cells, values, blame)
        first = self.mapping.targets[0]
        key = next((rule.source[0] for rule in first.columns.values() if rule.source), "")
        blame("key.missing", key, ~gives)
        return values, faults

    def _target(
        self,
        target: TableMapping,
        cells: Cells,
        values: dict[str, pl.Series],
        blame: Callable[[str, str, pl.Series], None],
    ) -> pl.Series:
        """Add one table's columns and faults; gives which rows give this table anything."""
        known, kind = TARGETS[target.table], TARGETS[target.table].kind
        always = pl.Series([True]).new_from_index(0, cells.height)
        here = cells.text(target.where).is_not_null() if target.where else always
        keys = [field for field in kind.__key__ if field in target.columns and field != _counted(target)]
        made = {
            field: coerce(rule, cells, known.bounds.get(field), field in known.nonzero)
            for field, rule in target.columns.items()
            if rule.transform != "count"
        }
        keyed = here
        for field in keys:
            keyed = keyed & made[field].values[""].is_not_null()
        for field, coerced in made.items():
            key, rule = field in keys, target.columns[field]
            scope = here if key else keyed
            for code, column, rows in coerced.faults:
                blame(code, column, rows & scope)
            if (key and target.rows == "each") or (not key and _required(target.table, field)):
                column = rule.source[0] if rule.source else ""
                empty = coerced.values[""].is_null() & scope
                for _, _, rows in coerced.faults:  # what is wrong is not also missing
                    empty = empty & ~rows.fill_null(False)
                blame("key.missing" if key else "value.missing", column, empty)
            for suffix, value in coerced.values.items():
                dtype = frame_schema(kind)[field + suffix]
                whole = value if scope.all() else run(pl.when(pl.col("here")).then(pl.col("v")), v=value, here=scope)
                values[f"{target.table}.{field}{suffix}"] = whole.cast(dtype)
        return keyed

    def _bad(self, cells: pl.DataFrame, typed: pl.DataFrame, names: list[tuple[str, str]]) -> list[Bad]:
        raw = cells.drop(ROW).select(pl.all().cast(pl.String).fill_null("")).rows()
        numbers: list[dict[str, tuple[str, int]]] = [{} for _ in raw]
        for column, within in self._counts().items():
            for at, (key, number) in enumerate(zip(group_of(typed, within), typed[column].to_list(), strict=True)):
                if key is not None and number is not None:
                    numbers[at][column] = (key, number)
        flags = typed.select(pl.col("^!.*$")).rows()
        return [
            Bad(row, list(told), [name for name, flag in zip(names, why, strict=True) if flag], given)
            for row, told, why, given in zip(typed[ROW].to_list(), raw, flags, numbers, strict=True)
        ]


def refuse_all(batch: Batch, code: str) -> list[Bad]:
    """Every row of a batch, as bad for one reason."""
    cells = batch.cells.select(pl.col(ROW), pl.all().exclude(ROW).cast(pl.String).fill_null(""))
    rows = [Bad(row[0], list(row[1:]), [(code, "")]) for row in cells.rows()]
    refused = [Bad(r.row, r.cells, [(r.code, "")]) for r in batch.refused]
    return sorted([*rows, *refused], key=lambda one: one.row)


def _counted(target: TableMapping) -> str:
    field = TARGETS[target.table].counted
    return field if field and field in target.columns and target.columns[field].transform == "count" else ""


def _required(table: str, field: str) -> bool:
    (found,) = (f for f in msgspec.structs.fields(TARGETS[table].kind) if f.name == field)
    return found.required
