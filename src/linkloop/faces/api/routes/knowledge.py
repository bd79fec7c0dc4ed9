"""Knowledge: articles to read, search, write and withdraw; their problems, gaps and coverage."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post, put
from litestar.params import JSONBody, QueryParameter

from linkloop.commerce.knowledge import Article, Passage
from linkloop.faces.api.access import for_link, may
from linkloop.faces.api.given import TheDesk, TheWho, TheWork
from linkloop.faces.api.limits import Cursor, IdempotencyKey, Limit, Name, PathName
from linkloop.faces.desk import knowledge as articles
from linkloop.faces.desk import knowledge_gaps as missing
from linkloop.faces.desk.knowledge import ArticleBody
from linkloop.faces.desk.knowledge_gaps import Coverage, Gap, Problem
from linkloop.faces.desk.views import Page

LINK = "service"
Days = Annotated[int, QueryParameter(ge=1, le=366, description="How many days back")]
Query = Annotated[str, QueryParameter(max_length=400, description="A part of the title or the id")]
Asked = Annotated[str, QueryParameter(max_length=400, description="What a customer might ask")]
Withdrawn = Annotated[bool, QueryParameter(description="Those that were withdrawn instead")]


class CloseGaps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Gaps that are filled, or that need no article."""

    gap_ids: Annotated[list[Annotated[str, msgspec.Meta(max_length=100)]], msgspec.Meta(min_length=1, max_length=500)]


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """How many gaps are closed now."""

    closed: int


@get("/service/knowledge/articles", tags=["service"], opt=may("see"))
async def list_articles(
    desk: TheDesk,
    work: TheWork,
    text: Query = "",
    topic: Name = "",
    language: Name = "",
    withdrawn: Withdrawn = False,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[Article]:
    """Articles by id."""
    return await work.quick(
        lambda: articles.list_articles(
            desk.shop, text=text, topic=topic, language=language, withdrawn=withdrawn, limit=limit, cursor=cursor
        )
    )


@get("/service/knowledge/search", tags=["service"], opt=may("see"))
async def search_articles(
    desk: TheDesk, work: TheWork, text: Asked, language: Name = "", limit: Limit = 5
) -> list[Passage]:
    """The passages that the bot would find, with the probability that each answers."""
    return await work.quick(articles.find, desk.shop, text, language, limit)


@get("/service/knowledge/articles/{article_id:str}", tags=["service"], opt=may("see"))
async def one_article(desk: TheDesk, work: TheWork, article_id: PathName) -> Article:
    """One article."""
    return await work.quick(articles.article, desk.shop, article_id)


@put("/service/knowledge/articles/{article_id:str}", tags=["service"], opt=may("decide"))
async def save_article(
    desk: TheDesk,
    work: TheWork,
    who: TheWho,
    article_id: PathName,
    data: JSONBody[ArticleBody],
    idempotency_key: IdempotencyKey = "",
) -> Article:
    """Write an article, new or in place of the version that it was made from."""
    given = (desk.shop, article_id, data, who.name, idempotency_key)
    return await work.quick(for_link(who, LINK, article_id, lambda: articles.save(*given)))


@post("/service/knowledge/articles/{article_id:str}/withdraw", status_code=200, tags=["service"], opt=may("decide"))
async def withdraw_article(
    desk: TheDesk, work: TheWork, who: TheWho, article_id: PathName, idempotency_key: IdempotencyKey = ""
) -> Article:
    """Take an article out of the answers; it stays on record."""
    given = (desk.shop, article_id, who.name, idempotency_key)
    return await work.quick(for_link(who, LINK, article_id, lambda: articles.withdraw(*given)))


@get("/service/knowledge/problems", tags=["service"], opt=may("see"))
async def list_problems(desk: TheDesk, work: TheWork) -> list[Problem]:
    """Articles that are out of date or contradict another."""
    return await work.quick(missing.problems, desk.shop)


@get("/service/knowledge/gaps", tags=["service"], opt=may("see"))
async def list_gaps(desk: TheDesk, work: TheWork, limit: Limit = 50) -> list[Gap]:
    """Questions that nothing answered, most asked first."""
    return await work.quick(missing.gaps, desk.shop, limit)


@post("/service/knowledge/gaps/close", status_code=200, tags=["service"], opt=may("decide"))
async def close_gaps(
    desk: TheDesk, work: TheWork, who: TheWho, data: JSONBody[CloseGaps], idempotency_key: IdempotencyKey = ""
) -> Closed:
    """Say that gaps are filled, or need no article."""
    given = (desk.shop, data.gap_ids, who.name, idempotency_key)
    return Closed(closed=await work.quick(for_link(who, LINK, "gaps", lambda: missing.close(*given))))


@get("/service/knowledge/coverage", tags=["service"], opt=may("see"))
async def read_coverage(desk: TheDesk, work: TheWork, days: Days = 30) -> Coverage:
    """How many of the latest questions the articles of today answer."""
    return await work.long(missing.coverage, desk.shop, days)


ROUTES = [
    list_articles, search_articles, one_article, save_article, withdraw_article, list_problems, list_gaps, close_gaps,
    read_coverage,
]  # fmt: skip
