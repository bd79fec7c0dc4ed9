"""Admitting: rows of a ward that are good now are taken in, and rows that nobody wants are put on record, once."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.store.bulk import LakeDoor
from linkloop.worlds.files.clean import Cleaner
from linkloop.worlds.files.lock import import_lock
from linkloop.worlds.files.mapping import digest_of
from linkloop.worlds.files.mapping_file import from_builtins
from linkloop.worlds.files.numbering import Numbering
from linkloop.worlds.files.quarantine import Slip, cut_rows, kept_folder, slip_path, write_slip
from linkloop.worlds.files.readmit import load_mended
from linkloop.worlds.files.report import FileReport
from linkloop.worlds.files.source import Batch
from linkloop.worlds.files.ward import Draft, Reason, Ward, draft_path, read_draft


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one quarantined row: its cells before (as the file had them) and the cells that were changed."""

    id: str
    what: Literal["readmitted", "dismissed"]
    row: int
    at: datetime
    by: str
    note: str
    before: dict[str, str]
    changed: dict[str, str] = {}


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """What is being done with rows of a ward, written before it is begun: after a crash the same is done again."""

    id: str
    what: Literal["readmitted", "dismissed"]
    rows: tuple[int, ...]
    at: datetime
    by: str
    note: str
    edits: dict[int, dict[str, str]] = {}
    mapping: dict[str, Any] | None = None


class Into(msgspec.Struct, frozen=True, kw_only=True):
    """Where rows go: the store, the lake, the shop's folder; `told` hears of what is done before it counts as done."""

    engine: sa.Engine
    lake: LakeDoor
    folder: Path
    told: Callable[[Going, list[Record]], None]


def admit(ward: Ward, rows: list[int], into: Into, *, by: str, note: str, at: datetime) -> dict[int, list[Reason]]:
    """Take in those of the rows that are good; gives the reasons of the others, which stay.

    Raises Conflict `import.busy`, LinkloopError `quarantine.none` when none of them is good.
    """
    mapping = ward.mapping
    with import_lock(into.folder):
        told = ward.judge(rows)
        good = [row for row in rows if not told[row]]
        left = {row: reasons for row, reasons in told.items() if reasons}
        if not good or mapping is None:
            raise LinkloopError(
                "quarantine.none",
                Text(en="none of these rows is good yet", zh="所选的行都还不能导入"),
                Text(en="Mend the marked cells first.", zh="请先修正标出的单元格。"),
                where=ward.path.name,
            )
        edits = {row: ward.draft.edits[row] for row in good if row in ward.draft.edits}
        cells = ward.current(good)
        content = hashlib.sha256("\x1e".join("\x1f".join(map(str, row)) for row in cells.rows()).encode()).hexdigest()
        going = Going(
            id=f"{ward.slip.external_id}:again:{content[:16]}:{digest_of(mapping)[:8]}",
            what="readmitted",
            rows=tuple(good),
            at=at,
            by=by,
            note=note,
            edits=edits,
            mapping=msgspec.to_builtins(mapping),
        )
        _go(ward, going, into)
    return left


def dismiss(ward: Ward, rows: list[int], into: Into, *, by: str, note: str, at: datetime) -> None:
    """Put rows on record as not wanted. Raises Conflict `import.busy`."""
    with import_lock(into.folder):
        content = hashlib.sha256(repr((rows, by, note, at)).encode()).hexdigest()
        edits = {row: ward.draft.edits[row] for row in rows if row in ward.draft.edits}
        _go(
            ward,
            Going(
                id=f"{ward.slip.external_id}:dismissed:{content[:16]}",
                what="dismissed",
                rows=tuple(rows),
                at=at,
                by=by,
                note=note,
                edits=edits,
            ),
            into,
        )


def finish(path: Path, into: Into) -> bool:
    """End what a crash interrupted in a quarantined file; whether there was anything. Raises Conflict `import.busy`."""
    going = _read_going(path)
    if going is None:
        return False
    with import_lock(into.folder):
        if path.exists():
            _do(Ward(path), going, into)
        _going_path(path).unlink(missing_ok=True)
    return True


def records(path: Path) -> list[Record]:
    """What became of the rows of a quarantined file, in order."""
    try:
        lines = _record_path(path).read_bytes().splitlines()
    except OSError:
        return []
    return [msgspec.json.decode(line, type=Record) for line in lines if line]


def _go(ward: Ward, going: Going, into: Into) -> None:
    path = _going_path(ward.path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    draft.write_bytes(msgspec.json.encode(going))
    draft.replace(path)
    _do(ward, going, into)
    path.unlink(missing_ok=True)


def _do(ward: Ward, going: Going, into: Into) -> None:
    """Every step may have been done before."""
    here = [row for row in going.rows if row in ward.place]
    slip = ward.slip
    if going.what == "readmitted" and here:
        slip = _load(ward, going, here, into)
    done = [
        Record(
            id=going.id,
            what=going.what,
            row=row,
            at=going.at,
            by=going.by,
            note=going.note,
            before={column: ward.original(row, column) for column in ward.header},
            changed=going.edits.get(row, {}),
        )
        for row in here
    ]
    if done and not any(record.id == going.id for record in records(ward.path)):
        with _record_path(ward.path).open("ab") as stream:
            stream.write(b"".join(msgspec.json.encode(record) + b"\n" for record in done))
            stream.flush()
            os.fsync(stream.fileno())
    if done:
        into.told(going, done)
    _account(ward, slip, going)


def _load(ward: Ward, going: Going, rows: list[int], into: Into) -> Slip:
    mapping = from_builtins(going.mapping, ward.path.name)
    numbers = {row: ward.slip.numbers[str(row)] for row in rows if str(row) in ward.slip.numbers}
    cleaner = Cleaner(mapping, ward.header, Numbering(numbers))
    cells = ward.current(rows, going.edits).drop("x")
    good, bad = cleaner.clean(Batch(cells, []))
    assert not bad  # judged before it was written down
    report = FileReport(
        file=ward.slip.file,
        sheet=ward.slip.sheet,
        sha256=hashlib.sha256(going.id.encode()).hexdigest(),
        rows_in=len(rows),
        rows_kept=good.height,
        mapping=mapping.name,
    )
    _, slip = load_mended(
        report, good, mapping, ward.slip, ward.path, into.engine, into.lake, into.folder, going.id, going.at, None
    )
    return msgspec.structs.replace(slip, mapping=going.mapping)


def _account(ward: Ward, slip: Slip, going: Going) -> None:
    """Bring the slip up to date, and take the rows out of the file; done twice it says the same."""
    path = ward.path
    gone = set(going.rows)
    waiting = set(slip.waiting)
    count = len(waiting & gone)
    fresh = msgspec.structs.replace(
        slip,
        readmitted=slip.readmitted + (count if going.what == "readmitted" else 0),
        dropped=slip.dropped + (count if going.what == "dismissed" else 0),
        waiting=tuple(row for row in slip.waiting if row not in gone),
        numbers={row: told for row, told in slip.numbers.items() if int(row) not in gone},
    )
    _forget(path, gone)
    if any(row not in gone for row in ward.rows):
        write_slip(path, fresh)
    if cut_rows(path, gone):
        write_slip(path, fresh)
        return
    done = path.with_name(f"{path.stem}.done.csv")
    write_slip(done, fresh)
    if _record_path(path).exists():
        _record_path(path).replace(_record_path(done))
    path.replace(done)
    slip_path(path).unlink(missing_ok=True)
    draft_path(path).unlink(missing_ok=True)
    shutil.rmtree(kept_folder(path), ignore_errors=True)


def _forget(path: Path, rows: set[int]) -> None:
    """Take rows out of the draft."""
    draft = read_draft(path)
    if not draft_path(path).exists():
        return
    fresh = Draft(
        version=draft.version + 1,
        edits={row: cells for row, cells in draft.edits.items() if row not in rows},
        accepted=[row for row in draft.accepted if row not in rows],
        mapping=draft.mapping,
    )
    temporary = draft_path(path).with_name(f".{draft_path(path).name}.{os.getpid()}.tmp")
    temporary.write_bytes(msgspec.json.encode(fresh))
    temporary.replace(draft_path(path))


def _read_going(path: Path) -> Going | None:
    try:
        return msgspec.json.decode(_going_path(path).read_bytes(), type=Going)
    except (OSError, msgspec.DecodeError):
        return None


def _going_path(path: Path) -> Path:
    return path.with_suffix(".going.json")


def _record_path(path: Path) -> Path:
    return path.with_suffix(".record.jsonl")
