"""Imports: a merchant's files, uploaded once, looked into, mapped, and taken in row by row as a job."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, post
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import JSONBody

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheImports, TheWho, TheWork
from linkloop.faces.api.limits import UPLOAD_BYTES, PathName
from linkloop.faces.api.uploads import Upload, receive
from linkloop.faces.desk.import_views import ImportLook, ImportView, MappingDraft, SheetChoice
from linkloop.store.audit import Entry
from linkloop.worlds.files import ImportReport
from linkloop.worlds.files.looks import TryReport
from linkloop.worlds.files.mapping import Mapping
from linkloop.worlds.files.meanings import TableMeaning, meanings

_FILES = Schema(type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
_NAME = re.compile(r"[\w-]{1,100}")
_CURRENCY = Schema(type=OpenAPIType.STRING, description="ISO 4217 code of amounts without one")
_ZONE = Schema(type=OpenAPIType.STRING, description="IANA name of times without one")
_FORM = Schema(
    type=OpenAPIType.OBJECT,
    properties={
        "files": _FILES,
        "mapping": Schema(type=OpenAPIType.STRING, description="A mapping, or a kept one's name, as JSON; none: guess"),
        "currency": _CURRENCY,
        "timezone": _ZONE,
        "dry_run": Schema(type=OpenAPIType.STRING, enum=["true", "false"], description="Show, keep nothing"),
    },
    required=["files"],
)
_PENDING = Schema(
    type=OpenAPIType.OBJECT,
    properties={
        "files": _FILES,
        "batch": Schema(type=OpenAPIType.STRING, description="The same for files that came together"),
        "currency": _CURRENCY,
        "timezone": _ZONE,
    },
    required=["files"],
)
Short = Annotated[str, msgspec.Meta(max_length=200)]


@dataclass
class _UploadOperation(Operation):
    """Tells OpenAPI of the form, which is read as a stream and not by the framework."""

    form = _FORM

    def __post_init__(self) -> None:
        self.request_body = RequestBody(
            content={"multipart/form-data": OpenAPIMediaType(schema=self.form)}, required=True
        )


@dataclass
class _PendingOperation(_UploadOperation):
    """The form of an upload that waits."""

    form = _PENDING


class AssignField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`table.field` is given by `column`; by `constant` where there is no column; by nothing where there is neither.

    `instead`: the column gives nothing else from now on; nothing at all where no table is named.
    """

    sheet: Short = ""
    mapping: Mapping | None = None
    table: Short = ""
    field: Short = ""
    column: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    constant: Short = ""
    instead: bool = False


class FitMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The kept mapping `name` for a sheet, or the guess where it is empty."""

    sheet: Short = ""
    name: Short = ""


class TryMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping to be tried on the first rows of a sheet, or on the `whole` of it."""

    sheet: Short = ""
    mapping: Mapping
    whole: bool = False


class RunImport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person chose for each sheet; nothing: go on with what was chosen before."""

    sheets: Annotated[tuple[SheetChoice, ...], msgspec.Meta(max_length=200)] = ()


@post(
    "/import",
    status_code=200,
    tags=["import"],
    request_max_body_size=UPLOAD_BYTES,
    operation_class=_UploadOperation,
    opt=may("data"),
)
async def take_in(request: Request[Any, Any, Any], desk: TheDesk, work: TheWork, who: TheWho) -> list[ImportReport]:
    """Take in CSV, Excel and Parquet files at once; every row is kept, or quarantined with its reason."""
    upload = await _received(request, desk, work)
    try:
        options = _options(upload.fields)
        reports = await work.long(desk.import_paths, upload.files, **options)
        if not options["dry_run"]:
            told = {path.name: report.rows_kept for path, report in zip(upload.files, reports, strict=True)}
            entry = Entry(by=who.name, what="imports.run", about=", ".join(told)[:200], after={"rows_kept": told})
            await work.quick(desk.shop.loop.do, lambda turn: turn.w.audit.append(entry))
        return reports
    finally:
        await work.quick(upload.clear)


@post(
    "/imports",
    status_code=201,
    tags=["import"],
    request_max_body_size=UPLOAD_BYTES,
    operation_class=_PendingOperation,
    opt=may("data"),
)
async def upload_files(
    request: Request[Any, Any, Any], desk: TheDesk, imports: TheImports, work: TheWork, who: TheWho
) -> list[ImportView]:
    """Upload files; each becomes an import that waits for a person to look at its mapping and to run it."""
    coming = request.headers.get("content-length", "0")
    await work.quick(imports.check_room, who.name, int(coming) if coming.isdigit() else 0)
    upload = await _received(request, desk, work)
    try:
        fields = upload.fields
        return await work.long(
            imports.create,
            upload.files,
            who.name,
            fields.get("batch", ""),
            fields.get("currency", ""),
            fields.get("timezone", ""),
        )
    finally:
        await work.quick(upload.clear)


@get("/imports", tags=["import"], opt=may("data"))
async def list_imports(imports: TheImports, work: TheWork) -> list[ImportView]:
    """Imports that wait, run or have ended, latest first."""
    return await work.quick(imports.list)


@get("/imports/fields", tags=["import"], opt=may("data"))
async def import_fields(work: TheWork) -> tuple[TableMeaning, ...]:
    """Every table and field that a file can feed, with what it means."""
    return await work.quick(meanings)


@get("/imports/{import_id:str}", tags=["import"], opt=may("data"))
async def get_import(imports: TheImports, work: TheWork, import_id: PathName) -> ImportView:
    """One import as it stands."""
    return await work.quick(imports.get, import_id)


@get("/imports/{import_id:str}/look", tags=["import"], opt=may("data"))
async def look_into_import(imports: TheImports, work: TheWork, import_id: PathName) -> ImportLook:
    """What is in an uploaded file: sheets, first rows, columns, and the likely mapping."""
    return await work.long(imports.look, import_id)


@post("/imports/{import_id:str}/assign", status_code=200, tags=["import"], opt=may("data"))
async def assign_field(
    imports: TheImports, work: TheWork, import_id: PathName, data: JSONBody[AssignField]
) -> MappingDraft:
    """The mapping with one field given otherwise, and all that follows from it; nothing is kept."""
    return await work.long(
        imports.assign,
        import_id,
        data.sheet,
        data.mapping,
        data.table,
        data.field,
        data.column,
        data.constant,
        data.instead,
    )


@post("/imports/{import_id:str}/fit", status_code=200, tags=["import"], opt=may("data"))
async def fit_mapping(
    imports: TheImports, work: TheWork, import_id: PathName, data: JSONBody[FitMapping]
) -> MappingDraft:
    """A kept mapping for a sheet of the file, or what is guessed without one."""
    return await work.long(imports.fit, import_id, data.sheet, data.name)


@post("/imports/{import_id:str}/try", status_code=200, tags=["import"], opt=may("data"))
async def try_mapping(imports: TheImports, work: TheWork, import_id: PathName, data: JSONBody[TryMapping]) -> TryReport:
    """How many rows a mapping would keep and quarantine, and why; nothing is kept."""
    return await work.long(imports.try_, import_id, data.sheet, data.mapping, data.whole)


@post("/imports/{import_id:str}/run", status_code=200, tags=["import"], opt=may("data"))
async def run_import(
    imports: TheImports, work: TheWork, who: TheWho, import_id: PathName, data: JSONBody[RunImport]
) -> ImportView:
    """Queue an import; one that was stopped or has failed goes on where it was."""
    return await work.long(imports.run, import_id, who.name, data.sheets)


@post("/imports/{import_id:str}/stop", status_code=200, tags=["import"], opt=may("data"))
async def stop_import(imports: TheImports, work: TheWork, who: TheWho, import_id: PathName) -> ImportView:
    """Stop an import; what is in the tables stays, and running it again goes on there."""
    return await work.quick(imports.stop, import_id, who.name)


@delete("/imports/{import_id:str}", tags=["import"], opt=may("data"))
async def discard_import(imports: TheImports, work: TheWork, who: TheWho, import_id: PathName) -> None:
    """Remove an upload or a record; what it put into the tables stays."""
    await work.quick(imports.discard, import_id, who.name)


async def _received(request: Request[Any, Any, Any], desk: TheDesk, work: TheWork) -> Upload:
    kind, options = request.content_type
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise _wrong("a multipart form with files is needed", "需要包含文件的 multipart 表单", "Content-Type")
    upload = await receive(request.stream(), options["boundary"], desk.shop.folder / "uploads", work.quick)
    if not upload.files:
        await work.quick(upload.clear)
        raise _wrong("the form holds no file", "表单中没有文件", "files")
    return upload


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


ROUTES = [
    take_in,
    upload_files,
    list_imports,
    import_fields,
    get_import,
    look_into_import,
    assign_field,
    fit_mapping,
    try_mapping,
    run_import,
    stop_import,
    discard_import,
]
