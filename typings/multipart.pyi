# What faces/api/uploads.py uses of the package `multipart`, for the type checker. The extra `mcp` brings
# `python-multipart`, whose folder of the same name hides `multipart.py` from a checker (when it runs, that folder steps
# aside by itself).
from collections.abc import Iterator
from types import TracebackType
from typing import Self

class MultipartError(ValueError): ...

class MultipartSegment:
    name: str | None
    filename: str | None

class PushMultipartParser:
    closed: bool
    def __init__(self, boundary: str | bytes, *, max_segment_count: float = ...) -> None: ...
    def parse(self, chunk: bytes | bytearray) -> Iterator[MultipartSegment | bytearray | None]: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
