"""Import looking: the samples of the files that people look at now, and what was imported of the same bytes before."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from linkloop.commerce.loop import FileImported
from linkloop.core.clock import from_micros
from linkloop.core.errors import NotFound
from linkloop.core.text import Text
from linkloop.faces.desk.import_runner import ImportRunner
from linkloop.faces.desk.import_store import OPEN
from linkloop.faces.desk.import_views import ImportBefore, ImportJob
from linkloop.store.codec import decode
from linkloop.store.schema import inbox, log

if TYPE_CHECKING:
    from linkloop.worlds.files.looking import Sample

_SAMPLES = 6  # files whose samples are held: a person changes a mapping many times


class Samples:
    """Samples of uploaded files, made once while somebody looks."""

    def __init__(self, runner: ImportRunner) -> None:
        self.store = runner.store
        self.shop = runner.shop
        self._samples: OrderedDict[str, tuple[Sample, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def sheet(self, job: ImportJob, sheet: str) -> Sample:
        """The sample of one sheet. Raises NotFound `import.sheet`."""
        for sample in self.of(job):
            if sample.look.sheet == sheet:
                return sample
        raise NotFound(
            "import.sheet",
            Text(en="the file has no such sheet", zh="文件中没有这个工作表"),
            Text(en="Choose one of its sheets.", zh="请选择其中的工作表。"),
            where=sheet,
        )

    def of(self, job: ImportJob) -> tuple[Sample, ...]:
        """The samples of a file, a sheet each. Raises NotFound `import.gone`, LinkloopError `file.…`."""
        from linkloop.worlds.files import choosing
        from linkloop.worlds.files.looking import currency_of, look_into
        from linkloop.worlds.files.region import Evidence

        with self._lock:
            if job.id in self._samples:
                self._samples.move_to_end(job.id)
                return self._samples[job.id]
        settings = self.shop.settings
        options = choosing.Options(
            currency=job.currency,
            timezone=job.timezone,
            shop_currency=settings.currency,
            shop_timezone=settings.zone,
        )
        around = Evidence()
        if job.batch and not job.currency:  # files that came together belong together
            others = [one for one in self.store.all() if one.batch == job.batch and one.by == job.by]
            for other in others[:20]:
                if other.status in OPEN and other.id != job.id and other.size < 64 << 20:
                    around = max(around, currency_of(self.store.file(other)), key=lambda one: one.confidence)
        found = look_into(self.store.file(job), self.shop.folder / "mappings", options, around)
        with self._lock:
            self._samples[job.id] = found
            while len(self._samples) > _SAMPLES:
                self._samples.popitem(last=False)
        return found

    def forget(self) -> None:
        """Look anew: the kept mappings have changed."""
        with self._lock:
            self._samples.clear()

    def before(self, sha256: str) -> tuple[ImportBefore, ...]:
        """Imports of the same bytes, latest first."""
        query = (
            sa.select(log.c.at, log.c.body)
            .join(inbox, inbox.c.last == log.c.offset)
            .where(inbox.c.source == "files", inbox.c.external_id.startswith(sha256[:32], autoescape=True))
            .where(log.c.kind == "file_imported")
            .order_by(log.c.offset.desc())
            .limit(10)
        )
        with self.shop.store.read() as connection:
            rows = connection.execute(query).all()
        told: list[ImportBefore] = []
        for row in rows:
            event: Any = decode(FileImported, row.body)
            if event.sha256 == sha256:
                told.append(
                    ImportBefore(
                        at=from_micros(row.at),
                        sheet=event.file,
                        mapping=event.mapping,
                        rows_in=event.rows_in,
                        rows_kept=event.rows_kept,
                        rows_quarantined=event.rows_quarantined,
                    )
                )
        return tuple(told)
