"""Taking in: one source from raw cells to the store, every row either kept or quarantined."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
import sqlalchemy as sa

from linkloop.commerce.loop import FileImported
from linkloop.core.errors import Conflict
from linkloop.core.text import Text
from linkloop.store.bulk import LakeDoor, imported, load
from linkloop.store.codec import decode
from linkloop.store.schema import log
from linkloop.worlds.files.clean import Cleaner, refuse_all
from linkloop.worlds.files.encoding import Bytes
from linkloop.worlds.files.mapping import Mapping, digest_of
from linkloop.worlds.files.quarantine import QuarantineFile, Slip, kept_folder
from linkloop.worlds.files.report import FileReport, Problem
from linkloop.worlds.files.source import Source
from linkloop.worlds.files.spool import Spool

SOURCE = "files"
"""The source of everything that this world says."""
Progress = Callable[[int, int], None]
"""Rows done and rows in all (0: not known yet)."""
UNKNOWN = Problem(
    "mapping.none",
    Text(en="no commerce table was recognised in this file", zh="没有识别出这个文件对应的业务表"),
    Text(
        en="Write a mapping for its headers and import it with that mapping.",
        zh="请为它的表头写一个映射，再用该映射导入。",
    ),
)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """How far one source is: `reading` counts its rows, `loading` the rows of its tables that are in the store; `of`
    is how many there are in all, 0 where that is not known yet."""

    sheet: str
    phase: Literal["reading", "loading"]
    done: int
    of: int
    kept: int
    quarantined: int


def _unheard(step: Step) -> None:
    """Nobody listens."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """Where one source goes: the store, the lake, the folder, the moment, and who hears of progress (`progress` in
    rows alone, `steps` in full)."""

    engine: sa.Engine
    lake: LakeDoor
    folder: Path
    at: datetime
    progress: Progress
    steps: Callable[[Step], None] = _unheard


def take(path: Path, seen: Bytes, source: Source, mapping: Mapping | None, into: Taken) -> FileReport:
    """Take one source in; the same bytes with the same mapping a second time change nothing and say `repeated`."""
    started = time.perf_counter()
    external_id = external_id_of(seen.sha256, source.sheet, mapping)
    report = FileReport(
        file=path.name,
        sheet=source.sheet,
        sha256=seen.sha256,
        encoding=source.encoding,
        delimiter=source.delimiter,
    )
    aside = quarantine_path(into.folder, external_id, path.name, source.sheet)
    if before := imported(into.engine, SOURCE, external_id):
        report = msgspec.structs.replace(report, quarantine=str(aside) if aside.exists() else "")
        return _as_before(report, into.engine, before[1], started)
    own = {} if mapping is None else Cleaner(mapping, source.header).own
    quarantine = QuarantineFile(aside, source.header, own)
    try:
        with tempfile.TemporaryDirectory(dir=into.folder, prefix=".import-") as spooled:
            return _take(path, seen, source, mapping, into, report, quarantine, Path(spooled), external_id, started)
    except BaseException:
        quarantine.discard()
        raise


def external_id_of(sha256: str, sheet: str, mapping: Mapping | None) -> str:
    """What makes an import the same again: the bytes, the sheet, and what the mapping does."""
    done = digest_of(mapping) if mapping else "none"
    return ":".join(filter(None, (sha256[:32], sheet, done)))


def quarantine_path(folder: Path, external_id: str, file: str, sheet: str) -> Path:
    """`<folder>/quarantine/<import id>/<file>.csv`."""
    import_id = hashlib.sha256(external_id.encode()).hexdigest()[:16]
    whole = ".".join(filter(None, (file, sheet))).removesuffix(".csv")
    name = "".join("_" if letter in '/\\:*?"<>|' or letter < " " else letter for letter in whole)
    return folder / "quarantine" / import_id / f"{name.lstrip('.')[-120:] or 'file'}.csv"


def _take(
    path: Path,
    seen: Bytes,
    source: Source,
    mapping: Mapping | None,
    into: Taken,
    report: FileReport,
    quarantine: QuarantineFile,
    spooled: Path,
    external_id: str,
    started: float,
) -> FileReport:
    stamp = path.stat()
    rows_in = 0
    cleaner = Cleaner(mapping, source.header) if mapping else None
    spool = Spool(spooled, mapping) if mapping else None
    for batch in source.batches():
        if cleaner is None or spool is None:
            bad = refuse_all(batch, UNKNOWN.code)
        else:
            good, bad = cleaner.clean(batch)
            spool.add(good)
        rows_in += batch.cells.height + len(batch.refused)
        quarantine.write(bad)
        into.progress(rows_in, source.rows or 0)
        into.steps(
            Step(
                sheet=source.sheet,
                phase="reading",
                done=rows_in,
                of=source.rows or 0,
                kept=rows_in - quarantine.rows,
                quarantined=quarantine.rows,
            )
        )
    if (now := path.stat()).st_mtime_ns != stamp.st_mtime_ns or now.st_size != stamp.st_size:
        raise Conflict(
            "file.changed",
            Text(en="the file was changed while it was read", zh="读取期间文件被修改"),
            Text(en="Import it again when it is complete.", zh="请在文件写完后重新导入。"),
            where=path.name,
        )
    kept = rows_in - quarantine.rows
    slip = Slip(
        file=path.name,
        sheet=source.sheet,
        sha256=seen.sha256,
        external_id=external_id,
        header=source.header,
        mapping=msgspec.to_builtins(mapping) if mapping else None,
        rows_in=rows_in,
        rows_kept=kept,
        rows_quarantined=quarantine.rows,
    )
    if quarantine.rows and spool is not None:
        spool.keep(kept_folder(quarantine.path))
    where = quarantine.close(slip)
    report = msgspec.structs.replace(
        report,
        rows_in=rows_in,
        rows_kept=kept,
        rows_quarantined=quarantine.rows,
        reasons=dict(sorted(quarantine.codes.items())),
        quarantine=str(where or ""),
        problem=None if mapping or not rows_in else UNKNOWN,
    )
    if spool is not None and mapping is not None:
        report = _load(report, spool, mapping, into, external_id)
    into.progress(rows_in, rows_in)
    return msgspec.structs.replace(report, seconds=round(time.perf_counter() - started, 3))


def _load(report: FileReport, spool: Spool, mapping: Mapping, into: Taken, external_id: str) -> FileReport:
    frames, counts = spool.frames()
    report = msgspec.structs.replace(report, tables=counts)
    whole = max(1, sum(counts.values()))

    def told(done: int) -> None:
        into.progress(report.rows_in * done // whole, report.rows_in)
        into.steps(
            Step(
                sheet=report.sheet,
                phase="loading",
                done=done,
                of=whole,
                kept=report.rows_kept,
                quarantined=report.rows_quarantined,
            )
        )

    load(into.engine, into.lake, SOURCE, external_id, frames, event_of(report, mapping, into.at), progress=told)
    return report


def event_of(report: FileReport, mapping: Mapping, at: datetime) -> FileImported:
    """What the log is told of an import."""
    return FileImported(
        at=at,
        file=".".join(filter(None, (report.file, report.sheet))),
        sha256=report.sha256,
        mapping=mapping.name,
        rows_in=report.rows_in,
        rows_kept=report.rows_kept,
        rows_quarantined=report.rows_quarantined,
        tables=report.tables,
    )


def _as_before(report: FileReport, engine: sa.Engine, offset: int, started: float) -> FileReport:
    """The report of an import that was done before, from what the log was told then."""
    with engine.connect() as connection:
        body = connection.execute(sa.select(log.c.body).where(log.c.offset == offset)).scalar_one()
    event = decode(FileImported, body)
    assert isinstance(event, FileImported)
    return msgspec.structs.replace(
        report,
        rows_in=event.rows_in,
        rows_kept=event.rows_kept,
        rows_quarantined=event.rows_quarantined,
        tables=event.tables,
        repeated=True,
        seconds=round(time.perf_counter() - started, 3),
    )
