"""Imports: a merchant's files, uploaded and taken in row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request, post
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import UPLOAD_BYTES
from linkloop.faces.api.uploads import receive
from linkloop.worlds.files import ImportReport

_FILES = Schema(type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
_NAME = re.compile(r"[\w-]{1,100}")
_FORM = Schema(
    type=OpenAPIType.OBJECT,
    properties={
        "files": _FILES,
        "mapping": Schema(type=OpenAPIType.STRING, description="A mapping, or a kept one's name, as JSON; none: guess"),
        "currency": Schema(type=OpenAPIType.STRING, description="ISO 4217 code of amounts without one"),
        "timezone": Schema(type=OpenAPIType.STRING, description="IANA name of times without one"),
        "dry_run": Schema(type=OpenAPIType.STRING, enum=["true", "false"], description="Show, keep nothing"),
    },
    required=["files"],
)


@dataclass
class _UploadOperation(Operation):
    """Tells OpenAPI of the form, which is read as a stream and not by the framework."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(content={"multipart/form-data": OpenAPIMediaType(schema=_FORM)}, required=True)


@post(
    "/import",
    status_code=200,
    tags=["import"],
    request_max_body_size=UPLOAD_BYTES,
    operation_class=_UploadOperation,
    opt=may("data"),
)
async def take_in(request: Request[Any, Any, Any], desk: TheDesk, work: TheWork) -> list[ImportReport]:
    """Take in CSV, Excel and Parquet files; every row is kept, or quarantined with its reason."""
    kind, options = request.content_type
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise _wrong("a multipart form with files is needed", "需要包含文件的 multipart 表单", "Content-Type")
    upload = await receive(request.stream(), options["boundary"], desk.shop.folder / "uploads", work.quick)
    try:
        if not upload.files:
            raise _wrong("the form holds no file", "表单中没有文件", "files")
        return await work.long(desk.import_paths, upload.files, **_options(upload.fields))
    finally:
        await work.quick(upload.clear)


def _options(fields: dict[str, str]) -> dict[str, Any]:
    options: dict[str, Any] = {"dry_run": fields.get("dry_run", "").lower() in ("1", "true", "yes")}
    options |= {name: fields[name] for name in ("currency", "timezone") if fields.get(name)}
    if text := fields.get("mapping", ""):
        try:
            mapping = msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise _wrong(f"not JSON: {error}", f"不是 JSON：{error}", "mapping") from error
        # A name may not be a path: a client must not choose which file of the server is read.
        if not isinstance(mapping, dict) and not (isinstance(mapping, str) and _NAME.fullmatch(mapping)):
            raise _wrong(
                "a mapping is an object, or the name of a kept one", "映射应为对象，或已保存映射的名称", "mapping"
            )
        options["mapping"] = mapping
    return options


def _wrong(en: str, zh: str, where: str) -> LinkloopError:
    return LinkloopError(
        "upload.form", Text(en=en, zh=zh), Text(en="See /api/v1/openapi.json.", zh="参见 /api/v1/openapi.json。"), where
    )


ROUTES = [take_in]
