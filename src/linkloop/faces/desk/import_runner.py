"""Import runner: imports one after another in a thread of its own, with progress, and to be stopped and resumed."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.errors import Conflict, LinkloopError
from linkloop.core.text import Text
from linkloop.faces.desk.import_store import ImportStore
from linkloop.faces.desk.import_views import ImportJob, ImportProgress
from linkloop.worlds.files.report import FileReport, Problem
from linkloop.worlds.files.taking import Step

logger = logging.getLogger("linkloop.imports")
ATTEMPTS = 3
"""Times that an import may end with its process before a person has to start it again."""
_AGAIN_S = 0.25  # while another process imports into this shop


class Stopped(Exception):
    """A person stopped the import, or the shop ends."""


class ImportRunner:
    """The queue of imports of one shop. What was running when its process died goes on when the next one starts."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.store = ImportStore(shop.folder)
        self._queue: deque[str] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._stops: set[str] = set()
        self._progress: dict[str, ImportProgress] = {}
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Take up what was left, and begin."""
        self.store.sweep()
        for job in reversed(self.store.all()):
            if job.status not in ("queued", "running"):
                continue
            if job.attempts < ATTEMPTS:
                self._push(self.store.put(msgspec.structs.replace(job, status="queued")))
            else:
                self.store.put(msgspec.structs.replace(job, status="stopped", ended=datetime.now(UTC), problem=_died()))
        self._thread = threading.Thread(target=self._run, name="imports", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; an import that is running stays `running` on disk, and goes on when the shop is opened again."""
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def put(self, job: ImportJob) -> ImportJob:
        """Queue an import."""
        queued = self.store.put(msgspec.structs.replace(job, status="queued", problem=None, ended=None, attempts=0))
        self._push(queued)
        return queued

    def stop(self, import_id: str) -> None:
        """Have a queued or running import stop; what it has put into the tables stays, and resuming goes on there."""
        with self._wake:
            if import_id in self._queue:
                self._queue.remove(import_id)
                job = self.store.get(import_id)
                self.store.put(msgspec.structs.replace(job, status="stopped", ended=datetime.now(UTC)))
                self._progress.pop(import_id, None)
            else:
                self._stops.add(import_id)

    def progress(self, import_id: str) -> ImportProgress | None:
        """How far an import is, while it is queued or running."""
        return self._progress.get(import_id)

    def ahead(self, import_id: str) -> int:
        """How many imports are queued before this one."""
        with self._wake:
            return self._queue.index(import_id) if import_id in self._queue else 0

    def _push(self, job: ImportJob) -> None:
        with self._wake:
            self._stops.discard(job.id)
            self._progress[job.id] = ImportProgress()
            self._queue.append(job.id)
            self._wake.notify_all()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._queue and not self._closing:
                    self._wake.wait()
                if self._closing:
                    return
                job = self.store.get(self._queue.popleft())
                job = self.store.put(
                    msgspec.structs.replace(job, status="running", started=datetime.now(UTC), attempts=job.attempts + 1)
                )
            self._do(job)

    def _do(self, job: ImportJob) -> None:
        change = msgspec.structs.replace
        try:
            reports = self._take(job)
        except Stopped:
            if self._closing:
                return
            job = change(job, status="stopped")
        except LinkloopError as error:
            job = change(job, status="failed", problem=Problem(error.code, error.text, error.todo))
        except Exception as error:
            logger.exception("import %s of %s failed", job.id, job.file)
            job = change(job, status="failed", problem=_crashed(error))
        else:
            job = change(job, status="done", reports=reports, problem=None)
        self.store.put(change(job, ended=datetime.now(UTC)))
        if job.status == "done":
            self.store.drop_file(job)
        self._stops.discard(job.id)
        self._progress.pop(job.id, None)

    def _take(self, job: ImportJob) -> tuple[FileReport, ...]:
        from linkloop.worlds.files.importing import import_sheets  # polars: not needed to open a shop
        from linkloop.worlds.files.mapping_file import replace
        from linkloop.worlds.files.taking import Taken

        file = self.store.file(job)
        pace = Pace(lambda progress: self._told(job.id, progress))
        into = Taken(
            engine=self.shop.store.engine,
            lake=self.shop.lake,
            folder=Path(self.shop.folder),
            at=self.shop.clock.now(),
            progress=lambda done, of: None,
            steps=pace.step,
        )
        chosen = {one.sheet: one.mapping for one in job.sheets if one.mapping is not None}
        while True:
            try:
                reports = import_sheets(file, chosen, into)
                break
            except Conflict as error:
                if error.code != "import.busy":
                    raise
                self._told(job.id, ImportProgress())
                time.sleep(_AGAIN_S)
        for one in job.sheets:
            if one.mapping is not None and one.keep_as:
                replace(msgspec.structs.replace(one.mapping, name=one.keep_as), into.folder / "mappings")
        return reports

    def _told(self, import_id: str, progress: ImportProgress) -> None:
        self._progress[import_id] = progress
        if self._closing or import_id in self._stops:
            raise Stopped


class Pace:
    """Turns steps into progress: rates, share and what is left."""

    def __init__(self, tell: Callable[[ImportProgress], None]) -> None:
        self._tell = tell
        self._began = time.monotonic()
        self._phase = ("", "")
        self._phase_began = self._last = self._began

    def step(self, step: Step) -> None:
        """Hear a step; raises what the listener raises."""
        now = time.monotonic()
        if (step.sheet, step.phase) != self._phase:
            self._phase, self._phase_began = (step.sheet, step.phase), self._last
        self._last = now
        rate = step.done / max(1e-3, now - self._phase_began)
        part = step.done / step.of if step.of else 0.0
        share = part / 2 if step.phase == "reading" else 0.5 + part / 2
        progress = ImportProgress(
            sheet=step.sheet,
            phase=step.phase,
            done=step.done,
            of=step.of,
            kept=step.kept,
            quarantined=step.quarantined,
            rows_per_second=round(rate, 1),
            seconds=round(now - self._began, 1),
            share=round(share, 4),
            left_s=round((step.of - step.done) / rate, 1) if rate and step.of and step.phase == "loading" else None,
        )
        self._tell(progress)


def _died() -> Problem:
    return Problem(
        "import.died",
        Text(
            en=f"the process ended {ATTEMPTS} times while this file was imported",
            zh=f"导入此文件时进程已连续中断 {ATTEMPTS} 次",
        ),
        Text(
            en="Check the memory and the disk, then resume; nothing that came in is lost.",
            zh="请检查内存与磁盘后再继续；已写入的数据不会丢失。",
        ),
    )


def _crashed(error: Exception) -> Problem:
    return Problem(
        "import.crashed",
        Text(en=f"the import failed: {error}"[:500], zh=f"导入失败：{error}"[:500]),
        Text(en="Try again; if it stays, look into the server's log.", zh="请重试；若仍失败，请查看服务器日志。"),
    )
