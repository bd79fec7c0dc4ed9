"""Service: the queue, one conversation in full, and what people do with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from linkloop.commerce.conversations import ConversationStatus
from linkloop.commerce.understanding import Mood
from linkloop.faces.api.access import for_link, may
from linkloop.faces.api.given import TheDesk, TheWho, TheWork
from linkloop.faces.api.limits import Cursor, IdempotencyKey, Limit, Name, PathName
from linkloop.faces.desk import service_deeds as deeds
from linkloop.faces.desk.service_queue import QueueAsk, queue
from linkloop.faces.desk.service_talk import talk
from linkloop.faces.desk.service_views import Answered, Done, QueuePage, Talk

LINK = "service"
Note = Annotated[str, msgspec.Meta(max_length=2000)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=120)]
Stars = Annotated[int, msgspec.Meta(ge=1, le=5)]


class TakeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long nobody else may write."""

    minutes: Minutes = 10


class AnswerRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to send to the customer."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=deeds.LONGEST)]


class NoteRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, for colleagues; the customer never sees it."""

    note: Note = ""


class RateRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How content the customer said they are."""

    stars: Stars
    text: Note = ""


@get("/service/queue", tags=["service"], opt=may("see"))
async def list_queue(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    status: Annotated[ConversationStatus | None, QueryParameter(description="Default: whatever waits")] = None,
    channel: Name = "",
    mood: Annotated[Mood | None, QueryParameter(description="Only who feels so")] = None,
    mine: Annotated[bool, QueryParameter(description="Only those that I hold")] = False,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> QueuePage:
    """Conversations by the seconds that are left, then mood, then order value."""
    asked = QueueAsk(status=status, channel=channel, mood=mood, mine=mine, limit=limit, cursor=cursor)
    return await work.quick(queue, desk.shop, asked, who.name)


@get("/service/conversations/{conversation_id:str}", tags=["service"], opt=may("see"))
async def one_conversation(desk: TheDesk, work: TheWork, who: TheWho, conversation_id: PathName) -> Talk:
    """One conversation with those that it continues, the draft, and what is known of the customer."""
    return await work.quick(talk, desk.shop, conversation_id, who.name)


@post("/service/conversations/{conversation_id:str}/take", status_code=200, tags=["service"], opt=may("decide"))
async def take(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    conversation_id: PathName,
    data: JSONBody[TakeRequest],
    idempotency_key: IdempotencyKey = "",
) -> Done:
    """Take a conversation over; answers of the bot that have not gone out yet are withdrawn."""
    given = (desk.shop, conversation_id, who.name, idempotency_key, timedelta(minutes=data.minutes))
    return await work.quick(for_link(who, LINK, conversation_id, lambda: deeds.take(*given)))


@post("/service/conversations/{conversation_id:str}/renew", status_code=200, tags=["service"], opt=may("decide"))
async def renew(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    conversation_id: PathName,
    data: JSONBody[TakeRequest],
    idempotency_key: IdempotencyKey = "",
) -> Done:
    """Keep a conversation that you hold for longer."""
    given = (desk.shop, conversation_id, who.name, idempotency_key, timedelta(minutes=data.minutes))
    return await work.quick(for_link(who, LINK, conversation_id, lambda: deeds.renew(*given)))


@post("/service/conversations/{conversation_id:str}/reply", status_code=200, tags=["service"], opt=may("decide"))
async def reply(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    conversation_id: PathName,
    data: JSONBody[AnswerRequest],
    idempotency_key: IdempotencyKey = "",
) -> Answered:
    """Send an answer, once per Idempotency-Key; who answers holds the conversation from then on."""
    given = (desk.shop, conversation_id, who.name, data.text, idempotency_key)
    return await work.quick(for_link(who, LINK, conversation_id, lambda: deeds.answer(*given)))


@post("/service/conversations/{conversation_id:str}/hand-back", status_code=200, tags=["service"], opt=may("decide"))
async def hand_back(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    conversation_id: PathName,
    data: JSONBody[NoteRequest],
    idempotency_key: IdempotencyKey = "",
) -> Done:
    """Give a conversation back to the bot; to the queue, where the bot has handed it over too often."""
    given = (desk.shop, conversation_id, who.name, data.note, idempotency_key)
    return await work.quick(for_link(who, LINK, conversation_id, lambda: deeds.hand_back(*given)))


@post("/service/conversations/{conversation_id:str}/solve", status_code=200, tags=["service"], opt=may("decide"))
async def solve(
    desk: TheDesk, work: TheWork, who: TheWho, conversation_id: PathName, idempotency_key: IdempotencyKey = ""
) -> Done:
    """Nothing is left to do; a new message opens the conversation again."""
    given = (desk.shop, conversation_id, who.name, idempotency_key)
    return await work.quick(for_link(who, LINK, conversation_id, lambda: deeds.solve(*given)))


@post("/service/conversations/{conversation_id:str}/reopen", status_code=200, tags=["service"], opt=may("decide"))
async def reopen(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    conversation_id: PathName,
    data: JSONBody[NoteRequest],
    idempotency_key: IdempotencyKey = "",
) -> Done:
    """It was not solved after all: a person is needed."""
    given = (desk.shop, conversation_id, who.name, data.note, idempotency_key)
    return await work.quick(for_link(who, LINK, conversation_id, lambda: deeds.reopen(*given)))


@post("/service/conversations/{conversation_id:str}/rate", status_code=200, tags=["service"], opt=may("decide"))
async def rate(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    conversation_id: PathName,
    data: JSONBody[RateRequest],
    idempotency_key: IdempotencyKey = "",
) -> Done:
    """Note how content the customer said they are, 1 to 5; in the web chat they say it themselves."""
    given = (desk.shop, conversation_id, who.name, data.stars, data.text, idempotency_key)
    return await work.quick(for_link(who, LINK, conversation_id, lambda: deeds.rate(*given)))


ROUTES = [list_queue, one_conversation, take, renew, reply, hand_back, solve, reopen, rate]
