"""The files world: a merchant's CSV, Excel and Parquet files become tables, and no row is lost on the way."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping as Dict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.commerce.loop import FileImported
from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.clock import Clock
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.world import Inlet, Setup
from linkloop.store.bulk import LakeDoor
from linkloop.worlds.files import choosing
from linkloop.worlds.files.encoding import Bytes, look
from linkloop.worlds.files.lock import import_lock
from linkloop.worlds.files.mapping import Mapping
from linkloop.worlds.files.mapping_file import keep as keep_mapping
from linkloop.worlds.files.names import known
from linkloop.worlds.files.profile import text_of
from linkloop.worlds.files.region import Evidence, checked, evidence
from linkloop.worlds.files.report import FileReport, ImportReport, Problem, guesses, total
from linkloop.worlds.files.source import SUFFIXES, Source, open_sources
from linkloop.worlds.files.taking import Progress, Taken, take
from linkloop.worlds.files.targets import TARGETS


class FilesWorld:
    """A World that speaks when a person imports a file; it does no action."""

    name = "files"
    says: tuple[type[Table], ...] = (FileImported, *(target.kind for target in TARGETS.values()))
    performs: frozenset[str] = frozenset()

    def start(self, inlet: Inlet, clock: Clock) -> None:
        """Nothing runs by itself."""

    def stop(self) -> None:
        """Nothing runs."""

    def takes(self, action: Action) -> bool:
        """None: a file carries nothing out."""
        return False

    def perform(self, errand: Errand) -> Receipt:
        """A file changes nothing in the world."""
        return Receipt(status="refused", detail="files do nothing")

    def settled(self, key: str) -> Receipt | None:
        """Nothing was ever done here."""
        return None


def open_world(setup: Setup) -> FilesWorld:
    """The files world of a shop."""
    return FilesWorld()


def import_path(
    path: Path | str,
    store_engine: sa.Engine,
    lake: LakeDoor,
    *,
    folder: Path | str = "data",
    mapping: Mapping | Dict[str, Any] | str | Path | None = None,
    currency: str = "",
    timezone: str = "",
    shop_currency: str = "CNY",
    shop_timezone: str = "Asia/Shanghai",
    keep: bool = True,
    dry_run: bool = False,
    progress: Progress | None = None,
    at: datetime | None = None,
) -> ImportReport:
    """Import a file, or every table file below a folder; `rows_in = rows_kept + rows_quarantined` in each report.

    `folder` is the shop's own: mappings are kept in `mappings/`, bad rows in `quarantine/`. `mapping` is a mapping,
    its values, its file or its name; without one a kept one that has the same headers is used, else it is guessed.
    `currency` and `timezone` say what amounts and times are in; `shop_…` is what counts where nothing tells.
    `dry_run` shows the guess and keeps nothing. `progress` hears rows done and rows in all (0: not known yet).
    A file that cannot be read is told of in its report and does not keep the others from being taken in.
    Interrupted anywhere, the same call goes on where it was. Raises NotFound `file.missing`, Conflict `import.busy`,
    LinkloopError `currency.unknown` or `mapping.invalid`.
    """
    started = time.perf_counter()
    home, root = Path(folder), Path(path)
    options = choosing.Options(
        currency=checked(currency) if currency else "",
        timezone=timezone,
        shop_currency=checked(shop_currency),
        shop_timezone=shop_timezone,
    )
    asked = choosing.given(mapping, home / "mappings") if mapping is not None else None
    files, skipped = _files(root)
    home.mkdir(parents=True, exist_ok=True)
    into = Taken(
        engine=store_engine,
        lake=lake,
        folder=home,
        at=at or datetime.now(UTC),
        progress=progress or (lambda done, of: None),
    )
    reports: list[FileReport] = []
    with import_lock(home):
        for left in home.glob(".import-*"):  # of an import that was killed
            shutil.rmtree(left, ignore_errors=True)
        around = Evidence() if currency or len(files) < 2 else _around(files)
        for file in files:
            reports += _import_file(file, options, asked, around, into, keep=keep, dry_run=dry_run)
    return total(reports, skipped, time.perf_counter() - started)


def _import_file(
    file: Path,
    options: choosing.Options,
    asked: Mapping | None,
    around: Evidence,
    into: Taken,
    *,
    keep: bool,
    dry_run: bool,
) -> list[FileReport]:
    reports: list[FileReport] = []
    seen = Bytes("", 0, "")
    try:
        seen = look(file)
        for source in open_sources(file, seen.encoding, known):
            reports.append(_import_source(file, seen, source, options, asked, around, into, keep=keep, dry_run=dry_run))
    except LinkloopError as error:
        problem = Problem(error.code, error.text, error.todo)
        reports.append(FileReport(file=file.name, sha256=seen.sha256, dry_run=dry_run, problem=problem))
    return reports


def _import_source(
    file: Path,
    seen: Bytes,
    source: Source,
    options: choosing.Options,
    asked: Mapping | None,
    around: Evidence,
    into: Taken,
    *,
    keep: bool,
    dry_run: bool,
) -> FileReport:
    mappings = into.folder / "mappings"
    if asked is not None:
        chosen: Mapping | None = choosing.fitting(asked, source, file.name)
    else:
        first = next((batch.cells for batch in source.batches()), None)
        chosen = None if first is None else choosing.choose(source, first, file.name, mappings, options, around)
    told: dict[str, Any] = {}
    if chosen is not None:
        told = {
            "mapping": chosen.name,
            "confidence": chosen.confidence,
            "guessed": guesses(chosen),
            "ignored": chosen.ignored,
        }
        if keep and not dry_run:
            told["mapping_file"] = str(keep_mapping(chosen, mappings))
    if dry_run:
        report = FileReport(
            file=file.name,
            sheet=source.sheet,
            sha256=seen.sha256,
            encoding=source.encoding,
            delimiter=source.delimiter,
            dry_run=True,
        )
    else:
        report = take(file, seen, source, chosen, into)
    return msgspec.structs.replace(report, **told)


def _files(root: Path) -> tuple[list[Path], list[str]]:
    if root.is_file():
        return [root], []
    if not root.is_dir():
        raise NotFound(
            "file.missing",
            Text(en="there is no such file or folder", zh="没有这个文件或文件夹"),
            Text(en="Check the path.", zh="请检查路径。"),
            where=str(root),
        )
    found = sorted(p for p in root.rglob("*") if p.is_file() and not p.name.startswith((".", "~$")))
    tables = [p for p in found if p.suffix.lower() in SUFFIXES]
    return tables, [str(p.relative_to(root)) for p in found if p not in set(tables)]


def _around(files: list[Path]) -> Evidence:
    """The surest sign of a currency in any file of a folder: its files belong together."""
    best = Evidence()
    for file in files:
        try:
            for source in open_sources(file, look(file).encoding, known):
                batch = next(source.batches(), None)
                if batch is not None:
                    told = evidence(source.header, text_of(source.header, batch.cells))
                    best = max(best, told, key=lambda one: one.confidence)
        except LinkloopError:
            continue  # told of when its turn comes
    return best
