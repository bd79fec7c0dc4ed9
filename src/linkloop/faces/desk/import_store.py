"""Import store: uploaded files that wait for a person, in the shop's folder: bounded, per person, and not for ever."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from linkloop.core.errors import NotFound, Refused
from linkloop.core.text import Text
from linkloop.faces.desk.import_views import ImportJob

PENDING_FILES = 50
PENDING_BYTES = 4 * 1024**3
KEPT_FOR = timedelta(hours=24)
"""How long an upload waits to be run, and one that was stopped to be resumed."""
RECORDS = 200
"""Imports that have ended and are still listed; their files are gone, what they did is in the log."""
OPEN = ("waiting", "queued", "running", "stopped")


class ImportStore:
    """A folder per import: `job.json`, and the uploaded file until it has been imported."""

    def __init__(self, shop_folder: Path) -> None:
        self.folder = shop_folder / "imports"

    def new_id(self) -> str:
        """A name that sorts by time and cannot be guessed."""
        return f"{int(time.time() * 1000):012x}{secrets.token_hex(6)}"

    def all(self) -> list[ImportJob]:
        """Every import, latest first."""
        return sorted(self._read(), key=lambda job: job.id, reverse=True)

    def get(self, import_id: str) -> ImportJob:
        """Raises NotFound `import.unknown`."""
        path = self.folder / import_id / "job.json"
        if not import_id.isalnum() or not path.is_file():
            raise NotFound(
                "import.unknown",
                Text(en="there is no such import", zh="没有这个导入"),
                Text(en="It may have expired: upload the file again.", zh="可能已过期：请重新上传文件。"),
                where=import_id,
            )
        return msgspec.json.decode(path.read_bytes(), type=ImportJob)

    def put(self, job: ImportJob) -> ImportJob:
        """Write a job, whole or not at all."""
        home = self.folder / job.id
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f".job.{os.getpid()}.{secrets.token_hex(3)}.tmp"
        draft.write_bytes(msgspec.json.encode(job))
        draft.replace(home / "job.json")
        return job

    def file(self, job: ImportJob) -> Path:
        """Where the uploaded file of an import is. Raises NotFound `import.gone`."""
        path = self.folder / job.id / "in" / job.file
        if not path.is_file():
            raise NotFound(
                "import.gone",
                Text(en="the uploaded file is not here any more", zh="上传的文件已不在服务器上"),
                Text(en="Upload it again.", zh="请重新上传。"),
                where=job.file,
            )
        return path

    def adopt(self, job: ImportJob, uploaded: Path) -> ImportJob:
        """Move an uploaded file to its import."""
        home = self.folder / job.id / "in"
        home.mkdir(parents=True)
        uploaded.replace(home / job.file)
        return self.put(job)

    def drop_file(self, job: ImportJob) -> None:
        """Remove the uploaded file."""
        shutil.rmtree(self.folder / job.id / "in", ignore_errors=True)

    def remove(self, job: ImportJob) -> None:
        """Remove an import and its file."""
        shutil.rmtree(self.folder / job.id, ignore_errors=True)

    def check_room(self, by: str, coming: int) -> None:
        """Raises Refused `import.pending` when a person's waiting uploads would be too many or too large."""
        mine = [job for job in self._read() if job.by == by and job.status in OPEN]
        if len(mine) < PENDING_FILES and sum(job.size for job in mine) + coming <= PENDING_BYTES:
            return
        raise Refused(
            "import.pending",
            Text(
                en=f"you have {len(mine)} uploads waiting; at most {PENDING_FILES} files and 4 GiB may wait",
                zh=f"你已有 {len(mine)} 个上传在等待；最多可等待 {PENDING_FILES} 个文件、共 4 GiB",
            ),
            Text(en="Import or discard those first.", zh="请先导入或丢弃它们。"),
        )

    def sweep(self) -> None:
        """Remove uploads that nobody ran in time, and the oldest records."""
        oldest = datetime.now(UTC) - KEPT_FOR
        ended = [job for job in self.all() if job.status not in OPEN]
        for job in [job for job in self._read() if job.status in ("waiting", "stopped") and _touched(job) < oldest]:
            self.remove(job)
        for job in ended[RECORDS:]:
            self.remove(job)

    def _read(self) -> Iterator[ImportJob]:
        for path in self.folder.glob("*/job.json"):
            try:
                yield msgspec.json.decode(path.read_bytes(), type=ImportJob)
            except (OSError, msgspec.DecodeError):
                continue  # removed by another, or spoilt by hand: nothing can be done with it


def expires(job: ImportJob) -> datetime | None:
    """When an upload will be removed."""
    return _touched(job) + KEPT_FOR if job.status in ("waiting", "stopped") else None


def _touched(job: ImportJob) -> datetime:
    return job.ended or job.at
