"""Importing: every table of every file below a path, each with a report of its own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping as Dict
from pathlib import Path
from typing import Any

import msgspec

from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.text import Text
from linkloop.worlds.files import choosing
from linkloop.worlds.files.encoding import Bytes, look
from linkloop.worlds.files.formats import SUFFIXES, open_sources
from linkloop.worlds.files.lock import import_lock
from linkloop.worlds.files.mapping import Mapping
from linkloop.worlds.files.mapping_file import keep as keep_mapping
from linkloop.worlds.files.names import known
from linkloop.worlds.files.profile import text_of
from linkloop.worlds.files.region import Evidence, evidence
from linkloop.worlds.files.report import FileReport, ImportReport, Problem, guesses, total
from linkloop.worlds.files.source import Source
from linkloop.worlds.files.taking import Taken, take


def import_all(
    root: Path, options: choosing.Options, asked: Mapping | None, into: Taken, *, keep: bool, dry_run: bool
) -> ImportReport:
    """Import the file or folder `root`; `asked` is the mapping that a person gave. Raises as `import_path` does."""
    started = time.perf_counter()
    home = into.folder
    files, skipped = _files(root)
    home.mkdir(parents=True, exist_ok=True)
    reports: list[FileReport] = []
    with import_lock(home):
        for left in home.glob(".import-*"):  # of an import that was killed
            shutil.rmtree(left, ignore_errors=True)
        around = Evidence() if options.currency or len(files) < 2 else _around(files)
        for file in files:
            reports += _import_file(file, options, asked, around, into, keep=keep, dry_run=dry_run)
    return total(reports, skipped, time.perf_counter() - started)


def import_sheets(
    file: Path, chosen: Dict[str, Mapping | None], into: Taken, *, keep: bool = False
) -> tuple[FileReport, ...]:
    """Import those sheets of one file that a person chose, each with its mapping; the others are left alone.

    Raises Conflict `import.busy`, LinkloopError `file.…` or `mapping.headers`; interrupted anywhere, as `import_all`.
    """
    into.folder.mkdir(parents=True, exist_ok=True)
    reports: list[FileReport] = []
    with import_lock(into.folder):
        for left in into.folder.glob(".import-*"):
            shutil.rmtree(left, ignore_errors=True)
        seen = look(file)
        for source in open_sources(file, seen.encoding, known):
            if source.sheet not in chosen:
                continue
            mapping = chosen[source.sheet]
            report = take(file, seen, source, mapping and choosing.fitting(mapping, source, file.name), into)
            told: dict[str, Any] = {}
            if mapping is not None:
                told = {"mapping": mapping.name, "confidence": mapping.confidence, "ignored": mapping.ignored}
                if keep:
                    told["mapping_file"] = str(keep_mapping(mapping, into.folder / "mappings"))
            reports.append(msgspec.structs.replace(report, **told))
    return tuple(reports)


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
