"""Readmit: quarantined rows that a person has mended are taken in, and the account stays whole."""

from __future__ import annotations

import csv
import hashlib
import shutil
import tempfile
import time
from collections.abc import Mapping as Dict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import sqlalchemy as sa

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.store.bulk import LakeDoor, imported, load
from linkloop.worlds.files import choosing
from linkloop.worlds.files.clean import Bad, Cleaner
from linkloop.worlds.files.encoding import look
from linkloop.worlds.files.lock import import_lock
from linkloop.worlds.files.mapping import Mapping, digest_of
from linkloop.worlds.files.mapping_file import from_builtins
from linkloop.worlds.files.numbering import LATER, Numbering
from linkloop.worlds.files.quarantine import (
    EXTRA,
    OWN,
    QuarantineFile,
    Slip,
    kept_folder,
    read_slip,
    slip_path,
    unsafe,
    write_slip,
)
from linkloop.worlds.files.report import FileReport, ImportReport, guesses, total
from linkloop.worlds.files.source import ROW, Batch, Refused
from linkloop.worlds.files.spool import Spool
from linkloop.worlds.files.taking import SOURCE, Progress, event_of
from linkloop.worlds.files.textfile import TextSource


def readmit(
    path: Path | str,
    store_engine: sa.Engine,
    lake: LakeDoor,
    *,
    folder: Path | str = "data",
    mapping: Mapping | Dict[str, Any] | str | Path | None = None,
    progress: Progress | None = None,
    at: datetime | None = None,
) -> ImportReport:
    """Take in the rows of a quarantined file that are good now; those that are not stay in it with fresh reasons.

    In the report rows_in = rows_kept + rows_quarantined for the rows that the file has. A row that the person
    deleted counts as `dropped` on the slip. When all are in, the file is renamed `….done.csv`. `mapping` replaces
    the mapping of the import, for a file that was not recognised. What somebody said of a row since the import is
    newer and stays. Interrupted anywhere, the same call goes on.
    Raises LinkloopError `quarantine.slip`, `quarantine.columns`, `mapping.invalid`.
    """
    started = time.perf_counter()
    file, home = Path(path), Path(folder)
    slip = read_slip(file)
    chosen = _mapping(slip, mapping, home, file)
    with import_lock(home):
        digest = look(file).sha256
        batch, rows = _read(file, slip)
        numbers = {int(row): columns for row, columns in slip.numbers.items()}
        cleaner = Cleaner(chosen, slip.header, Numbering(numbers))
        good, bad = cleaner.clean(batch)
        left = QuarantineFile(file, slip.header, cleaner.own)
        try:
            left.write(bad)
            report = FileReport(
                file=slip.file,
                sheet=slip.sheet,
                sha256=digest,
                encoding="utf-8",
                delimiter=",",
                rows_in=rows,
                rows_kept=good.height,
                rows_quarantined=len(bad),
                reasons=dict(sorted(left.codes.items())),
                mapping=chosen.name,
                confidence=chosen.confidence,
                guessed=guesses(chosen),
                quarantine=str(file) if bad else "",
            )
            external_id = f"{slip.external_id}:again:{digest[:16]}:{digest_of(chosen)[:8]}"
            if good.height:
                report, slip = load_mended(
                    report, good, chosen, slip, file, store_engine, lake, home, external_id, at, progress
                )
            _account(file, slip, good, bad, left, chosen)
        except BaseException:
            left.discard()
            raise
    return total([report], [], time.perf_counter() - started)


def load_mended(
    report: FileReport,
    good: pl.DataFrame,
    mapping: Mapping,
    slip: Slip,
    file: Path,
    engine: sa.Engine,
    lake: LakeDoor,
    home: Path,
    external_id: str,
    at: datetime | None,
    progress: Progress | None,
) -> tuple[FileReport, Slip]:
    """Load the mended rows; tables by key are made anew from them and from all that was kept of the same keys."""
    before = imported(engine, SOURCE, slip.external_id)
    with tempfile.TemporaryDirectory(dir=home, prefix=".import-") as spooled:
        spool = Spool(Path(spooled), mapping)
        spool.add(good)
        frames, counts = spool.frames(beside=kept_folder(file))
        report = msgspec.structs.replace(report, tables=counts)
        event = event_of(report, mapping, at or datetime.now(UTC))
        told = None if progress is None else (lambda done: progress(min(done, report.rows_in), report.rows_in))
        since = tuple(sorted({*(before or ())[:1], *slip.loads}))
        loaded = load(engine, lake, SOURCE, external_id, frames, event, progress=told, since=since)
        name = hashlib.sha256(external_id.encode()).hexdigest()[:16]
        spool.keep(kept_folder(file), name)
    return report, msgspec.structs.replace(slip, loads=(*slip.loads, loaded.offset))


def _account(
    file: Path, slip: Slip, good: pl.DataFrame, bad: list[Bad], left: QuarantineFile, mapping: Mapping
) -> None:
    """Replace the file by what is left of it, and bring the slip up to date; done twice it says the same."""
    there = {*good[ROW].to_list(), *(one.row for one in bad)}
    waiting = set(slip.waiting)
    fresh = msgspec.structs.replace(
        slip,
        mapping=msgspec.to_builtins(mapping),
        readmitted=slip.readmitted + len(waiting & set(good[ROW].to_list())),
        dropped=slip.dropped + len(waiting - there),
        waiting=(),
        numbers={},
    )
    if bad:
        left.numbers = {str(one.row): slip.numbers.get(str(one.row), one.numbers) for one in bad}
        left.close(fresh)
        return
    done = file.with_name(f"{file.stem}.done.csv")
    write_slip(done, fresh)
    file.replace(done)
    slip_path(file).unlink(missing_ok=True)
    shutil.rmtree(kept_folder(file), ignore_errors=True)


def _mapping(slip: Slip, asked: Mapping | Dict[str, Any] | str | Path | None, home: Path, file: Path) -> Mapping:
    if asked is not None:
        return choosing.given(asked, home / "mappings")
    if slip.mapping is None:
        raise LinkloopError(
            "mapping.none",
            Text(en="this file was not recognised, and no mapping is given", zh="该文件未被识别，也没有给出映射"),
            Text(en="Write a mapping for its headers and give it.", zh="请为它的表头写一个映射并指定它。"),
            where=file.name,
        )
    return from_builtins(slip.mapping, file.name)


def _read(file: Path, slip: Slip) -> tuple[Batch, int]:
    """The rows of a mended file as one batch, in whatever encoding and with whatever delimiter it was saved."""
    names = {*slip.header, *OWN}
    source = TextSource(file, look(file).encoding, lambda cell: unsafe(cell) in names)
    at = {unsafe(name): str(place) for place, name in reversed(list(enumerate(source.header)))}
    if missing := [name for name in (*slip.header, ROW) if name not in at]:
        raise LinkloopError(
            "quarantine.columns",
            Text(en=f"the column “{missing[0]}” is missing", zh=f"缺少“{missing[0]}”列"),
            Text(en="Put the columns back as they were.", zh="请恢复原来的各列。"),
            where=file.name,
        )
    cells: list[list[str]] = []
    numbers: list[int] = []
    refused: list[Refused] = []
    taken: set[int] = set()
    for batch in source.batches():
        refused += [Refused(LATER**2 + one.row, one.code, one.cells) for one in batch.refused]
        for row in batch.cells.rows(named=True):
            said = row[at[ROW]].strip()
            number = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else LATER**2 + row[ROW]
            while number in taken:  # a row that was copied is a row of its own
                number += LATER**3
            taken.add(number)
            original = [unsafe(row[at[name]]) for name in slip.header]
            extra = unsafe(row[at[EXTRA]]) if EXTRA in at else ""
            if extra:
                refused.append(Refused(number, "row.long", [*original, *next(csv.reader([extra]))]))
            else:
                numbers.append(number)
                cells.append(original)
    columns = zip(*cells, strict=True) if cells else [()] * len(slip.header)
    frame = {str(place): pl.Series(list(column), dtype=pl.String) for place, column in enumerate(columns)}
    made = pl.DataFrame({**frame, ROW: pl.Series(numbers, dtype=pl.Int64)})
    return Batch(made, refused), len(cells) + len(refused)
