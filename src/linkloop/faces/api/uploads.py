"""Uploads: multipart files go to disk as they arrive, under safe names, and are gone afterwards."""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.api.limits import UPLOAD_BYTES
from linkloop.faces.api.work import Lane

FILES = 100
FIELD_BYTES = 256 * 1024
_CHUNK = 1024**2  # what is gathered before a thread writes it
_UNSAFE = re.compile(r"[^\w.\- ()（）]+")


class Upload(msgspec.Struct):
    """What came: the files in the order of arrival, in `folder`, and the text fields."""

    folder: Path
    files: list[Path]
    fields: dict[str, str]

    def clear(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)


def safe_name(name: str) -> str:
    """The last part of a client's file name, without anything that means something to a file system."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = _UNSAFE.sub("_", name).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, suffix) if dot else (name, "")
    return f"{stem[:60] or 'file'}{dot}{suffix[:10]}"


async def receive(stream: AsyncIterator[bytes], boundary: str, home: Path, lane: Lane) -> Upload:
    """Read a multipart body to its end. Raises LinkloopError `upload.…`, and then nothing stays on disk."""
    home.mkdir(parents=True, exist_ok=True)
    upload = Upload(Path(tempfile.mkdtemp(prefix="upload-", dir=home)), [], {})
    try:
        await _Reading(upload, lane).read(stream, boundary)
    except MultipartError as error:
        upload.clear()
        raise _bad("upload.form", f"the form cannot be read: {error}", f"表单无法解析：{error}") from error
    except BaseException:
        upload.clear()
        raise
    return upload


class _Reading:
    """One body on its way: the part that is open, and what of it has not been written yet."""

    def __init__(self, upload: Upload, lane: Lane) -> None:
        self.upload = upload
        self.lane = lane
        self.file: BinaryIO | None = None
        self.name = ""
        self.held = bytearray()

    async def read(self, stream: AsyncIterator[bytes], boundary: str) -> None:
        total = 0
        try:
            with PushMultipartParser(boundary, max_segment_count=FILES + 20) as parser:
                async for chunk in stream:
                    total += len(chunk)
                    if total > UPLOAD_BYTES:
                        raise _bad("upload.size", f"more than {UPLOAD_BYTES} bytes", f"超过 {UPLOAD_BYTES} 字节")
                    for part in parser.parse(chunk):
                        await self._take(part)
                    if parser.closed:
                        break
        finally:
            if self.file:
                self.file.close()

    async def _take(self, part: MultipartSegment | bytearray | bytes | None) -> None:
        if isinstance(part, MultipartSegment):
            self.name = part.name or ""
            if part.filename is not None:
                self.file = self._open(part.filename)
        elif part:
            self.held += part
            if self.file is None and len(self.held) > FIELD_BYTES:
                raise _bad("upload.field", f"{self.name} is longer than {FIELD_BYTES} bytes", f"{self.name} 过长")
            if self.file and len(self.held) >= _CHUNK:
                await self._flush()
        elif self.file:
            await self._flush()
            self.file.close()
            self.file = None
        else:
            self.upload.fields[self.name] = self.held.decode("utf-8", errors="replace")
            self.held = bytearray()

    async def _flush(self) -> None:
        assert self.file is not None
        held, self.held = self.held, bytearray()
        await self.lane(self.file.write, bytes(held))

    def _open(self, filename: str) -> BinaryIO:
        if len(self.upload.files) >= FILES:
            raise _bad("upload.count", f"more than {FILES} files", f"超过 {FILES} 个文件")
        path = self.upload.folder / safe_name(filename)
        while path.exists():
            path = path.with_name(f"{path.stem}_{path.suffix}")
        self.upload.files.append(path)
        return path.open("xb")


def _bad(code: str, en: str, zh: str) -> LinkloopError:
    return LinkloopError(
        code, Text(en=en, zh=zh), Text(en="Send fewer or smaller files; `linkloop import` has no limit.",
        zh="请减少文件数量或大小；`linkloop import` 没有限制。")
    )  # fmt: skip
