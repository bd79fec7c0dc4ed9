"""Imports: a file is uploaded once, looked into, tried, mapped by a person, and taken in as a job."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from linkloop.core.errors import Conflict, LinkloopError, NotFound, Refused
from linkloop.core.text import Text
from linkloop.faces.desk.import_looking import Samples
from linkloop.faces.desk.import_runner import ImportRunner
from linkloop.faces.desk.import_store import OPEN, expires
from linkloop.faces.desk.import_views import (
    ImportJob,
    ImportLook,
    ImportView,
    MappingDraft,
    SheetChoice,
)
from linkloop.faces.desk.mappings import check_name, kept_file
from linkloop.store.audit import Entry
from linkloop.worlds.files.report import Problem

if TYPE_CHECKING:
    from linkloop.worlds.files.looks import TryReport
    from linkloop.worlds.files.mapping import Mapping


class Imports:
    """The imports of one shop: its runner, and the samples of the files that people look at now."""

    def __init__(self, runner: ImportRunner) -> None:
        self.runner = runner
        self.store = runner.store
        self.shop = runner.shop
        self.samples = Samples(runner)
        self._lock = threading.Lock()
        self._trials: dict[tuple[str, str], int] = {}

    # -- what there is
    def list(self) -> list[ImportView]:
        """Every import that is remembered, latest first."""
        self.store.sweep()
        return [self._view(job) for job in self.store.all()]

    def get(self, import_id: str) -> ImportView:
        """One import. Raises NotFound `import.unknown`."""
        return self._view(self.store.get(import_id))

    # -- a file comes
    def check_room(self, by: str, coming: int) -> None:
        """Raises Refused `import.pending` when a person's waiting uploads would be too many or too large."""
        self.store.sweep()
        self.store.check_room(by, coming)

    def create(self, uploaded: list[Path], by: str, batch: str, currency: str, timezone: str) -> list[ImportView]:
        """Keep uploaded files, each as an import that waits; one that cannot be read is refused with its reason."""
        from linkloop.worlds.files.encoding import look
        from linkloop.worlds.files.region import checked

        code = checked(currency) if currency else ""
        jobs: list[ImportJob] = []
        for path in uploaded:
            job = ImportJob(
                id=self.store.new_id(),
                file=path.name,
                size=path.stat().st_size,
                sha256=look(path).sha256,
                by=by,
                at=_now(),
                status="waiting",
                batch=batch[:64],
                currency=code,
                timezone=timezone,
            )
            jobs.append(self.store.adopt(job, path))
        return [self._view(self._opened(job)) for job in jobs]

    def _opened(self, job: ImportJob) -> ImportJob:
        try:
            self.samples.of(job)
        except LinkloopError as error:
            self.store.drop_file(job)
            problem = Problem(error.code, error.text, error.todo)
            return self.store.put(msgspec.structs.replace(job, status="refused", problem=problem, ended=_now()))
        return job

    # -- a person looks
    def look(self, import_id: str) -> ImportLook:
        """What is in the file. Raises NotFound `import.unknown` or `import.gone`, LinkloopError `file.…`."""
        job = self.store.get(import_id)
        sheets = tuple(sample.look for sample in self.samples.of(job))
        return ImportLook(id=job.id, sheets=sheets, before=self.samples.before(job.sha256))

    def assign(
        self,
        import_id: str,
        sheet: str,
        mapping: Mapping | None,
        table: str,
        field: str,
        column: str,
        constant: str,
        instead: bool,
    ) -> MappingDraft:
        """The mapping with one field given by another column, by a constant, or by nothing."""
        from linkloop.worlds.files.editing import assign

        job = self.store.get(import_id)
        sample = self.samples.sheet(job, sheet)
        return _draft(assign(mapping, sample, job.file, table, field, column, constant, instead=instead))

    def fit(self, import_id: str, sheet: str, name: str) -> MappingDraft:
        """A kept mapping for this sheet; the guess where `name` is empty. Raises NotFound `mapping.unknown`."""
        from linkloop.worlds.files import choosing
        from linkloop.worlds.files.guess import guess
        from linkloop.worlds.files.mapping import signature_of
        from linkloop.worlds.files.mapping_file import name_for, read_mapping

        job = self.store.get(import_id)
        sample = self.samples.sheet(job, sheet)
        header = sample.look.header
        if name:
            mapping = read_mapping(kept_file(self.shop.folder / "mappings", name))
            return _draft(choosing.fitting_header(mapping, header, job.file))
        made = guess(header, sample.cells, name_for(job.file, sheet, signature_of(header)), sheet, sample.place)
        if made is None:
            raise NotFound(
                "mapping.none",
                Text(en="no table was recognised in these columns", zh="没有从这些列识别出业务表"),
                Text(en="Choose a field for each column by hand.", zh="请手工为各列选择字段。"),
                where=job.file,
            )
        return _draft(made)

    def try_(self, import_id: str, sheet: str, mapping: Mapping, whole: bool) -> TryReport:
        """What a mapping would make of the first rows, or of all; a later trial of the same sheet ends an earlier one.

        Raises Conflict `import.tried` in the earlier one.
        """
        from linkloop.worlds.files.trying import try_sample, try_whole

        job = self.store.get(import_id)
        if not whole:
            return try_sample(self.samples.sheet(job, sheet), mapping)
        with self._lock:
            mine = self._trials[job.id, sheet] = self._trials.get((job.id, sheet), 0) + 1
        report = try_whole(self.store.file(job), sheet, mapping, lambda: self._trials[job.id, sheet] != mine)
        if report is None:
            raise Conflict(
                "import.tried",
                Text(en="the mapping was changed while all rows were tried", zh="试算全部行期间映射已被修改"),
                Text(en="The newer mapping is tried now.", zh="正在按新的映射试算。"),
            )
        return report

    # -- and has it taken in
    def run(self, import_id: str, by: str, sheets: tuple[SheetChoice, ...] = ()) -> ImportView:
        """Queue an import with what a person chose for its sheets; without choices, go on with those from before.

        Raises Refused `import.running`, LinkloopError `mapping.invalid` or `import.nothing`.
        """
        from linkloop.worlds.files.mapping_file import from_builtins

        job = self.store.get(import_id)
        if job.status not in ("waiting", "stopped", "failed"):
            raise Refused(
                "import.running",
                Text(en=f"this import is {job.status} already", zh="这个导入已在进行或已结束"),
                Text(en="Look at its progress.", zh="请查看它的进度。"),
                where=job.file,
            )
        chosen = sheets or job.sheets
        self.store.file(job)
        names = {sample.look.sheet for sample in self.samples.of(job)}
        taken = [one for one in chosen if one.mapping is not None]
        if not taken or {one.sheet for one in taken} - names:
            raise LinkloopError(
                "import.nothing",
                Text(en="no sheet of this file is chosen with a mapping", zh="没有选择要导入的工作表及其映射"),
                Text(en="Choose a field for at least its key columns.", zh="请至少为主键列选择字段。"),
                where=job.file,
            )
        for one in taken:
            assert one.mapping is not None
            from_builtins(msgspec.to_builtins(one.mapping), one.mapping.name)
            if one.keep_as:
                check_name(one.keep_as)
        self._audit(by, "imports.run", job, None, {"sheets": _told(tuple(taken)), "sha256": job.sha256})
        queued = self.runner.put(msgspec.structs.replace(job, sheets=chosen, run_by=by))
        return self._view(queued)

    def stop(self, import_id: str, by: str) -> ImportView:
        """Stop a queued or running import. Raises Refused `import.idle` when it is neither."""
        job = self.store.get(import_id)
        if job.status not in ("queued", "running"):
            raise Refused(
                "import.idle",
                Text(en="this import is not running", zh="这个导入没有在进行"),
                Text(en="There is nothing to stop.", zh="无需停止。"),
                where=job.file,
            )
        self.runner.stop(job.id)
        self._audit(by, "imports.stop", job, None, None)
        return self.get(import_id)

    def discard(self, import_id: str, by: str) -> None:
        """Remove an import and its upload. What it put into the tables stays. Raises Refused while it runs."""
        job = self.store.get(import_id)
        if job.status in ("queued", "running"):
            raise Refused(
                "import.running",
                Text(en="this import is running", zh="这个导入正在进行"),
                Text(en="Stop it first.", zh="请先停止。"),
                where=job.file,
            )
        self.store.remove(job)
        if job.status in OPEN:
            self._audit(by, "imports.discard", job, {"file": job.file, "sha256": job.sha256}, None)

    # -- behind it
    def _view(self, job: ImportJob) -> ImportView:
        reports = job.reports
        active = job.status in ("queued", "running")
        return ImportView(
            id=job.id,
            file=job.file,
            size=job.size,
            sha256=job.sha256,
            by=job.by,
            at=job.at,
            status=job.status,
            currency=job.currency,
            timezone=job.timezone,
            sheets=job.sheets,
            run_by=job.run_by,
            started=job.started,
            ended=job.ended,
            expires=expires(job),
            ahead=self.runner.ahead(job.id),
            progress=self.runner.progress(job.id) if active else None,
            problem=job.problem,
            reports=reports,
            quarantines=tuple(Path(r.quarantine).parent.name if r.quarantine else "" for r in reports),
            rows_in=sum(r.rows_in for r in reports),
            rows_kept=sum(r.rows_kept for r in reports),
            rows_quarantined=sum(r.rows_quarantined for r in reports),
        )

    def _audit(self, by: str, what: str, job: ImportJob, before: Any, after: Any) -> None:
        entry = Entry(by=by, what=what, about=job.file, before=before, after=after)
        self.shop.loop.do(lambda turn: turn.w.audit.append(entry))


def _draft(mapping: Mapping) -> MappingDraft:
    from linkloop.worlds.files.mapping_check import problems

    return MappingDraft(mapping=mapping, problems=problems(mapping))


def _told(sheets: tuple[SheetChoice, ...]) -> list[dict[str, Any]]:
    """What the audit keeps of the choices: table.field → columns."""
    return [
        {
            "sheet": one.sheet,
            "keep_as": one.keep_as,
            "fields": {
                f"{t.table}.{field}": list(rule.source) or rule.constant or rule.transform
                for t in (one.mapping.targets if one.mapping else ())
                for field, rule in t.columns.items()
            },
        }
        for one in sheets
    ]


def _now() -> datetime:
    return datetime.now(UTC)
