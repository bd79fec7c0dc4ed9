"""Quarantine: rows that were not taken in, mended and taken in, or dismissed with a reason."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody, QueryParameter
from litestar.response import Stream

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWards, TheWho, TheWork
from linkloop.faces.api.limits import UPLOAD_BYTES, PathName
from linkloop.faces.api.uploads import receive, safe_name
from linkloop.faces.desk.quarantine_views import (
    AdmitReport,
    Cell,
    CellChange,
    FixReport,
    How,
    Name,
    RecordView,
    RowChoice,
    UploadReport,
    WardRows,
    WardState,
    WardSummary,
    WardView,
)
from linkloop.worlds.files.mapping import Mapping

Start = Annotated[int, QueryParameter(ge=0, le=10_000_000)]
Count = Annotated[int, QueryParameter(ge=1, le=500)]
Which = Annotated[WardState, QueryParameter()]
Kind = Annotated[Literal["csv", "xlsx"], QueryParameter()]
Text200 = Annotated[str, QueryParameter(max_length=2000)]
Note = Annotated[str, msgspec.Meta(max_length=4000)]
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PIECE = 1 << 18


class EditCells(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cells to be changed."""

    cells: Annotated[list[CellChange], msgspec.Meta(min_length=1, max_length=5000)]


class AcceptRows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows that are fine as they are, or are not after all."""

    choice: RowChoice
    accepted: bool = True


class FixRows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One function for one column of the chosen rows; a `preview` changes nothing."""

    choice: RowChoice
    how: How
    column: Name
    find: Cell = ""
    value: Cell = ""
    month_first: bool = False
    preview: bool = False


class UndoRows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows whose changes are to be forgotten."""

    choice: RowChoice


class EndRows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows to be taken in or dismissed, and why."""

    choice: RowChoice
    note: Note = ""


class GiveMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mapping by which the rows of a file are to be read."""

    mapping: Mapping


@get("/quarantine", tags=["import"], opt=may("data"))
async def list_wards(wards: TheWards, work: TheWork) -> list[WardSummary]:
    """Every quarantined file, latest first."""
    return await work.long(wards.list)


@get("/quarantine/{ward_id:str}", tags=["import"], opt=may("data"))
async def get_ward(wards: TheWards, work: TheWork, ward_id: PathName) -> WardView:
    """One quarantined file: its account, its columns, and what is wrong with its rows."""
    return await work.long(wards.get, ward_id)


@get("/quarantine/{ward_id:str}/rows", tags=["import"], opt=may("data"))
async def ward_rows(
    wards: TheWards,
    work: TheWork,
    ward_id: PathName,
    start: Start = 0,
    count: Count = 100,
    code: Text200 = "",
    column: Annotated[Text200 | None, QueryParameter(description="Only faults of this column")] = None,
    which: Which = "all",
) -> WardRows:
    """A window of its waiting rows, by reason, column and state."""
    choice = RowChoice(code=code, column=column, state=which)
    return await work.long(wards.rows, ward_id, choice, start, count)


@get("/quarantine/{ward_id:str}/record", tags=["import"], opt=may("data"))
async def ward_record(wards: TheWards, work: TheWork, ward_id: PathName) -> list[RecordView]:
    """What became of its rows, latest first: at most 1,000."""
    return await work.quick(wards.record, ward_id)


@post("/quarantine/{ward_id:str}/edit", status_code=200, tags=["import"], opt=may("data"))
async def edit_cells(wards: TheWards, work: TheWork, ward_id: PathName, data: JSONBody[EditCells]) -> WardRows:
    """Change cells; their rows are checked anew. Nothing is taken in."""
    return await work.long(wards.edit, ward_id, data.cells)


@post("/quarantine/{ward_id:str}/accept", status_code=200, tags=["import"], opt=may("data"))
async def accept_rows(wards: TheWards, work: TheWork, ward_id: PathName, data: JSONBody[AcceptRows]) -> WardView:
    """Say that rows are fine as they are, where their shape or key was in doubt."""
    return await work.long(wards.accept, ward_id, data.choice, data.accepted)


@post("/quarantine/{ward_id:str}/fix", status_code=200, tags=["import"], opt=may("data"))
async def fix_rows(wards: TheWards, work: TheWork, ward_id: PathName, data: JSONBody[FixRows]) -> FixReport:
    """Apply one function to a column of the chosen rows, or show what it would do."""
    return await work.long(
        wards.fix,
        ward_id,
        data.choice,
        data.how,
        data.column,
        data.find,
        data.value,
        data.month_first,
        data.preview,
    )


@post("/quarantine/{ward_id:str}/undo", status_code=200, tags=["import"], opt=may("data"))
async def undo_rows(wards: TheWards, work: TheWork, ward_id: PathName, data: JSONBody[UndoRows]) -> WardView:
    """Forget the changes to rows."""
    return await work.long(wards.undo, ward_id, data.choice)


@post("/quarantine/{ward_id:str}/mapping", status_code=200, tags=["import"], opt=may("data"))
async def give_mapping(wards: TheWards, work: TheWork, ward_id: PathName, data: JSONBody[GiveMapping]) -> WardView:
    """Read the rows by another mapping, as a file that was not recognised needs."""
    return await work.long(wards.give_mapping, ward_id, data.mapping)


@post("/quarantine/{ward_id:str}/readmit", status_code=200, tags=["import"], opt=may("data"))
async def readmit_rows(
    wards: TheWards, work: TheWork, who: TheWho, ward_id: PathName, data: JSONBody[EndRows]
) -> AdmitReport:
    """Take in those of the chosen rows that are good, once; the others stay."""
    return await work.long(wards.admit, ward_id, data.choice, who.name, data.note)


@post("/quarantine/{ward_id:str}/dismiss", status_code=200, tags=["import"], opt=may("data"))
async def dismiss_rows(
    wards: TheWards, work: TheWork, who: TheWho, ward_id: PathName, data: JSONBody[EndRows]
) -> AdmitReport:
    """Put rows on record as not wanted, with the reason."""
    return await work.long(wards.dismiss, ward_id, data.choice, who.name, data.note)


@get("/quarantine/{ward_id:str}/download", tags=["import"], opt=may("data"), media_type="application/octet-stream")
async def download_ward(
    wards: TheWards,
    work: TheWork,
    ward_id: PathName,
    kind: Kind = "csv",
    code: Text200 = "",
    column: Annotated[Text200 | None, QueryParameter(description="Only faults of this column")] = None,
    which: Which = "all",
) -> Stream:
    """The waiting rows as a file that is mended elsewhere and uploaded again."""
    choice = RowChoice(code=code, column=column, state=which)
    folder = Path(tempfile.mkdtemp(prefix="handed-"))
    name, made = await work.long(wards.hand_out, ward_id, choice, folder, kind)
    ascii_name = safe_name(name).encode("ascii", "replace").decode().replace("?", "_")
    return Stream(
        _pieces(made, work),
        media_type=_TYPES[kind],
        headers={
            "content-disposition": f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{_percent(name)}",
            "content-length": str(made.stat().st_size),
        },
    )


@post(
    "/quarantine/{ward_id:str}/upload",
    status_code=200,
    tags=["import"],
    request_max_body_size=UPLOAD_BYTES,
    opt=may("data"),
)
async def upload_ward(
    request: Request[Any, Any, Any], desk: TheDesk, wards: TheWards, work: TheWork, ward_id: PathName
) -> UploadReport:
    """Take back a downloaded file that was mended: its cells become changes, to be looked at first."""
    kind, options = request.content_type
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise LinkloopError(
            "upload.form",
            Text(en="a multipart form with one file is needed", zh="需要包含一个文件的 multipart 表单"),
            Text(en="See /api/v1/openapi.json.", zh="参见 /api/v1/openapi.json。"),
        )
    upload = await receive(request.stream(), options["boundary"], desk.shop.folder / "uploads", work.quick)
    try:
        if len(upload.files) != 1:
            raise LinkloopError(
                "upload.form",
                Text(en="exactly one file is needed", zh="需要且只需要一个文件"),
                Text(en="Send the file that was downloaded from here.", zh="请上传从这里下载的文件。"),
            )
        return await work.long(wards.take_back, ward_id, upload.files[0])
    finally:
        await work.quick(upload.clear)


async def _pieces(made: Path, work: TheWork) -> AsyncIterator[bytes]:
    try:
        with made.open("rb") as stream:
            while piece := await work.quick(stream.read, _PIECE):
                yield piece
    finally:
        made.unlink(missing_ok=True)
        made.parent.rmdir()


def _percent(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="")


ROUTES = [
    list_wards,
    get_ward,
    ward_rows,
    ward_record,
    edit_cells,
    accept_rows,
    fix_rows,
    undo_rows,
    give_mapping,
    readmit_rows,
    dismiss_rows,
    download_ward,
    upload_ward,
]
