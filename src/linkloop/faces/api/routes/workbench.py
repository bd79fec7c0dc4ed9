"""The workbench: queries that can be watched and stopped, their history, saved questions, and files of results."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import msgspec
from litestar import Request, delete, get, post, put
from litestar.background_tasks import BackgroundTask
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from litestar.response import File

from linkloop.app.shop import Shop
from linkloop.faces.api.access import may
from linkloop.faces.api.cells import wire_rows
from linkloop.faces.api.given import TheDesk, TheRuns, TheWho, TheWork
from linkloop.faces.api.limits import PathName
from linkloop.faces.desk import exporting, questions, workbench
from linkloop.faces.desk.exporting import Exported, ExportRequest
from linkloop.faces.desk.questions import QuestionDraft, SavedQuestion
from linkloop.faces.desk.workbench import PastQuery, SqlRunRequest, SqlRunResult, SqlRunState
from linkloop.store.sql.cancel import Cancel


@post("/sql/runs", status_code=200, tags=["workbench"], opt=may("sql"))
async def run_query(
    request: Request[Any, Any, Any],
    desk: TheDesk,
    work: TheWork,
    runs: TheRuns,
    who: TheWho,
    data: JSONBody[SqlRunRequest],
) -> SqlRunResult:
    """Run a query and wait for its rows; it ends when it is stopped, and when nobody waits for it any more."""
    cancel = runs.begin(who.name, data.id)
    try:
        async with _until_gone(request, cancel):
            result = await work.sql(workbench.run, desk.shop, data, cancel, who.name)
    finally:
        runs.end(who.name, data.id)
    return msgspec.structs.replace(result, rows=wire_rows(result.types, result.rows))


@get("/sql/runs/{run:str}", tags=["workbench"], opt=may("sql"))
async def run_state(runs: TheRuns, who: TheWho, run: PathName) -> SqlRunState:
    """How far an own query has come."""
    return runs.state(who.name, run)


@delete("/sql/runs/{run:str}", status_code=200, tags=["workbench"], opt=may("sql"))
async def stop_query(runs: TheRuns, who: TheWho, run: PathName) -> SqlRunState:
    """Stop an own query: it is interrupted where it runs."""
    return runs.stop(who.name, run)


@get("/sql/history", tags=["workbench"], opt=may("sql"))
async def list_history(desk: TheDesk, work: TheWork, who: TheWho) -> list[PastQuery]:
    """Own queries, latest first."""
    return await work.quick(workbench.history, desk.shop, who.name)


@delete("/sql/history", tags=["workbench"], opt=may("sql"))
async def forget_history(desk: TheDesk, work: TheWork, who: TheWho) -> None:
    """Forget own queries."""
    await work.quick(workbench.forget, desk.shop, who.name)


@post(
    "/sql/export",
    status_code=200,
    tags=["workbench"],
    opt=may("sql"),
    responses={200: ResponseSpec(data_container=bytes, description="The file", media_type="application/octet-stream")},
)
async def export_rows(
    request: Request[Any, Any, Any], desk: TheDesk, work: TheWork, who: TheWho, data: JSONBody[ExportRequest]
) -> File:
    """The rows of a query as CSV, Excel, Parquet or JSON; the file says which query, when and of which shop.

    The headers `X-Linkloop-Rows` and `X-Linkloop-Cut` say how many rows it holds and whether there were more.
    """
    path = _place(desk.shop)
    cancel = Cancel()
    async with _until_gone(request, cancel):
        done = await work.sql(exporting.export, desk.shop, data, path, who.name, cancel)
    return _file(desk.shop, data, done)


@get("/data/questions", tags=["workbench"], opt=may("sql"))
async def list_questions(desk: TheDesk, work: TheWork, who: TheWho) -> list[SavedQuestion]:
    """Saved questions: own ones, those that others share, those that ship."""
    return await work.quick(questions.questions, desk.shop, who.name)


@get("/data/questions/{question_id:str}", tags=["workbench"], opt=may("sql"))
async def one_question(desk: TheDesk, work: TheWork, who: TheWho, question_id: PathName) -> SavedQuestion:
    """One saved question."""
    return await work.quick(questions.question, desk.shop, who.name, question_id)


@get("/data/questions/{question_id:str}/versions", tags=["workbench"], opt=may("sql"))
async def question_versions(desk: TheDesk, work: TheWork, who: TheWho, question_id: PathName) -> list[SavedQuestion]:
    """Every version of a saved question, latest first."""
    return await work.quick(questions.versions, desk.shop, who.name, question_id)


@post("/data/questions", tags=["workbench"], opt=may("sql"))
async def save_question(desk: TheDesk, work: TheWork, who: TheWho, data: JSONBody[QuestionDraft]) -> SavedQuestion:
    """Keep a new question."""
    return await work.quick(questions.save, desk.shop, who.name, data)


@put("/data/questions/{question_id:str}", tags=["workbench"], opt=may("sql"))
async def change_question(
    desk: TheDesk, work: TheWork, who: TheWho, question_id: PathName, data: JSONBody[QuestionDraft]
) -> SavedQuestion:
    """Keep the next version of a question; an admin may change anybody's."""
    return await work.quick(questions.save, desk.shop, who.name, data, question_id, any_owner=who.may("people"))


@delete("/data/questions/{question_id:str}", status_code=200, tags=["workbench"], opt=may("sql"))
async def delete_question(desk: TheDesk, work: TheWork, who: TheWho, question_id: PathName) -> SavedQuestion:
    """Take a question out of the list; it can be brought back."""
    return await work.quick(questions.delete, desk.shop, who.name, question_id, any_owner=who.may("people"))


@post("/data/questions/{question_id:str}/restore", status_code=200, tags=["workbench"], opt=may("sql"))
async def restore_question(desk: TheDesk, work: TheWork, who: TheWho, question_id: PathName) -> SavedQuestion:
    """Bring a deleted question back."""
    return await work.quick(questions.restore, desk.shop, who.name, question_id, any_owner=who.may("people"))


@asynccontextmanager
async def _until_gone(request: Request[Any, Any, Any], cancel: Cancel) -> AsyncIterator[None]:
    """Stops the query when its person closes the page."""

    async def listen() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        cancel.stop()

    listening = asyncio.create_task(listen())
    try:
        yield
    except asyncio.CancelledError:
        cancel.stop()
        raise
    finally:
        listening.cancel()


def _place(shop: Shop) -> Path:
    folder = shop.folder / "exports"
    folder.mkdir(exist_ok=True)
    return folder / uuid4().hex


def _file(shop: Shop, asked: ExportRequest, done: Exported) -> File:
    name = exporting.file_name(shop, asked)
    return File(
        done.path,
        media_type=exporting.MEDIA[asked.form],
        headers={
            "content-disposition": f"attachment; filename=\"export.{asked.form}\"; filename*=UTF-8''{quote(name)}",
            "x-linkloop-rows": str(done.rows),
            "x-linkloop-cut": str(done.cut).lower(),
            "cache-control": "no-store",
        },
        background=BackgroundTask(done.path.unlink, missing_ok=True),
    )


ROUTES = [
    run_query,
    run_state,
    stop_query,
    list_history,
    forget_history,
    export_rows,
    list_questions,
    one_question,
    question_versions,
    save_question,
    change_question,
    delete_question,
    restore_question,
]
