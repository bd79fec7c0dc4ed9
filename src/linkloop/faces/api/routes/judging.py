"""Judging: the questions that models answer, asking one, and the models' cards."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from linkloop.core.question import Answer, ModelCard
from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import PathName
from linkloop.faces.desk.views import QuestionInfo


class AskRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of the question, as its schema says."""

    fields: dict[str, Any] = {}


@get("/questions", tags=["questions"], opt=may("see"))
async def list_questions(desk: TheDesk, work: TheWork) -> list[QuestionInfo]:
    """Every question, with the JSON Schema of what is asked and answered."""
    return await work.quick(desk.questions)


@post("/questions/{question:str}/ask", status_code=200, tags=["questions"], opt=may("see"))
async def ask(desk: TheDesk, work: TheWork, question: PathName, data: JSONBody[AskRequest]) -> Answer[Any]:
    """Have a model judge; nothing is written."""
    return await work.quick(desk.ask, question, data.fields)


@get("/models", tags=["questions"], opt=may("see"))
async def list_models(desk: TheDesk, work: TheWork) -> list[ModelCard]:
    """The card of every model."""
    return await work.quick(desk.models)


ROUTES = [list_questions, ask, list_models]
