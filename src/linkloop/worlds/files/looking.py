"""Looking: what is in a file before a row of it is taken in: sheets, first rows, columns, the likely mapping."""

from __future__ import annotations

from pathlib import Path

import msgspec
import polars as pl

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.worlds.files import choosing
from linkloop.worlds.files.encoding import look
from linkloop.worlds.files.formats import open_sources
from linkloop.worlds.files.guess import nearest
from linkloop.worlds.files.looks import ColumnLook, Near, RawRow, SheetLook
from linkloop.worlds.files.mapping import Mapping, signature_of
from linkloop.worlds.files.mapping_file import listed
from linkloop.worlds.files.names import known
from linkloop.worlds.files.profile import Profile, profile, text_of
from linkloop.worlds.files.region import Evidence, evidence
from linkloop.worlds.files.ruling import Place
from linkloop.worlds.files.source import ROW, Refused, Source

FIRST = 50
"""Rows that are shown as they stand."""
SAMPLE = 5_000
"""Rows that are tried at once when a person changes the mapping."""
_SHOWN = 60  # letters of a sample


class Sample(msgspec.Struct, frozen=True):
    """What a mapping of a sheet is made and tried with: its first rows as raw cells, and the profile of each column."""

    look: SheetLook
    cells: pl.DataFrame
    refused: list[Refused]
    profiles: dict[str, Profile]
    place: Place


def look_into(file: Path, mappings: Path, options: choosing.Options, around: Evidence) -> tuple[Sample, ...]:
    """Every table of a file with a sample of its rows; nothing is kept.

    `around` is what files that came with it tell of the currency. Raises LinkloopError `file.…` when it cannot be
    read, or holds nothing.
    """
    seen = look(file)
    found = tuple(
        sample
        for source in open_sources(file, seen.encoding, known)
        if source.header and (sample := _sample(source, file.name, mappings, options, around)) is not None
    )
    if not found:
        raise LinkloopError(
            "file.empty",
            Text(en="there is no table in this file", zh="文件里没有表格"),
            Text(en="Open it and check that its first row holds the headers.", zh="请打开文件，确认第一行是表头。"),
            where=file.name,
        )
    return found


def currency_of(file: Path) -> Evidence:
    """The surest sign of a currency in a file; none where it cannot be read."""
    best = Evidence()
    try:
        for source in open_sources(file, look(file).encoding, known):
            batch = next(iter(source.batches()), None)
            if batch is not None:
                told = evidence(source.header, text_of(source.header, batch.cells))
                best = max(best, told, key=lambda one: one.confidence)
    except LinkloopError:
        pass  # told of when the file itself is looked into
    return best


def _sample(source: Source, name: str, mappings: Path, options: choosing.Options, around: Evidence) -> Sample | None:
    batch = next(iter(source.batches()), None)
    if batch is None:
        return None
    place = choosing.place_of(source, batch.cells, options, around)
    told, mapping = _mapping(source, batch.cells, name, mappings, options, around)
    texts = text_of(source.header, batch.cells)
    month_first = place.timezone.startswith("America/") and place.currency in ("USD", "CAD")
    profiles = {
        column: profile(texts[column], batch.cells.schema[str(at)], dates=True, month_first=month_first)
        for at, column in enumerate(source.header)
    }
    rows = batch.cells.select(pl.col(ROW), pl.all().exclude(ROW).cast(pl.String).fill_null("")).head(FIRST).rows()
    look_ = SheetLook(
        sheet=source.sheet,
        header=source.header,
        encoding=source.encoding,
        delimiter=source.delimiter,
        rows=source.rows,
        first=tuple(RawRow(row[0], row[1:]) for row in rows),
        above=tuple(RawRow(r.row, tuple(r.cells)) for r in batch.refused if r.code == "row.preamble")[:5],
        columns=tuple(_column(column, texts[column], profiles[column]) for column in source.header),
        told=told,
        mapping=mapping,
        kept=_fitting(source, mappings),
        near=()
        if mapping
        else tuple(Near(table=t, found=f, missing=m) for t, f, m in nearest(source.header, profiles)),
        currency=place.currency,
        currency_why=place.evidence.why,
        timezone=place.timezone,
    )
    cells = batch.cells.head(SAMPLE)
    last = int(cells[ROW][-1]) if cells.height == SAMPLE else 2**62
    return Sample(look_, cells, [r for r in batch.refused if r.row <= last], profiles, place)


def _mapping(
    source: Source, cells: pl.DataFrame, name: str, mappings: Path, options: choosing.Options, around: Evidence
) -> tuple[str, Mapping | None]:
    try:
        mapping = choosing.choose(source, cells, name, mappings, options, around)
    except LinkloopError:  # a kept mapping that was spoilt since
        mapping = choosing.choose(source, cells, name, mappings / "none", options, around)
        return "guess" if mapping else "none", mapping
    if mapping is None:
        return "none", None
    same = any(m.name == mapping.name for _, m in listed(mappings) if isinstance(m, Mapping) and _fits(m, source))
    return "kept" if same else "guess", mapping


def _fits(mapping: Mapping, source: Source) -> bool:
    return mapping.signature == signature_of(source.header) and mapping.sheet == source.sheet


def _fitting(source: Source, mappings: Path) -> tuple[str, ...]:
    """Names of the kept mappings whose columns this table has."""
    has = set(source.header)
    return tuple(m.name for _, m in listed(mappings) if isinstance(m, Mapping) and set(m.headers) <= has)


def _column(column: str, values: pl.Series, seen: Profile) -> ColumnLook:
    said = values.drop_nulls()
    samples = said.unique(maintain_order=True).head(5).to_list()
    return ColumnLook(
        column=column,
        samples=tuple(value[:_SHOWN] for value in samples),
        filled=round(len(said) / max(1, len(values)), 4),
        distinct=seen.distinct,
        number=round(seen.number, 4),
        date=round(seen.date, 4),
        formats=seen.formats,
        day_or_month=seen.day_or_month,
        decimal=seen.decimal,
    )
