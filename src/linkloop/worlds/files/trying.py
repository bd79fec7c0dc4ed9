"""Trying: what a mapping would make of the rows of a file, counted and shown, with nothing kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from linkloop.core.money import exponent
from linkloop.worlds.files.clean import Bad, Cleaner
from linkloop.worlds.files.encoding import look
from linkloop.worlds.files.formats import open_sources
from linkloop.worlds.files.looking import Sample
from linkloop.worlds.files.looks import TryExample, TryMark, TryReason, TryReport, UnderstoodRow
from linkloop.worlds.files.mapping import Mapping
from linkloop.worlds.files.mapping_check import problems
from linkloop.worlds.files.names import known
from linkloop.worlds.files.reasons import REASONS
from linkloop.worlds.files.source import ROW, Batch
from linkloop.worlds.files.targets import TARGETS

UNDERSTOOD = 50
"""Rows whose cells are shown as they are understood."""
_EXAMPLES = 5
_MARKS = 500


def try_sample(sample: Sample, mapping: Mapping) -> TryReport:
    """Try a mapping on the first rows of a sheet."""
    report = _try([Batch(sample.cells, sample.refused)], sample.look.header, mapping, False, lambda: False)
    assert report is not None
    return report


def try_whole(file: Path, sheet: str, mapping: Mapping, stop: Callable[[], bool]) -> TryReport | None:
    """Try a mapping on every row of a sheet; None when `stop` says so, asked between batches."""
    for source in open_sources(file, look(file).encoding, known):
        if source.sheet == sheet:
            return _try(source.batches(), source.header, mapping, True, stop)
    return None


def _try(
    batches: Iterable[Batch], header: tuple[str, ...], mapping: Mapping, whole: bool, stop: Callable[[], bool]
) -> TryReport | None:
    started = time.perf_counter()
    if wrong := problems(mapping):
        return TryReport(whole=whole, problems=wrong)
    cleaner = Cleaner(mapping, header)
    rows = kept = 0
    counted: dict[tuple[str, str], list[Any]] = {}
    seen: dict[str, pl.DataFrame] = {}
    tables: dict[str, int] = {target.table: 0 for target in mapping.targets}
    understood: tuple[UnderstoodRow, ...] = ()
    marks: list[TryMark] = []
    for batch in batches:
        if stop():
            return None
        good, bad = cleaner.clean(batch)
        rows += batch.cells.height + len(batch.refused)
        kept += good.height
        _count(counted, bad, header)
        if not rows - batch.cells.height - len(batch.refused):
            last = int(batch.cells[ROW].head(UNDERSTOOD).max() or 0)  # type: ignore[arg-type]
            first = [one for one in bad if one.row <= last]
            marks += [
                TryMark(one.row, column, code, REASONS.get(code) or cleaner.own[code])
                for one in first
                for code, column in one.reasons
            ]
        if good.height:
            understood = understood or _understood(good.head(UNDERSTOOD), mapping)
            _fill(tables, seen, good, mapping)
    return TryReport(
        whole=whole,
        rows=rows,
        kept=kept,
        quarantined=rows - kept,
        reasons=tuple(
            TryReason(
                code=code,
                column=column,
                text=REASONS.get(code) or cleaner.own[code],
                rows=count,
                examples=tuple(TryExample(row, value) for row, value in examples),
            )
            for (code, column), (count, examples) in sorted(counted.items(), key=lambda one: (-one[1][0], one[0]))
        ),
        tables=tables,
        understood=understood,
        marks=tuple(marks[:_MARKS]),
        seconds=round(time.perf_counter() - started, 3),
    )


def _count(counted: dict[tuple[str, str], list[Any]], bad: list[Bad], header: tuple[str, ...]) -> None:
    places = {column: at for at, column in enumerate(header)}
    for one in bad:
        for reason in one.reasons:
            told = counted.setdefault(reason, [0, []])
            told[0] += 1
            if len(told[1]) < _EXAMPLES:
                at = places.get(reason[1], -1)
                cell = one.cells[at] if 0 <= at < len(one.cells) else " | ".join(one.cells)
                told[1].append((one.row, cell[:200]))


def _fill(tables: dict[str, int], seen: dict[str, pl.DataFrame], good: pl.DataFrame, mapping: Mapping) -> None:
    """Count the rows of each table: by key once however many rows of the file tell of it."""
    for target in mapping.targets:
        name = target.table
        keys = [f"{name}.{key}" for key in TARGETS[name].kind.__key__ if f"{name}.{key}" in good.columns]
        here = good.filter(pl.all_horizontal(pl.col(key).is_not_null() for key in keys))
        if target.rows == "each":
            tables[name] += int(here[f"{name}?"].sum()) if f"{name}?" in here.columns else here.height
            continue
        fresh = here.select(pl.struct(keys).hash(1).alias("k")).unique()
        seen[name] = fresh if name not in seen else pl.concat([seen[name], fresh]).unique()
        tables[name] = seen[name].height


def _understood(good: pl.DataFrame, mapping: Mapping) -> tuple[UnderstoodRow, ...]:
    fields = [f"{t.table}.{field}" for t in mapping.targets for field in t.columns]
    told: list[UnderstoodRow] = []
    for row in good.rows(named=True):
        values: dict[str, str | int | float | bool | None] = {}
        for field in fields:
            value, currency = row.get(field), row.get(f"{field}_currency")
            if currency and value is not None:
                places = exponent(currency)
                values[field] = f"{value / 10**places:.{places}f} {currency}"
            else:
                values[field] = value.isoformat() if isinstance(value, datetime) else value
        told.append(UnderstoodRow(row[ROW], values))
    return tuple(told)
